//! The word "Search" in the languages of the search box, which is all that the search page says by itself.

use crate::content::language_tag::has_same_primary;

/// Languages and their words; `assets/box/label.js` has the same ones.
const WORDS: [(&str, &str); 28] = [
    ("de", "Suchen"),
    ("fr", "Rechercher"),
    ("es", "Buscar"),
    ("pt", "Pesquisar"),
    ("it", "Cerca"),
    ("nl", "Zoeken"),
    ("pl", "Szukaj"),
    ("ru", "Поиск"),
    ("uk", "Пошук"),
    ("tr", "Ara"),
    ("ar", "بحث"),
    ("he", "חיפוש"),
    ("fa", "جستجو"),
    ("hi", "खोजें"),
    ("ja", "検索"),
    ("ko", "검색"),
    ("zh", "搜索"),
    ("vi", "Tìm kiếm"),
    ("th", "ค้นหา"),
    ("id", "Cari"),
    ("sv", "Sök"),
    ("cs", "Hledat"),
    ("da", "Søg"),
    ("nb", "Søk"),
    ("fi", "Hae"),
    ("el", "Αναζήτηση"),
    ("hu", "Keresés"),
    ("ro", "Căutare"),
];

/// Returns the word in a language, or in English.
pub(super) fn search_word(lang: &str) -> &'static str {
    WORDS.iter().find(|(known, _)| has_same_primary(known, lang)).map_or("Search", |(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_those_of_the_search_box() {
        let script = include_str!("../../assets/box/label.js");
        for (lang, word) in WORDS {
            assert!(script.contains(&format!("|{lang}{word}")), "{lang}");
        }
        // Each word of the script follows a bar.
        assert_eq!(script.matches('|').count(), WORDS.len());
        assert_eq!(
            (search_word("de-AT"), search_word("xx"), search_word("")),
            ("Suchen", "Search", "Search")
        );
    }
}
