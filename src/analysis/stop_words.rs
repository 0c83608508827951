//! Stop words by language: words with little meaning, which posts need not contain.
//!
//! A stop word may have a meaning in another language of the site (`die`, `war`, `on`). Therefore only the list of
//! the query's apparent language applies: the site language with the most stop words in the query, at least two. If
//! there is none, the English list applies, because most blogs contain English text.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::fold::normalize;
use super::tokenizer::segment;
use crate::content::language_tag::primary_subtag;

/// Minimum number of stop words that indicate the language of a query.
const MIN_STOP_WORDS: usize = 2;

/// Articles, pronouns, prepositions, conjunctions, auxiliary verbs and question words.
const LISTS: [(&str, &str); 27] = [
    (
        "en",
        "a about an and are as at be by can did do does for from had has have how i if in into is it its my of on or \
         our that the their this to was we were what when where which who why with you your",
    ),
    (
        "ar",
        "في من على إلى الى عن مع ما ماذا متى أين اين كيف كم هل لماذا من هو هي هم هذا هذه ذلك تلك التي الذي الذين أي اي \
         كان كانت يكون تكون قد لم لن لا أن ان إن و أو او ثم بعد قبل بين كل بعض عند حتى تم يتم ما الذي",
    ),
    (
        "cs",
        "a aby ale co do i je jak jako jaký jaká jaké jsem jsou k kde kdo kdy kolik která které který má na nebo o od po \
         pro proč při s se si to u v ve z za ze že byl byla bylo by tento tato",
    ),
    (
        "da",
        "af at da de den der det du eller en er et for fra har hvad hvem hvilken hvilket hvilke hvor hvordan hvorfor \
         hvornår i ikke jeg kan man med men og om på sig skal som til var vi ved",
    ),
    (
        "de",
        "aber als am an auch auf aus bei bin bis das dass dem den der des die durch ein eine einem einen einer eines er \
         es für gab gibt hat hatte ich ihr im in ist kann mit nach nicht oder sich sie sind so über um und unter vom von \
         vor wann war waren warum was welche welchem welchen welcher welches wem wen wer werden wie wieso wird wo wurde \
         wurden zu zum zur",
    ),
    (
        "el",
        "ο η το οι τα του τησ των τον την τη τουσ τισ στο στη στην στον στα στουσ στισ και να με για από που πού πωσ πώσ \
         τι ποιο ποια ποιοσ ποιοι ποιεσ ποιων ποιον πόσο πόσα πόσοι πόσεσ πόση πότε γιατί είναι ήταν έχει είχε ένα μια \
         μία ένασ ενόσ σε δεν θα ωσ ή αν κατά μετά όταν ότι",
    ),
    (
        "es",
        "a al como cómo con cuál cuáles cuando cuándo cuánta cuántas cuánto cuántos de del desde donde dónde el ella en \
         entre era es esta este fue fueron ha había han hasta hay la las le lo los más no o para pero por porque qué que \
         quién quiénes se según ser si sin sobre son su sus tiene un una uno y",
    ),
    (
        "fa",
        "و در به از که این آن را با برای است بود شد چه چند چرا چگونه کجا کی کدام هر تا یا هم می شود کرد ها های بر یک",
    ),
    (
        "fi",
        "ei että he hän ja jos joka jotka kuin kuinka kun missä mikä milloin millä mitä miten miksi mutta niin oli on \
         ovat se sekä tai tämä voi",
    ),
    (
        "fr",
        "a à au aux avec ce ces cet cette combien comment dans de des du elle en est et était eu il ils je la le les leur \
         l lui mais ne nous on ont ou où par pas pour pourquoi qu quand que quel quelle quelles quels qui quoi sa se ses \
         son sont sur un une vous d",
    ),
    (
        "hi",
        "का की के को में से ने है हैं था थी थे और या पर यह वह इस उस जो कि क्या कौन कौनसा कौनसी कब कहां कहाँ क्यों कैसे \
         कितने कितनी कितना किस किसने किसके लिए एक ही भी तक साथ द्वारा नहीं हो हुआ हुई किया गया गई जाता करने इन उन अपने",
    ),
    (
        "hu",
        "a az egy és hogy nem is van volt meg mi mit ki kik hol mikor miért hogyan melyik mennyi hány milyen vagy de ez \
         csak el be fel",
    ),
    (
        "id",
        "ada adalah apa apakah atau bagaimana berapa dalam dan dari dengan di dia ini itu kapan ke mana mengapa oleh pada \
         saya siapa untuk yang tidak bisa akan",
    ),
    (
        "it",
        "a ai al alla alle che chi ci come con cosa da dal dalla dei del della delle di do dove e è era fu gli ha hanno i \
         il in la le lo ma nel nella non o per perché più qual quale quali quando quanta quante quanti quanto si sono su \
         sul sulla tra un una uno",
    ),
    (
        "ja",
        "の に は を が と で も や へ か な だ た て から まで より です ます する した して いる ある この その あの どの これ それ \
         何 どう いつ どこ だれ 誰 なぜ こと もの",
    ),
    (
        "ko",
        "이 그 저 및 또는 무엇 무엇인가 무엇을 어떤 어떻게 언제 어디 어디서 누구 누가 왜 몇 얼마나 것 수 있는 있다 하는 한 대한 위한",
    ),
    (
        "nl",
        "aan als bij dat de die dit door een en er had heeft het hij hoe hoeveel ik in is je kan maar met na naar niet of \
         om onder ook op over te tot uit van voor waar waarom wanneer waren was wat welk welke werd wie wordt zijn zo",
    ),
    (
        "no",
        "av at da de den der det du eller en er et for fra har hva hvem hvilken hvilke hvor hvordan hvorfor i ikke jeg \
         kan man med men når og om på seg skal som til var vi ved",
    ),
    (
        "pl",
        "a ale co czy dla do gdzie i ile jak jaka jaki jakie jako jest kiedy kto która które który ma na nie o od oraz po \
         przez przy się są ta te ten to w we z za ze że był była było dlaczego",
    ),
    (
        "pt",
        "a à ao aos as às com como da das de do dos e é ela ele em entre era essa este foi foram há isso mais mas na não \
         nas no nos o onde os ou para pela pelo por porque qual quais quando quanta quantas quanto quantos que quem se \
         sem ser seu sua são tem um uma",
    ),
    (
        "ro",
        "a ai al ale au avut care când cărei cărui cât câte câți câtă ce cel cea cei cele cine cum cu de din după e este \
         era erau fi fost i în în între la lui mai nu o ori pe pentru prin s sa sau se sunt și să su un unde una unei unui \
         unor",
    ),
    (
        "ru",
        "а в во был была были было быть для до его ее её если же за и из или их к как каким какая какие какова каков \
         каково какой какого какую когда кого кто кому который которая которые ли на не но о об он она они от по под при с \
         со сколько так то у чего чей чем что чтобы это этот где откуда куда почему зачем",
    ),
    (
        "sv",
        "att av de den det du där en ett för från han har hur hos hon i inte jag kan man med men när och om på sig ska som \
         till under vad var varför vart vem vi vid vilka vilken vilket är",
    ),
    (
        "th",
        "ที่ ของ ใน และ เป็น ได้ มี การ ความ จาก กับ ให้ ว่า ไป มา แล้ว โดย คือ อะไร ใคร ไหน ใด เมื่อไร เมื่อไหร่ เท่าไร เท่าไหร่ กี่ อย่างไร ทำไม \
         นี้ นั้น ซึ่ง หรือ ถูก ก็ จะ ไม่ แก่ ต่อ ตาม เพื่อ ด้วย อยู่ ครั้ง บ้าง",
    ),
    (
        "tr",
        "bir bu da de daha en gibi hangi hangisi hangileri için ile kaç kim kime kimin kimler mi mı mu mü nasıl ne neden \
         nedir nelerdir nerede nereye neresidir niçin o olan olarak oldu olduğu olmuştur ve veya ya ne zaman kadar sonra \
         tarafından vardır var idi",
    ),
    (
        "vi",
        "ai bao bằng bị các cái cho có của cùng đã đang đâu để đến đi điều được gì hay khi không là lại làm lên mà một nào \
         này nên người nhiêu như những nó ở qua ra rằng rồi sao sau sẽ tại theo thì thế trên trong trước từ và vào vậy về \
         vì với việc khác mấy",
    ),
    (
        "zh",
        "的 了 是 在 有 和 与 及 或 被 把 对 从 到 于 以 为 其 之 这 那 这个 那个 哪 哪些 哪个 哪里 哪种 什么 谁 何 何时 多少 几 怎么 如何 \
         为什么 吗 呢 个 中 上 时 一个 也 都 就 不 的是 什么时候 位 名",
    ),
];

