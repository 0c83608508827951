//! Language tags of BCP 47 (RFC 5646), as sites write them, and their comparison.

/// Maximum length of the subtags of a tag, in letters and digits.
const MAX_SUBTAG_BYTES: usize = 8;

/// The two-letter primary subtags of the registry of languages: ISO 639-1, with old codes that are still in use. `sh`, an
/// old code, is left out, because it means a shell.
const TWO_LETTERS: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy \
    da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii \
    ik in io is it iu iw ja ji jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk \
    ml mn mo mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se \
    sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh \
    yi yo za zh zu";

/// Three-letter primary subtags of languages that have no code of two letters: those of CLDR and of the editions of
/// Wikipedia. Codes that are English words or names of programming languages, such as `war` and `nim`, are left out.
const THREE_LETTERS: &str = "ace ady alt ang anp arc ary arz asa ast atj avk awa azb bal bas bcl bem ber bez bho bjn blk bpy brx bua bxr \
    cak cbk cdo ceb cgg chr chy ckb cnr cop crh csb cst dag dav diq dje dlm doi dsb dtp dty dua dyo ebu eml ewo \
    fil fon frp frr fur gag gan gcr glk gom gor grc gsw gur guw guz hak haw hif hmn hsb hyw ilo inh jam jbo jmc \
    kaa kab kam kbd kbp kcg kde kea khq kln koi kok krc ksb ksf ksh lad lag lbe lez lfn lij lkt lld lmo lrc ltg \
    luo lus luy lzh mai mas mdf mer mfe mgh mgo mhr mni mnw mos mrj mua mus mwl myv mzn nah nan nap naq nds nia \
    nmg nnh nov nqo nrf nrm nso nus nyn olo pag pap pcd pcm pdc pfl pih pms pnb pnt prs quc rmy rof rue rup rwk \
    sah saq sat sbp scn sco sdc seh ses shi shn skr sma smj smn sms srn stq syr szl szy tay tcy teo tet tig tly \
    tok tpi trv tum twq tyv tzm udm vai vec vep vls vmf vro vun wae wal wbp wuu xal xmf xog yav yrl yue zea zgh \
    zza";

/// Returns a language tag as a site writes it: `zh-cn`, `zh-TW`, `pt-BR`. Subtags are separated by `-`, and the
/// primary subtag is in lower case. What follows in the name of a POSIX locale is removed: `pt_BR.UTF-8` is `pt-BR`.
pub(crate) fn language_tag(text: &str) -> String {
    let tag = text.split(['.', '@']).next().unwrap_or(text).trim();
    let (primary, rest) = tag.split_at(primary_subtag(tag).len());
    let rest = rest.trim_end_matches(['-', '_']);
    format!("{}{}", primary.to_lowercase(), rest.replace('_', "-"))
}

/// Returns the language tag that a text is, see [`language_tag`]; `None` if its primary subtag is not that of a known
/// language, as in `language: php`.
pub(crate) fn known_language_tag(text: &str) -> Option<String> {
    let tag = language_tag(text);
    let is_subtag = |subtag: &str| {
        (1..=MAX_SUBTAG_BYTES).contains(&subtag.len()) && subtag.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    (is_known_primary(primary_subtag(&tag)) && tag.split('-').all(is_subtag)).then_some(tag)
}

fn is_known_primary(subtag: &str) -> bool {
    let codes = match subtag.len() {
        2 => TWO_LETTERS,
        3 => THREE_LETTERS,
        _ => return false,
    };
    codes.split_ascii_whitespace().any(|code| code == subtag)
}

/// Returns the primary subtag of a language tag: `en` for `en-US`.
pub(crate) fn primary_subtag(tag: &str) -> &str {
    tag.split(['-', '_']).next().unwrap_or(tag)
}

/// Returns whether two tags have the same primary subtag, in upper or lower case.
pub(crate) fn has_same_primary(tag: &str, other: &str) -> bool {
    primary_subtag(tag).eq_ignore_ascii_case(primary_subtag(other))
}

/// How well a language tag matches a language range, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum LanguageMatch {
    /// They are equal.
    Equal,
    /// The tag refines the range: `zh-TW` for `zh`.
    Refining,
    /// The range refines the tag: `pt` for `pt-BR`.
    Refined,
    /// They have only the primary subtag in common, and perhaps some more: `pt-PT` for `pt-BR`.
    SamePrimary,
}

