// The word "Search" in the languages of the box: the only text that is shown before the box is used. Each word follows
// the two letters of its language.

export const WORDS = "|deSuchen|frRechercher|esBuscar|ptPesquisar|itCerca|nlZoeken|plSzukaj|ruПоиск|ukПошук|trAra|arبحث|heחיפוש"
  + "|faجستجو|hiखोजें|ja検索|ko검색|zh搜索|viTìm kiếm|thค้นหา|idCari|svSök|csHledat|daSøg|nbSøk|fiHae|elΑναζήτηση|huKeresés"
  + "|roCăutare";
