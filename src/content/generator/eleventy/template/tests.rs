//! Tests of templates.

use super::*;
use crate::content::data::Data;
use crate::content::data::DataFormat;
use crate::content::date::parse_date;

fn render(id: &str, template: &str, engine: TemplateEngine) -> Result<String, String> {
    let data = "title: Ünï & Co\nlang: de\nmeta: {slug: s}\ntags: [One, two]\npinned: true\nn: 3\nempty: ''\n\
                'computed:keys': [code]\n";
    let data = Data::parse(data, DataFormat::Yaml).unwrap();
    let mut rules = super::super::tests::rules("");
    rules.templates.global.set("site.name", "S".into());
    rules.templates.global.computed.push("remote".to_owned());
    rules.templates.filters.insert("iso".to_owned(), SiteFilter::Format("%Y-%m-%d".to_owned()));
    rules.templates.filters.insert("stamp".to_owned(), SiteFilter::Code);
    let context = TemplateContext {
        settings: &rules.templates,
        id,
        data: &data,
        date: parse_date("2024-03-05T23:00:00-05:00"),
    };
    context.render(template, engine).map_err(|error| error.0)
}

#[test]
fn renders_liquid() {
    let cases = [
        ("/{{ page.fileSlug }}/", "/x/"),
        ("{{page.filePathStem}}.html", "/ab/x.html"),
        ("{{ page.inputPath }}", "./src/ab/2024-01-02-x.md"),
        ("{{ tags | sort | join }}{{ list['x'].y }}{{ tags }}", "One twoOnetwo"),
        ("/{{ page.date | date: '%Y/%m/%-d' }}/", "/2024/03/6/"),
        ("/{{ lang }}/{{ meta.slug | upcase }}/{{ meta['slug'] }}", "/de/S/s"),
        ("/{{ title | slugify }}/{{ title | slug }}/", "/ueni-and-co/uni-and-co/"),
        ("{{ title }}", "Ünï & Co"),
        ("/{{ none | default: 'd' }}/{{ empty | default: 'e' }}{{ none }}/", "/d/e/"),
        ("{% if pinned %}top{% else %}all{% endif %}", "top"),
        ("{% if none %}a{% elsif n > 2 and pinned == true %}b{% else %}c{% endif %}", "b"),
        ("{% unless pinned %}a{% else %}b{% endunless %}{% if empty %}c{% endif %}", "bc"),
        ("{% case lang %}{% when 'en' %}a{% when 'fr', 'de' %}b{% else %}c{% endcase %}", "b"),
        (
            "{% assign parts = 'a: b: ' | split: ': ' %}{{ parts | first }}{{ parts.last }}{{ parts | size }}",
            "ab2",
        ),
        ("{% capture x %}{{ lang }}-{% endcapture %}{{ x | append: 'y' | prepend: 'z' }}", "zde-y"),
        ("{{ 'abc-def' | truncate: 5, '' | capitalize }}{{ 'abcdef' | truncate: 5 }}", "Abc-dab..."),
        ("{{ 'a b&c' | url_encode }} {{ 'a b' | replace: ' ', '_' | remove: 'a' }}", "a+b%26c _b"),
        (
            "{{ 'abcdef' | slice: 1, 3 }}{{ 'abc' | slice: -2, 2 }}{{ tags | join: '/' | downcase }}",
            "bcdbcone/two",
        ),
        ("{%- if tags contains 'two' -%} t {%- endif -%} {{- n | plus: 2 | times: 1.5 -}} ", "t7.5"),
        ("{% raw %}{{ x }}{% endraw %}{% comment %}no{% endcomment %}{ x }", "{{ x }}{ x }"),
        ("{{ page.date | iso }}{{ site.name }}{{ site.none }}", "2024-03-06S"),
        ("{{ '2020-05-06' | date: '%Y' }}{{ none | date: '%Y' }}", "2020"),
        ("{% if none and remote %}a{% endif %}", ""),
    ];
    for (template, expected) in cases {
        let result = render("ab/2024-01-02-x.md", template, TemplateEngine::Liquid);
        if template.contains("remote") {
            assert!(result.is_err());
            continue;
        }
        assert_eq!(result.as_deref(), Ok(expected), "{template}");
    }
    let one_letter = render("a/x.md", "{{ page.filePathStem }}", TemplateEngine::Liquid);
    assert_eq!(one_letter.as_deref(), Ok("/x"));
    let index = render("2024-01-02-dir/index.md", "/{{ page.fileSlug }}/", TemplateEngine::Liquid);
    assert_eq!(index.as_deref(), Ok("/dir/"));
}

