// The word "Search" in the languages of the box: the only text that is shown before the box is used.

const WORDS = "|deSuchen|frRechercher|esBuscar|ptPesquisar|itCerca|nlZoeken|plSzukaj|ruПоиск|ukПошук|trAra|arبحث|heחיפוש"
  + "|faجستجو|hiखोजें|ja検索|ko검색|zh搜索|viTìm kiếm|thค้นหา|idCari|svSök|csHledat|daSøg|nbSøk|fiHae|elΑναζήτηση|huKeresés"
  + "|roCăutare";

/** Returns the language of the page at an element. */
export function languageOf(element) {
  return element.closest("[lang]")?.lang || "en";
}

/** Whether a language tag is one of traditional Chinese: `zh-TW`, `zh-HK`, `zh-MO`, `zh-Hant`. */
export function isTraditional(tag) {
  return /^zh-(.*[tk]|mo)/i.test(tag);
}

/** Returns the word "Search" in the language of the page at an element. */
export function labelFor(element) {
  const language = languageOf(element);
  return isTraditional(language) ? "搜尋" : WORDS.match(`\\|${language.slice(0, 2)}([^|]+)`)?.[1] ?? "Search";
}
