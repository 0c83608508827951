use super::*;

fn check(cases: &[(&str, &str)]) {
    for (expected, text) in cases {
        assert_eq!(detect_language(text, &[]), *expected, "{text}");
    }
}

#[test]
fn short_texts_are_english_unless_they_show_another_language() {
    check(&[
        ("en", ""),
        ("en", "2024"),
        ("en", "Hi"),
        ("en", "Die Hard"),
        ("en", "Zürich meetup"),
        ("en", "Successful Conference Proposals"),
        ("en", "Notes on writing a search engine for small sites"),
        ("de", "Mein Weg nach Rom"),
        ("und", "Żółte łódki"),
        ("ru", "Что я узнал за этот год"),
        ("und", "Кот"),
        ("zh", "搜索引擎"),
        ("ja", "検索エンジン"),
    ]);
}

#[test]
fn a_script_of_one_main_language_shows_it() {
    check(&[
        ("el", "Ο φάρος της πόλης"),
        ("he", "המגדלור של העיר"),
        ("yi", "דער ליכט־טורעם איז ניט ווייט און מיט אַ טיר"),
        ("bn", "শহরের বাতিঘর"),
        ("th", "ประภาคารของเมือง"),
        ("ka", "ქალაქის შუქურა"),
        ("hy", "Քաղաքի փարոսը"),
        ("ta", "நகரத்தின் கலங்கரை விளக்கம்"),
        ("te", "నగరం యొక్క దీపస్తంభం"),
        ("ml", "നഗരത്തിലെ വിളക്കുമാടം"),
        ("km", "ប៉មភ្លើងនៃទីក្រុង"),
        ("my", "မြို့၏မီးပြတိုက်"),
        ("am", "የከተማው የብርሃን ማማ"),
        ("ko", "도시의 등대"),
        ("ja", "町の灯台について考えたことをここに書いておきます"),
        ("zh", "城市的灯塔"),
    ]);
}

#[test]
fn languages_of_one_script_are_told_apart() {
    check(&[
        ("ru", "Маяк стоит на скале, и его свет виден за двадцать миль, если нет тумана."),
        ("uk", "Маяк стоїть на скелі, і його світло видно за двадцять миль, якщо немає туману."),
        ("be", "Маяк стаіць на скале, і яго святло відаць за дваццаць міль, калі няма туману."),
        ("bg", "Фарът е на скалата и светлината му се вижда от двадесет мили, ако няма мъгла."),
        ("sr", "Светионик је на стени, а његово светло се види са двадесет миља, ако нема магле."),
        ("mk", "Светилникот е на карпата, а неговата светлина се гледа од дваесет милји, ако нема магла."),
        ("kk", "Маяк жартаста тұр және оның жарығы тұман жоқ болса, алыстан көрінеді."),
        ("ar", "المنارة على الصخرة، ويمكن أن ترى ضوءها من بعد عشرين ميلا إذا لم يكن هناك ضباب."),
        ("fa", "فانوس دریایی روی صخره است و اگر مه نباشد نور آن از بیست مایلی دیده می‌شود."),
        ("ur", "لائٹ ہاؤس چٹان پر ہے اور اگر دھند نہ ہو تو اس کی روشنی بیس میل سے نظر آتی ہے۔"),
        ("hi", "प्रकाशस्तंभ चट्टान पर है और कोहरा न हो तो इसकी रोशनी बीस मील से दिखती है।"),
        ("mr", "दीपगृह खडकावर आहे आणि धुके नसेल तर त्याचा प्रकाश वीस मैलांवरून दिसतो असे म्हणतात."),
    ]);
}

