//! Profiles of the languages in Latin script: function words, endings, and letters besides a to z.

use super::language_profile::LanguageProfile;

/// The profiles; related languages follow each other.
pub(super) const LATIN: [LanguageProfile; 40] = [
    LanguageProfile {
        tag: "en",
        words: "the of and to in is that it for was on are as with be this by at from have or an not but which they you we \
            can will has had were their all been its if when there would what so about who more one your how into than \
            his her she he them these some do my also no our i a because only other should use using",
        endings: "tion ing ment ness ally ings ould ough tions ible able ed ly",
        letters: "éï",
    },
    LanguageProfile {
        tag: "de",
        words: "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er \
            hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur \
            bis mehr durch man kann wenn ich wir diese unter sein ihre gegen vom können alle hier keine jeder was mich \
            mir uns dieser dieses wurde wurden neue neuen muss müssen sollte würde wäre sowie jedoch dann wieder damit \
            ihr euch etwas jetzt schon sehr viele dazu davon nun ab gibt weitere zwischen während beim ohne kein welche \
            einfach",
        endings: "ung lich keit heit isch chen ungen igen ichen icht eren ierung ischen",
        letters: "ßäöü",
    },
    LanguageProfile {
        tag: "fr",
        words: "de la le et les des en un une du est pour que qui dans a par plus pas au sur ne se ce il sont avec ou son \
            aux cette mais ses été nous comme être fait sa leur vous je on ces deux tout aussi elle peut sans ont même \
            était si bien très entre faire où peuvent toute tous leurs votre avoir quand lorsque d' l' s' n' c' qu' j' \
            cet quelques toutes version avons afin ainsi donc chaque depuis peu encore alors autres plusieurs nouvelle \
            nouveau",
        endings: "tion ment ions eux ique elle ation ité aux eur ance iques ées ments eurs",
        letters: "àâæçèéêëîïôùûüÿœ",
    },
    LanguageProfile {
        tag: "es",
        words: "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin \
            sobre este ya entre cuando todo esta ser son dos también fue había era muy años hasta desde está mi porque \
            qué sólo han yo hay vez puede todos así nos ni parte tiene él uno donde bien mismo otro ese eso toda quien \
            nuestro ejemplo hemos nueva nuevo versión puedes usar estos estas he tener hacer cada otros otras usted \
            nuestra aquí debe durante según gracias sea sido están cualquier",
        endings: "ción ciones mente idad dad ando iendo amos aron ados adas ador ores anza ías",
        letters: "áéíñóúü",
    },
    LanguageProfile {
        tag: "pt",
        words: "de a o que e do da em um para com não uma os no se na por mais as dos como mas ao ele das à seu sua ou \
            quando muito nos já eu também só pelo pela até isso ela entre depois sem mesmo aos seus quem nas me esse \
            eles você essa num nem suas meu às minha numa pelos pelas foi ser são tem está há podemos pode fazer toda \
            todo nova novo versão usar esta estes estas nós cada outros outras nossa aqui assim deve durante então ainda \
            qualquer sendo sido estão foram ter dessa desse nesta neste lançamento",
        endings: "ção ções mente dade ando endo amos aram ados adas ador ores ança agem ões",
        letters: "àáâãçéêíóôõú",
    },
    LanguageProfile {
        tag: "it",
        words: "di e che la il un a per in una è sono della con non del si da dei le al come i più alla lo nel ma delle \
            anche gli ha ad nella o dal ed se essere questo questa stato dalla degli suo tra sul loro due ai sua tutti \
            cui quando fatto ogni hanno dell può dove molto perché mi ci ne quello così prima senza solo suoi ho era sia \
            nei sulla possono l' d' c' un' dell' all' nell' alcuni altri nuova nuovo tramite abbiamo versione nuove \
            potete puoi utilizzare fare altre nostra qui deve durante secondo qualsiasi stata stati hai questi queste \
            bisogna viene vengono però",
        endings: "zione zioni mente ità ando endo iamo ato ati ata ate tore tori anza aggio zza ello elle",
        letters: "àèéìíîòóù",
    },
    LanguageProfile {
        tag: "nl",
        words: "de van het een en in is dat op te zijn voor met die niet aan er om ook als dan maar bij uit nog naar door \
            over ze ik hij je was wordt of we deze werd kan heeft had tot worden meer geen moet hebben al wel dit ons \
            wat zo men hun zou onder kunnen alle tegen haar ieder zich recht mijn jouw veel hebt kun jij jullie nieuwe \
            versie omdat zoals kunt gebruik gebruiken moeten toch nu eens alleen verder waar via zonder tussen toen \
            waarom waarvan welke iets eigen ander andere",
        endings: "ing heid lijk ingen elijk ische aar tie ties ijn aan oon eerd igheid",
        letters: "áèéëïóöü",
    },
    LanguageProfile {
        tag: "sv",
        words: "och i att det som en på är av för med den till han inte ett om har de jag var sig från vi så kan man när år \
            säger under också efter eller nu sin där vid mot ska skulle kommer ut får finns vara hade alla andra mycket \
            än här då sedan över bara in blir upp även vad få två vill hur mer detta utan någon varje rätt skall nya ny \
            denna dessa sina sitt vårt våra behöver använda ingen inget eftersom medan både dig mig oss er ditt dina \
            alltså bland bör hela just samma inom genom människa friheter",
        endings: "ning ande arna erna heten ligt lig ade iska tion ingen else het orna",
        letters: "äåéö",
    },
    LanguageProfile {
        tag: "da",
        words: "og i at det er en til af på den med for der de ikke som et har han jeg var vi sig så kan om men fra ved vil \
            skal havde eller blev hun nu efter også være op ud ham over når man hvor dem hvad mig min kun dette under \
            bliver noget mod hans alle enhver meget blive hvis andre nogle mere denne uden sin deres mellem lave bruge \
            ny nye disse sine sit vores bruges ingen intet fordi mens både dig os jeres dit dine altså blandt bør hele \
            lige samme inden gennem hvordan hvorfor kunne skulle ville mange",
        endings: "ning ende erne heden ligt lig ede iske tion ingen else hed",
        letters: "åæéø",
    },
    LanguageProfile {
        tag: "nb",
        words: "og i det er på som en til å av for at med de den han har ikke om et fra var jeg men vi seg så kan hun skal \
            når ble ut også etter eller være opp dem hva meg ved blir noe nå hadde mot hans alle enhver mye bli hvis \
            andre noen mer denne uten sin sine deres mellom bruke du vil hvor dette inn over ny nye disse sitt vår vårt \
            våre brukes ingen fordi mens både deg oss ditt dine altså blant bør hele samme innen gjennom hvordan hvorfor \
            kunne skulle ville mange",
        endings: "ning ende ene heten ligt lig ede iske sjon ingen else het sjonen",
        letters: "åæéòóôø",
    },
    LanguageProfile {
        tag: "nn",
        words: "og i det er på som ein til å av for at med dei den han har ikkje om eit frå var eg men vi seg så kan ho skal \
            når vart ut også etter eller vere opp kva meg ved blir noko no hadde mot alle kvar mykje verte dersom andre \
            nokon meir denne utan sine deira mellom korleis same dette inn over skulle fleire",
        endings: "",
        letters: "åæéòóôø",
    },
    LanguageProfile {
        tag: "is",
        words: "og að í á er sem til það við um en var ekki með af fyrir hann þess ég eru hefur þar þau frá hafa því ef eða \
            þeir þá hún verið vera svo mjög hver sé þegar þetta sér einnig eftir skal allir rétt honum upp hafi okkur þú \
            eigi",
        endings: "inum inni unum anna urinn ina inn ið num ingu lega",
        letters: "áæéíðóöúýþ",
    },
    LanguageProfile {
        tag: "fi",
        words: "ja on ei että se oli hän ovat mutta kun joka myös tai niin ole jos voi kuin sen hänen vain olla sitä tämä \
            jotka sekä mitä tämän mukaan siitä mikä siis ollut nyt jo minä ne jonka jokaisella oikeus olisi me tässä \
            kaikki ennen kanssa vielä koska näin miten kuitenkin tulee ettei voit esimerkiksi sitten itse hyvin jotta \
            sillä vaan joita muut uusi sinun minun tällä näiden eikä eivät pitää saa jossa josta joten kunnes vaikka \
            kautta tällöin vasta enemmän paljon tehdä käyttää voidaan täytyy julkaistu versio onko jokaisen ihmisten",
        endings: "ssa ssä sta stä lla llä lle lta ltä ista iden inen isen aan ään taan tään mme tte den ksi nut nyt vat vät \
            uus ys",
        letters: "äåöšž",
    },
    LanguageProfile {
        tag: "et",
        words: "ja on ei et see oli ta kui ka mis ning või siis aga oma kes seda selle välja olla nii ma nende tema iga kõik \
            veel ole sest mida juba pole siin üks peab saab kuid neid mitte meie igal inimesel kas need õigus pärast \
            tuleb seal olid võib kuidas ega sellest näiteks",
        endings: "ses sest des dest tele use sed mine mise vad nud tud line lise ga sse dele",
        letters: "äõöüšž",
    },
    LanguageProfile {
        tag: "pl",
        words: "w i na z do nie się jest to że o jak za od po przez są dla co ale oraz tym ma być tego jego który przy lub \
            które także tylko już jej ich był może jako czy tak pod która nas jeśli można ze aby było gdy by bardzo też \
            ten każdy mi mnie ja praw prawo przed bez więc nad nam wydanie wydano nową nowe została został zostały \
            których dzięki wszystkie wszystkich więcej dlatego ponieważ jednak jeżeli żeby mamy będzie będą możesz musi \
            gdzie kiedy zobacz swoje swój kilka między teraz wszyscy naszym naszej podczas",
        endings: "ego ych owa ów ości enia ania nie ość iej ami ach ymi imi ował cji ować cja czny cie anie enie ją",
        letters: "óąćęłńśźż",
    },
    LanguageProfile {
        tag: "cs",
        words: "a v se na je že o s z do i to k ve pro za by jako ale po si tak jsou které který od nebo která jeho při bylo \
            už jen být byl má co však také až než není když aby jak před podle jsem budou tom další nejen kde mezi každý \
            jejich jejího bude své toto této ze tím právo mít může pokud například jsme ještě jejichž nové nová nový \
            verze verzi byly byli můžete protože tedy vše všechny všech něco někdo takže jeden dva tři kteří kterou \
            kterých kdy proto použít",
        endings: "ého ých ové ost osti ení ání ího ími ách ský ské ovat nost ěji ky emi ým ný ná né ová ována",
        letters: "áéíóúýčďěňřšťůž",
    },
    LanguageProfile {
        tag: "sk",
        words: "a v sa na je že o s z do i to k vo pre za by ako ale po si tak sú ktoré ktorý od alebo ktorá jeho pri bolo \
            už len byť bol má čo však aj než nie keď aby pred podľa som budú tom ďalšie kde medzi každý ich bude svoje \
            toto tejto zo tým právo mať môže ak napríklad sme ktorých ktorú ani iba všetky ešte nové nová nový verzia \
            verzie boli môžete pretože teda všetko všetkých niečo niekto takže jeden dva tri ktorí kedy preto použiť \
            práve",
        endings: "ého ých ové osť osti enie anie ieho ími ách ský ské ovať nosť ejší ami ým ný ná né ová ovaná",
        letters: "áäéíóôúýčďĺľňŕšťž",
    },
    LanguageProfile {
        tag: "sl",
        words: "in v je na se da za so z o pa ki ne po s tudi kot od pri do iz bi ali kar ima bo še ga jih le pod več ker \
            kako ob med pred sem svoje njegove ter kadar lahko biti nima nobena mu vsakdo vse pravico kakor bil smo če \
            ni tem naj bila bilo samo zelo kjer to ta te različica novi nova potrebno skozi ona oni mi vas nas nam jim \
            čeprav svoboščin pravic človek enako morda svojim uporabo bomo ste niso vsi vseh vsako",
        endings: "ega imi ost osti enje anje ih ski ske ovati nost ejši ami ov nih jo ijo ev eni oma",
        letters: "čšž",
    },
    LanguageProfile {
        tag: "hr",
        words: "i u je na se da za su od s a o ne koji kako iz što kao ili sa li do će bi nije koje koja biti ima samo to \
            bio sve svoje nema po ali bez svatko pred pravo njegov tko gdje također nego može prema između prije kada \
            ovo te već sam bilo svim nisu ako bila nakon svih smije uvijek vrijeme dio verzija novi nova potrebno \
            možete kroz ona oni mi vas nas nam ih im ga joj jer iako osobe slobode pravu čovjek jednako možda samog \
            svojim uz bit ćete ćemo smo ste jeste svjetlo dakle ovaj koju koristi svoj cijeli djelo",
        endings: "oga nje ost osti enje anje ih ski ske ovati nost iji ima ama kih nih nom noj iti ati ju",
        letters: "ćčđšž",
    },
    LanguageProfile {
        tag: "sr",
        words: "i u je na se da za su od s a o ne koji kako iz šta kao ili sa li do će bi nije koje koja biti ima samo to \
            bio sve svoje nema po ali bez svako pred pravo njegov ko gde takođe nego može prema između pre kada ovo \
            te već sam bilo svim nisu ako bila nakon svih sme uvek vreme deo posle ovde treba verzija novi nova \
            potrebno možete kroz ona oni mi vas nas nam ih im ga joj jer iako slobode pravu čovek jednako možda samog \
            svojim uz ćete ćemo smo ste jeste svaki lica svetlo dakle ovaj koju koristi svoj celi delo",
        endings: "oga nje ost osti enje anje ih ski ske ovati nost iji ima ama kih nih nom noj iti ati ju",
        letters: "ćčđšž",
    },
    LanguageProfile {
        tag: "hu",
        words: "a az és hogy nem is egy meg van de csak ez azt volt el ha mint már még vagy ki amely minden be fel ami kell \
            lehet ezt le én sem majd mert után más azonban ő illetve olyan lett szerint valamint ne nincs jog joga \
            személynek ezek aki között e arra által pedig lesz úgy itt így ott során hogyan nagyon volna hanem hogyha \
            amikor ahol saját egyik másik első két további új ezért mivel akkor ugyan voltak vannak legyen kellene \
            lehetne nélkül alatt felett mely melyet amelyek bármely egyenlő használata",
        endings: "ban ben nak nek ság ség val vel ból ből ról ről hoz hez kat ket unk ünk tól től ását ések ások tt ott ett \
            ött kor ni ára ére",
        letters: "áéíóöúüőű",
    },
    LanguageProfile {
        tag: "ro",
        words: "de în și a la cu din care nu pe să o un se pentru că mai este sunt au ce ca sau al ale prin fi lui sa fost \
            său dar orice după are lor cel cele ei unei unui dreptul iar când poate am acest această fie cum între nici \
            până toate aceste asupra despre avea si sint cea ori dacă fără vor avem aș ar tot toți foarte doar numai \
            astfel însă deci altă alte alt noi voi ele ea el mea noua nouă versiune folosi fiecare persoană dintre \
            asemenea precum totul bine ai aici acolo câte",
        endings: "ție ții ului elor ilor ată ești iunea ția ității ări tor rea ează",
        letters: "âîăşţșț",
    },
    LanguageProfile {
        tag: "tr",
        words: "ve bir bu da de için ile olarak çok daha olan gibi en ne kadar sonra ama her var ya veya ki o ise değil \
            diye mi olduğu tarafından hakkı şey göre bunu onu olup üzere hiçbir kendi şahsın bütün yok eğer ancak ben \
            nasıl zaman şekilde iyi önce biz sadece artık hem bunun ilgili değildir onun şu hangi bazı tüm yeni \
            üzerinde içinde hakkında olduğunu olması olabilir edilen eden yapılan kullanarak kullanılan ayrıca \
            böylece herkes haizdir fakat çünkü nedir birlikte ilk iki biri beri ardından vardır edilir ederiz neden \
            başka bizim size bana oldu olacak yapmak sürüm sürümü kısa süre birçok çeşitli genellikle içindeki şimdi \
            gerekir dahil üzerine karşı",
        endings: "lar ler ları leri lerin ların dır dir dur ması mesi nın nin nun ında inde ından inden mak mek arak erek acak \
            ecek yor iyor uyor ıyor mış miş sini sını ndı ndi ımız imiz nda nde",
        letters: "âçîöûüğış",
    },
    LanguageProfile {
        tag: "az",
        words: "və bir bu da də üçün ilə olan hər kimi daha çox öz var ya nə malikdir hüququ hüquq edilə onun olaraq bütün \
            heç əgər ən sonra ki belə olmalıdır isə olunur şəxs insan lakin görə deyil tərəfindən qədər mən",
        endings: "lar lər ları ləri dır dir ması məsi nın nin ında ində ından indən maq mək araq ərək acaq əcək mış miş",
        letters: "çöüğışə",
    },
    LanguageProfile {
        tag: "vi",
        words: "và của là có được trong cho không các với một những đã người này khi để đến như về từ ra cũng vào ở sẽ nhiều \
            đó tại hay mà theo trên bị đang phải thì rằng hoặc nếu sau nhưng trước quyền mọi việc chúng tôi bạn thể làm \
            còn ai do bởi",
        endings: "",
        letters: "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
    },
    LanguageProfile {
        tag: "id",
        words: "yang dan di dengan untuk dari dalam tidak ini itu pada akan ke adalah oleh atau sebagai juga telah ada \
            saya orang tersebut bisa karena anda kita dapat lebih mereka harus secara setiap hak sudah kami jika \
            seperti tetapi banyak bahwa maupun serta bagi tanpa berhak antara lain sama kepada adanya dirilis sebuah \
            pun agar hanya masih lagi sekarang sangat semua baru melalui beberapa silakan tentang ketika setelah saat \
            sampai hingga namun bahkan maka merupakan menjadi kalian sedang yaitu jangan kalau begitu bukan mengenai \
            pertama terima kasih berikut tanggal kode situs rilis terbaru coba butuh sedangkan mau tapi banget \
            digunakan menggunakan melakukan memiliki jadi cara bagaimana apa hal berbagai",
        endings: "kan nya kannya annya",
        letters: "é",
    },
    LanguageProfile {
        tag: "ms",
        words: "yang dan di dengan untuk dari dalam tidak ini itu pada akan ke adalah oleh atau sebagai juga telah ada \
            saya orang tersebut boleh kerana anda kita lebih mereka hendaklah secara setiap hak sudah kami jika \
            seperti tetapi banyak bahawa mana serta bagi tanpa berhak antara lain sama kepada daripada ialah manakala \
            ataupun sesiapa tiada baru semua sedang sahaja cuma ianya bukan melalui beberapa tentang ketika selepas \
            sehingga namun maka menjadi iaitu jangan kalau begitu mengenai pertama terima kasih berikut cuba supaya \
            perisian digunakan menggunakan melakukan jadi cara bagaimana apa hal mahu tak pelbagai awak",
        endings: "kan nya kannya annya",
        letters: "é",
    },
    LanguageProfile {
        tag: "tl",
        words: "ang ng sa na mga at ay ito si para kanyang hindi may isang o siya niya kung rin lamang bawat tao nang ni ako \
            bilang kaniyang karapatan walang sinuman nila mo ko ka anumang pang kanilang iyon gaya pag dahil maging \
            noong upang namin",
        endings: "ang han hin",
        letters: "ñ",
    },
    LanguageProfile {
        tag: "sw",
        words: "na ya kwa wa ni za la katika cha hii au kila kuwa haki mtu yake ana vya bila watu wake huyu yeyote kama pia \
            hiyo wote lakini hizo nchi yao huo ili zake kutoka kwamba hilo wao hivyo zao mwingine",
        endings: "",
        letters: "",
    },
    LanguageProfile {
        tag: "lt",
        words: "ir yra kad į tai iš su bei kaip jo ar apie tik nuo už per jis turi būti buvo dėl jų savo kurie bet po jos \
            prie kuris taip gali pagal ne kiekvienas žmogus teisę o mes jau ji arba turėti kai dar prieš kuri tuo tačiau \
            jeigu bus labai nėra kiek iki šis šio todėl",
        endings: "imas imo umas ymas ijos ais ose uose ams tas ius ųjų iau oti imą inti ėti",
        letters: "ąčėęįšūųž",
    },
    LanguageProfile {
        tag: "lv",
        words: "un ir ar uz no ka par tas kas pie tika gan tiek vai arī bija nav jābūt viņa katram cilvēkam tiesības kā tā \
            to bet pēc ja lai līdz savu būt kad šī šo tiks tikai var kuru ikvienam visu starp ļoti viņš es mēs jau pret \
            kurš savas tādēļ nevienu šis ne",
        endings: "šana šanas ības ība iem ajā ām ās ību ēt īt ījums ums umu āja",
        letters: "āčēģīķļņšūž",
    },
    LanguageProfile {
        tag: "ca",
        words: "de la que i el en a per les un del amb una els no és al es com més o ha són seva seu dels sense pel però \
            tota tot seus també hi aquest aquesta persona dret altres té ser sobre va entre molt ni si fins ja qui on \
            quan això nostre tots cap pot està van fer d' l' s' als",
        endings: "ció cions ment itat ant ats ades ador ors ança atge ns",
        letters: "àçèéíïòóúü",
    },
    LanguageProfile {
        tag: "gl",
        words: "de a o que e do da en un para con non unha os no se na por máis as dos como pero ao súa ou cando ten dereito \
            toda ser é á persoa seu sen das nin pola polo outros tamén nos entre sobre estes seus foi só moi son está \
            aos unhas hai eu este esta teñen todos cada nova novo versión facer outras nosa aquí así debe durante \
            segundo calquera sendo sido están foron ter desta deste liberdade",
        endings: "ción cións mente dade ando endo amos aron ados adas ador ores anza axe óns",
        letters: "áéíïñóúü",
    },
    LanguageProfile {
        tag: "eu",
        words: "eta da ez du bat ere dira dute den edo bere baina hau izan dituzte egin ditu guztiak duen beste behar ala \
            dela arte orok pertsona eskubidea oso zen baino bezala ziren daude bidez gabe eskubide nahi hori honek \
            izango zuen dugu hartu gizabanako baten",
        endings: "tzen aren ekin ako etan etik erako tako zioa tuta ren rik tik ean",
        letters: "ñü",
    },
    LanguageProfile {
        tag: "af",
        words: "die van en in is het nie dat te vir wat met op sy as aan om word deur hy was hulle ek ook kan by na sal ons \
            uit of maar oor een geregtig reg enige elke wees baie nog hierdie mag gaan daar jy so moet tot",
        endings: "ing heid lik inge like iese eer sie sies",
        letters: "áèéêëíïôöû",
    },
    LanguageProfile {
        tag: "ga",
        words: "an na agus ar a is le do i go bhí sé ag ní ach sin don de tá mar gach duine chun aige nó gan bheith cheart \
            trí faoi ná féin sa eile ó atá raibh leis seo bhfuil sí iad againn",
        endings: "ach acht adh aigh eadh óir idh",
        letters: "áéíóú",
    },
    LanguageProfile {
        tag: "cy",
        words: "a y yr yn i o ac ar mae wedi sydd bod oedd gan am ei neu bob hawl cael eu at fel hyn nad un i'w nid rhag \
            drwy dros yw mewn ni gyda hwn ond hon fod roedd hi pan bydd mwy hefyd gael",
        endings: "au io iad odd aeth edd iaeth wyr ydd ion",
        letters: "áâäéêîïôöûŵŷ",
    },
    LanguageProfile {
        tag: "sq",
        words: "të e në dhe i për me një që nga është se ka do u ose si nuk ai tij kjo më shumë duhet çdo gjithë drejtë \
            drejta kanë pa ky janë jetë asnjë çfarë edhe këtë ishte por ku mund tyre kur jo ajo",
        endings: "ave eve ojë imit imin shme ore eje uar",
        letters: "çë",
    },
    LanguageProfile {
        tag: "eo",
        words: "la de kaj en al estas ne por ke kun el ĉiu havas rajton li sia aŭ per kiu oni pri ĝi ili tiu ĉi sed kiel mi \
            unu pli homo rajto sen inter ties iu tio devas povas estis kio tre ankaŭ plej nur laŭ esti ĝis",
        endings: "ajn ojn oj aj as is os ado eco ecoj antaj ita",
        letters: "ĉĝĥĵŝŭ",
    },
    LanguageProfile {
        tag: "la",
        words: "et in est non ad ut cum quod qui sed ex esse sunt de aut enim ab nec si quae atque etiam per hoc autem eius \
            quam se vel pro quid ne omnes iure ius quisque homo id a nisi sine eorum eo fuit",
        endings: "",
        letters: "",
    },
];
