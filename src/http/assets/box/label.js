// The word "Search" in the languages of the box: the only text that is shown before the box is used.

const WORDS = "|deSuchen|frRechercher|esBuscar|ptPesquisar|itCerca|nlZoeken|plSzukaj|ruПоиск|ukПошук|trAra|arبحث|heחיפוש"
  + "|faجستجو|hiखोजें|ja検索|ko검색|zh搜索|viTìm kiếm|thค้นหา|idCari|svSök|csHledat|daSøg|nbSøk|fiHae|elΑναζήτηση|huKeresés"
  + "|roCăutare";

/** Returns the word "Search" in a language. */
export function labelFor(tag) {
  return WORDS.match(`\\|${tag.slice(0, 2)}([^|]+)`)?.[1] ?? "Search";
}