#[test]
fn languages_in_latin_script_are_told_apart() {
    check(&[
        ("en", "The lighthouse stands on a rock, and its light can be seen from twenty miles."),
        ("de", "Wie man einen Server aufsetzt, ohne dabei den Verstand zu verlieren"),
        ("es", "Cómo escribir un artículo sobre la programación de sistemas para todos"),
        ("fr", "Le phare est sur un rocher, et sa lumière se voit à vingt milles s'il n'y a pas de brume."),
        ("pt", "O farol fica sobre uma rocha e a sua luz pode ser vista a vinte milhas se não há neblina."),
        ("it", "Il faro è su una roccia e la sua luce si vede da venti miglia se non c'è la nebbia."),
        ("nl", "De vuurtoren staat op een rots en het licht is van ver te zien als er geen mist is."),
        ("sv", "Fyren står på en klippa och ljuset syns på långt håll om det inte är dimma."),
        ("da", "Fyret står på en klippe, og lyset kan ses langt ude, hvis der ikke er tåge i nogle dage."),
        ("nb", "Fyret står på en klippe, og lyset kan sees langt ute hvis det ikke er tåke noen dager."),
        ("fi", "Majakka on kalliolla, ja sen valo näkyy kauas, jos ei ole sumua niin kuin tänään."),
        ("pl", "Latarnia stoi na skale, a jej światło jest widoczne z daleka, jeśli nie ma mgły."),
        ("cs", "Maják stojí na skále a jeho světlo je vidět z dálky, když není mlha jako dnes."),
        ("sk", "Maják stojí na skale a jeho svetlo je vidieť z diaľky, keď nie je hmla ako dnes."),
        ("hu", "A világítótorony egy sziklán áll, és a fénye messziről látszik, ha nincs köd."),
        ("ro", "Farul este pe o stâncă și lumina lui se vede de la mare distanță dacă nu este ceață."),
        ("tr", "Deniz feneri bir kayanın üzerinde ve sis yoksa ışığı çok uzaktan görülebiliyor."),
        ("vi", "Ngọn hải đăng ở trên một tảng đá và có thể được nhìn thấy từ rất xa nếu không có sương mù."),
        (
            "id",
            "Mercusuar itu berada di atas batu karang dan cahayanya bisa dilihat dari jauh karena tidak ada kabut.",
        ),
        (
            "hr",
            "Svjetionik je na stijeni, a njegovo svjetlo može se vidjeti izdaleka ako nije magla, kao što svatko zna.",
        ),
        ("ca", "El far és sobre una roca i la seva llum es veu de lluny si no hi ha boira, com avui."),
        ("et", "Majakas on kaljul ja selle valgus on kaugele näha, kui ei ole udu, nagu see täna on."),
    ]);
}

#[test]
fn a_language_that_is_not_known_is_unknown() {
    check(&[
        // Māori, Quechua and Hawaiian.
        (
            "und",
            "Kei runga te whare rama i te toka, ā, ka kitea tōna mārama i tawhiti mehemea karekau he kohu.",
        ),
        ("und", "Chay k'anchaq wasi qaqa patapi kachkan, chaymi karumanta rikukun mana phuyu kaqtin."),
        ("und", "Aia ka hale kukui ma luna o ka pōhaku, a ʻike ʻia kona mālamalama mai kahi mamao mai."),
        // Names without a sentence, with letters of many languages.
        ("und", "Łódź Århus Zürich Plzeň Győr Iași Šiauliai Ålesund Besançon Münster Coruña"),
        ("und", "ᐃᓄᒃᑎᑐᑦ ᐅᖃᐅᓯᖅ"),
    ]);
}

#[test]
fn code_and_names_do_not_hide_the_language() {
    check(&[
        (
            "de",
            "cargo build --release --locked: Das Programm wird mit allen Optimierungen gebaut, was lange dauert.",
        ),
        ("en", "HashMap, BTreeMap, Vec, VecDeque: which of them is the right one for the index?"),
        ("ru", "Kubernetes, Docker, Terraform, Ansible, Prometheus и Grafana: что и когда нам нужно"),
        ("zh", "Kubernetes 和 Docker 的网络模型:从 iptables 到 eBPF 的演进过程"),
        (
            "en",
            "The word 日本 is written with two characters, and 本 is the one that means a book or an origin.",
        ),
    ]);
}

#[test]
fn decomposed_letters_and_capital_letters_make_no_difference() {
    let text = "Cómo está el faro cuando la luz no se ve desde la costa y qué hay que hacer también";
    let decomposed: String = text.nfd().collect();
    check(&[("es", text), ("es", &decomposed), ("es", &text.to_uppercase())]);
    check(&[("tr", "İSTANBUL İÇİN BİR GEZİ REHBERİ VE ÇOK DAHA FAZLASI")]);
}

#[test]
fn any_text_has_a_language() {
    for text in ["\u{0}", "\u{301}\u{301}", "'", "l'", "ʼ", "𐐷𐐷𐐷", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "\u{fdfa}", "ﬀﬁﬂ", "Ａｂｃ"]
    {
        assert!(!detect_language(text, &[]).is_empty(), "{text}");
    }
}
