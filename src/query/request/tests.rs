use super::*;

#[test]
fn uses_defaults_for_missing_parameters() {
    assert_eq!(RawRequest::default().validate(), Ok(SearchRequest::default()));
}

#[test]
fn parses_all_parameters() {
    let raw = RawRequest {
        after: Some("2024".into()),
        before: Some("2024-06".into()),
        sort: Some("newest".into()),
        facets: Some("category,year,category".into()),
        category: Some(" ".into()),
        author: Some("Ann Lee".into()),
        lang: Some(" pt-BR ".into()),
        group: Some("translations".into()),
        explain: Some("true".into()),
        typos: Some("0".into()),
        fragments: Some("2".into()),
        sections: Some("3".into()),
        ..RawRequest::default()
    };
    let request = raw.validate().unwrap();
    assert_eq!(request.after.unwrap().to_string(), "2024-01-01T00:00:00");
    assert_eq!(request.before.unwrap().to_string(), "2024-06-01T00:00:00");
    assert_eq!(request.facets, [FacetField::Category, FacetField::Year]);
    assert_eq!((request.sort, request.category), (Sort::Newest, None));
    assert_eq!((request.author.as_deref(), request.lang.as_deref()), (Some("Ann Lee"), Some("pt-BR")));
    assert_eq!((request.group, request.explain, request.typos), (Grouping::Translations, true, Some(0)));
    assert_eq!((request.fragments, request.sections), (2, 3));
}

#[test]
fn accepts_explicit_defaults() {
    let raw = RawRequest {
        lang: Some("\t".into()),
        group: Some("none".into()),
        explain: Some("0".into()),
        typos: Some(String::new()),
        ..RawRequest::default()
    };
    assert_eq!(raw.validate(), Ok(SearchRequest::default()));
}

#[test]
fn rejects_invalid_values_with_the_parameter_and_the_allowed_values() {
    let raw = RawRequest::default;
    let text = |text: &str| Some(text.to_owned());
    let cases = [
        (RawRequest { limit: text("0"), ..raw() }, "limit", "from 1 to 100"),
        (RawRequest { limit: text("101"), ..raw() }, "limit", "from 1 to 100"),
        (RawRequest { page: text("x"), ..raw() }, "page", "a whole number"),
        (RawRequest { page: text("1001"), ..raw() }, "page", "the first 10000 hits"),
        (RawRequest { after: text("soon"), ..raw() }, "after", "a date like"),
        (RawRequest { after: text("2024-13"), ..raw() }, "after", "a date like"),
        (RawRequest { before: text("31.31.2024"), ..raw() }, "before", "a date like"),
        (RawRequest { sort: text("best"), ..raw() }, "sort", "relevance, newest or oldest"),
        (RawRequest { lang: text("german!"), ..raw() }, "lang", "such as de or pt-BR"),
        (RawRequest { lang: text("d"), ..raw() }, "lang", "such as de or pt-BR"),
        (RawRequest { lang: text("de-"), ..raw() }, "lang", "such as de or pt-BR"),
        (RawRequest { lang: text(&"de-x".repeat(20)), ..raw() }, "lang", "such as de or pt-BR"),
        (RawRequest { group: text("tags"), ..raw() }, "group", "none or translations"),
        (RawRequest { explain: text("yes"), ..raw() }, "explain", "1, true, 0 or false"),
        (RawRequest { typos: text("3"), ..raw() }, "typos", "0, 1 or 2"),
        (RawRequest { typos: text("-1"), ..raw() }, "typos", "0, 1 or 2"),
        (RawRequest { fragments: text("0"), ..raw() }, "fragments", "from 1 to 3"),
        (RawRequest { sections: text("4"), ..raw() }, "sections", "from 0 to 3"),
        (
            RawRequest { facets: text("category,color"), ..raw() },
            "facets",
            "tag, author, lang, series and year",
        ),
        (RawRequest { fields: text("id,color"), ..raw() }, "fields", "id, url, title"),
        (RawRequest { year: text("24"), ..raw() }, "year", "a year from 0001 to 9999"),
        (RawRequest { year: text("2024-05"), ..raw() }, "year", "a year from 0001 to 9999"),
    ];
    for (raw, parameter, allowed) in cases {
        let error = raw.clone().validate().unwrap_err();
        assert_eq!(error.parameter, parameter, "{raw:?}");
        assert!(error.allowed.contains(allowed), "{}", error.allowed);
    }
}

#[test]
fn facet_requests_name_a_field_and_take_the_filters_of_searches() {
    let text = |text: &str| Some(text.to_owned());
    let raw = RawFacetRequest {
        field: text("tag"),
        prefix: "ku".to_owned(),
        limit: text("3"),
        q: "helm".to_owned(),
        series: text("CI"),
        year: text("2024"),
        ..RawFacetRequest::default()
    };
    let request = raw.clone().validate().unwrap();
    assert_eq!((request.field, request.prefix.as_str(), request.limit), (FacetField::Tag, "ku", 3));
    let expected =
        RawRequest { q: "helm".to_owned(), series: text("CI"), year: text("2024"), ..RawRequest::default() };
    assert_eq!(request.search, expected.validate().unwrap());
    for (raw, parameter) in [
        (RawFacetRequest { field: None, ..raw.clone() }, "field"),
        (RawFacetRequest { field: text("color"), ..raw.clone() }, "field"),
        (RawFacetRequest { limit: text("101"), ..raw.clone() }, "limit"),
        (RawFacetRequest { after: text("soon"), ..raw }, "after"),
    ] {
        assert_eq!(raw.validate().unwrap_err().parameter, parameter);
    }
}