#[test]
fn renders_nunjucks() {
    let cases = [
        ("/{{ page.fileSlug | upper }}/{{ title | slugify }}/", "/X/ueni-and-co/"),
        ("{{ title }}{{ title | safe }}", "Ünï &amp; CoÜnï & Co"),
        (
            "{% if not none and (n >= 3 or empty) %}a{% elif pinned %}b{% endif %}{% if empty %}c{% endif %}",
            "a",
        ),
        ("{{ 'a' if pinned else 'b' }}{{ 'a' if none else 'b' if empty else 'c' }}{{ 'z' if none }}", "ac"),
        ("{% set x = lang ~ '-' + n %}{{ x }}{{ n + 1 }}{% set y %}b{% endset %}{{ y }}", "de-34b"),
        ("{{ none or 'd' }}{{ lang and 'e' }}{{ empty | default('f', true) }}{{ none | d('g') }}", "defg"),
        (
            "{{ tags[0] | lower | replace('o', '0') }}{{ tags | join('/') }}{{ tags | first }}",
            "0neOne/twoOne",
        ),
        ("{{ 'two' in tags }}{{ tags | length }}{{ 'a b' | urlencode | title }}", "true2A%20b"),
        ("{{ 'one two three' | truncate(8) }}{{ 'abcdef' | truncate(3, true, '') }}", "one two...abc"),
        ("{{ tags }}{{ meta['slug'] }}", "One,twos"),
        ("{{ page.date | iso }}{# no #}{{ (lang | trim) ~ 'x' }}", "2024-03-06dex"),
    ];
    for (template, expected) in cases {
        let result = render("a/2024-01-02-x.md", template, TemplateEngine::Nunjucks);
        assert_eq!(result.as_deref(), Ok(expected), "{template}");
    }
}

#[test]
fn names_what_only_eleventy_can_evaluate() {
    let cases = [
        ("/{{ title | stamp }}/", TemplateEngine::Liquid, "the filter `stamp`"),
        ("/{{ title | own }}/", TemplateEngine::Nunjucks, "the filter `own`"),
        ("{% for x in tags %}{% endfor %}", TemplateEngine::Liquid, "the tag `for`"),
        ("{{ collections.all.size }}", TemplateEngine::Liquid, "the value `collections.all.size`"),
        ("{{ code }}", TemplateEngine::Liquid, "the value `code`"),
        ("{{ remote.x }}", TemplateEngine::Liquid, "the value `remote.x`"),
        ("{{ page.date }}", TemplateEngine::Nunjucks, "`page.date` as text"),
        ("{{ title.toLowerCase() }}", TemplateEngine::Nunjucks, "the call `title.toLowerCase()`"),
        ("/{{ never", TemplateEngine::Liquid, "an unclosed call"),
        ("{% if x %}", TemplateEngine::Liquid, "an unclosed tag"),
        ("<%= x %>", TemplateEngine::Other, "another template language"),
    ];
    for (template, engine, what) in cases {
        assert_eq!(render("a/x.md", template, engine), Err(what.to_owned()), "{template}");
    }
    assert_eq!(render("a/x.md", "/{{ x }}/", TemplateEngine::Off).as_deref(), Ok("/{{ x }}/"));
    let nested = "{% if x %}".repeat(2_000);
    assert!(render("a/x.md", &nested, TemplateEngine::Liquid).is_err());
    let nested = format!("{{{{ {} }}}}", "(".repeat(2_000));
    assert!(render("a/x.md", &nested, TemplateEngine::Nunjucks).is_err());
}