type StopWordSet = HashSet<String>;

/// Stop words of one query.
pub(super) struct StopWords {
    lists: Vec<&'static StopWordSet>,
}

impl StopWords {
    /// Returns the stop words of the query's apparent language, among the languages of the site.
    #[must_use]
    pub(super) fn of_query(query: &str, languages: &[String]) -> Self {
        let words: Vec<String> =
            segment(query).words.into_iter().map(|word| normalize(&query[word.range])).collect();
        let counts = languages.iter().filter_map(|language| {
            let list = list(language)?;
            Some((words.iter().filter(|word| list.contains(word.as_str())).count(), list))
        });
        // On a tie the language with more posts, which comes first.
        let best = counts.reduce(|best, next| if next.0 > best.0 { next } else { best });
        let lists = match best {
            Some((count, list)) if count >= MIN_STOP_WORDS => vec![list],
            _ => list("en").into_iter().collect(),
        };
        Self { lists }
    }

    /// Returns whether a normalized word is a stop word.
    #[must_use]
    pub(super) fn contains(&self, normalized: &str) -> bool {
        self.lists.iter().any(|words| words.contains(normalized))
    }
}

fn list(language: &str) -> Option<&'static StopWordSet> {
    static SETS: LazyLock<Vec<(&str, StopWordSet)>> = LazyLock::new(|| {
        LISTS
            .iter()
            .map(|(language, words)| (*language, words.split_whitespace().map(normalize).collect()))
            .collect()
    });
    let language = match primary_subtag(language) {
        "nb" | "nn" => "no",
        "ms" => "id",
        language => language,
    };
    SETS.iter().find(|(of, _)| *of == language).map(|(_, words)| words)
}

/// Returns whether a folded word is an English stop word.
#[must_use]
pub fn is_stop_word(word: &str) -> bool {
    list("en").is_some_and(|words| words.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stop_words(query: &str, languages: &[&str]) -> Vec<String> {
        let languages: Vec<String> = languages.iter().map(|&language| language.to_owned()).collect();
        let stop_words = StopWords::of_query(query, &languages);
        query.split(' ').map(normalize).filter(|word| stop_words.contains(word)).collect()
    }

    #[test]
    fn only_stop_words_of_the_query_language_apply() {
        let cases: [(&str, &[&str], &[&str]); 7] = [
            ("wie war die Antwort", &["en", "de"], &["wie", "war", "die"]),
            ("war and peace", &["de", "en"], &["and"]),
            ("die hard", &["en", "de"], &[]),
            ("wie war die Antwort", &["en-US", "de-AT"], &["wie", "war", "die"]),
            ("how to die", &["de", "en"], &["how", "to"]),
            ("чем был этот мир", &["en", "ru"], &["чем", "был", "этот"]),
            ("wie war die Antwort", &["en"], &[]),
        ];
        for (query, languages, expected) in cases {
            assert_eq!(stop_words(query, languages), expected, "{query}");
        }
    }
}