impl LanguageMatch {
    /// Compares a tag with a range, subtag by subtag and without regard to case, as the basic filtering of RFC 4647
    /// (section 3.3.1) does.
    pub(crate) fn of(range: &str, tag: &str) -> Option<Self> {
        let (mut ranges, mut tags) = (range.trim().split(['-', '_']), tag.split(['-', '_']));
        let is_same = |range: Option<&str>, tag: Option<&str>| {
            range.zip(tag).is_some_and(|(range, tag)| !tag.is_empty() && range.eq_ignore_ascii_case(tag))
        };
        if !is_same(ranges.next(), tags.next()) {
            return None;
        }
        loop {
            match (ranges.next(), tags.next()) {
                (None, None) => return Some(Self::Equal),
                (None, Some(_)) => return Some(Self::Refining),
                (Some(_), None) => return Some(Self::Refined),
                (range, tag) if is_same(range, tag) => {}
                _ => return Some(Self::SamePrimary),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_keeps_its_region() {
        for (text, tag) in [
            ("en", "en"),
            ("EN", "en"),
            ("zh-cn", "zh-cn"),
            ("zh_TW", "zh-TW"),
            ("PT-BR", "pt-BR"),
            ("sr-Latn_RS", "sr-Latn-RS"),
            ("de_AT.UTF-8", "de-AT"),
            ("ca_ES@valencia", "ca-ES"),
            (" fr ", "fr"),
            ("en-", "en"),
            ("", ""),
        ] {
            assert_eq!(language_tag(text), tag, "{text}");
        }
    }

    #[test]
    fn only_registered_languages_are_known() {
        for (text, tag) in [
            ("pt_BR", "pt-BR"),
            ("es-419", "es-419"),
            ("zh-Hant-TW", "zh-Hant-TW"),
            ("De", "de"),
            ("fil", "fil"),
            ("ckb", "ckb"),
            ("yue-Hant", "yue-Hant"),
            ("de-x-simple", "de-x-simple"),
            ("iw", "iw"),
        ] {
            assert_eq!(known_language_tag(text).as_deref(), Some(tag), "{text}");
        }
        for text in [
            "php",
            "Go",
            "c",
            "C",
            "sql",
            "vue",
            "weight",
            "js",
            "rb",
            "rust",
            "css",
            "sh",
            "nim",
            "min",
            "und",
            "x-own",
            "i-klingon",
            "mul",
            "",
            "-",
            "en, de",
            "English",
            "default",
            "en-áb",
            "e n",
            "en--us",
            "zz",
        ] {
            assert_eq!(known_language_tag(text), None, "{text}");
        }
    }

    #[test]
    fn the_tables_are_sorted() {
        for (codes, len) in [(TWO_LETTERS, 2), (THREE_LETTERS, 3)] {
            let codes: Vec<&str> = codes.split_ascii_whitespace().collect();
            assert!(codes.is_sorted_by(|a, b| a < b) && codes.iter().all(|code| code.len() == len));
        }
    }

    #[test]
    fn tags_match_ranges_by_their_subtags() {
        use LanguageMatch::{Equal, Refined, Refining, SamePrimary};
        for (range, tag, expected) in [
            ("pt", "pt", Some(Equal)),
            ("PT_br", "pt-BR", Some(Equal)),
            ("zh", "zh-tw", Some(Refining)),
            ("zh-hant", "zh-Hant-TW", Some(Refining)),
            ("en-US", "en", Some(Refined)),
            ("pt-PT", "pt-BR", Some(SamePrimary)),
            ("zh-Hant-TW", "zh-Hans", Some(SamePrimary)),
            ("p", "pt", None),
            ("ptx", "pt", None),
            ("pt", "ptx", None),
            ("", "pt", None),
            ("pt", "", None),
            ("", "", None),
            ("en", "pt-BR", None),
        ] {
            assert_eq!(LanguageMatch::of(range, tag), expected, "{range} {tag}");
        }
    }
}
