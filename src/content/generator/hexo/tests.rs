use super::*;
use crate::content::data::DataFormat;
use crate::content::inventory::Inventory;

fn resolve_page(settings: &str, id: &str, front_matter: &str) -> String {
    let config = Data::parse(settings, DataFormat::Yaml).unwrap();
    let data = Data::parse(front_matter, DataFormat::Yaml).unwrap();
    let inventory = Inventory::default();
    let date = data.text("date").and_then(|date| parse_date(&date));
    let file = PageSource { date, has_body: false, ..PageSource::complete(id, &data, &inventory) };
    let rules = HexoRules::from_config(Path::new("/nowhere"), &config);
    if rules.excludes(id) {
        return "excluded".to_owned();
    }
    match rules.resolve_page(&file) {
        PageOutcome::Page(page) => {
            format!("{}{}", page.path, if page.is_draft { " draft" } else { "" })
        }
        PageOutcome::Skipped(reason) => format!("{reason:?}"),
    }
}

#[test]
fn resolves_paths_as_hexo_does() {
    let date = "date: 2024-03-05 01:02:03";
    let cases = [
        ("", "_posts/a-title.md", date, "/2024/03/05/a-title/"),
        ("", "_posts/sub/My Post.md", date, "/2024/03/05/sub/My%20Post/"),
        (
            "permalink: ':i_month/:i_day/:hour:minute:second/:name.html'",
            "_posts/sub/x.md",
            date,
            "/3/5/010203/x.html",
        ),
        ("permalink: ':post_title/'", "_posts/x.md", "title: A & Über", "/a-uber/"),
        ("permalink: ':category/:title/'", "_posts/x.md", "categories: [One Two, B]", "/One-Two/B/x/"),
        ("permalink: ':category/:title/'", "_posts/x.md", "categories: [[A, B], [C]]", "/C/x/"),
        ("permalink: ':category/:title/'", "_posts/x.md", "", "/uncategorized/x/"),
        (
            "permalink: ':category/:title/'\nfilename_case: 1\ncategory_map: {One: eins}",
            "_posts/x.md",
            "categories: One",
            "/eins/x/",
        ),
        ("permalink: ':abbrlink.html'", "_posts/x.md", "abbrlink: 3f2a", "/3f2a.html"),
        ("permalink: ':lang/:title/'\npermalink_defaults: {lang: en}", "_posts/x.md", "", "/en/x/"),
        ("new_post_name: ':year-:month-:day-:title.md'", "_posts/2024-03-05-x-y.md", "", "/2024/03/05/x-y/"),
        ("new_post_name: ':year-:month-:day-:title.md'", "_posts/sub/x.md", date, "/2024/03/05/sub-x/"),
        ("", "_posts/x.md", "permalink: own/place/", "/own/place/"),
        ("", "_drafts/x.md", date, "/2024/03/05/x/ draft"),
        ("", "about/index.md", "", "/about/"),
        ("", "about.md", "", "/about.html"),
        ("pretty_urls: {trailing_html: false}", "about.md", "", "/about"),
        ("", "about.md", "permalink: other", "/other.html"),
        ("", "index.md", "", "List"),
        ("", "tags/index.md", "type: tags", "List"),
        ("", "_data/x.md", "", "excluded"),
        ("", "_posts/_x.md", "", "excluded"),
        ("skip_render: [README.md, 'demo/**']", "demo/x/y.md", "", "excluded"),
        ("ignore: ['**/held']", "held/deep/x.md", "", "excluded"),
        ("ignore: '**/*.draft.md'", "a/x.draft.md", "", "excluded"),
        ("ignore: ['held/**']", "held/x.md", "", "/held/x.html"),
        ("", "_posts/x.md", "", "/x/"),
        ("include: ['_kept/**']", "_kept/x.md", "", "/_kept/x.html"),
    ];
    for (settings, id, front_matter, expected) in cases {
        assert_eq!(resolve_page(settings, id, front_matter), expected, "{settings} {id} {front_matter}");
    }
}

#[test]
fn parses_file_names_by_their_pattern() {
    assert_eq!(parse_name(":title", "a/b"), [("title", "a/b")]);
    assert_eq!(
        parse_name(":year-:i_month-:title", "2024-3-x-y"),
        [("year", "2024"), ("i_month", "3"), ("title", "x-y")]
    );
    assert_eq!(parse_name(":lang/:title", "en/x"), [("lang", "en"), ("title", "x")]);
    assert_eq!(parse_name(":year-:title", "x"), []);
    assert_eq!(parse_name(":title-end", "x-end"), [("title", "x")]);
}

#[test]
fn base_url_includes_the_root() {
    for (config, base) in [
        ("url: https://a.org/blog\nroot: /blog/", "https://a.org/blog"),
        ("url: https://a.org\nroot: /blog/", "https://a.org/blog"),
        ("url: https://a.org/\nroot: /", "https://a.org"),
    ] {
        let data = Data::parse(config, DataFormat::Yaml).unwrap();
        assert_eq!(
            read_settings(&GeneratorSettings { data, ..GeneratorSettings::default() }).1.base,
            base,
            "{config}"
        );
    }
}
