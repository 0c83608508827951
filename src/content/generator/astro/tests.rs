//! Tests of Astro's rules.

use super::*;
use crate::content::data::DataFormat;
use crate::content::generator::page::resolve_alone;

fn site(files: &[(&str, &str)]) -> (AstroRules, SiteDefaults) {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let script = files.iter().find(|(name, _)| *name == "astro.config.mjs").map_or("", |(_, text)| text);
    read_settings(&GeneratorSettings {
        site_dir: dir.path().to_owned(),
        script: script.to_owned(),
        ..GeneratorSettings::default()
    })
}

fn resolve_page(rules: &AstroRules, id: &str, front_matter: &str) -> String {
    let data = Data::parse(front_matter, DataFormat::Yaml).unwrap();
    if rules.excludes(id) {
        return "excluded".to_owned();
    }
    resolve_alone(id, &data, |file| rules.resolve_page(file)).map_or_else(
        |reason| reason,
        |page| format!("{} {}", page.path, page.lang.unwrap_or_default()).trim_end().to_owned(),
    )
}

const CONFIG: (&str, &str) =
    ("astro.config.mjs", "export default defineConfig({ site: 'https://a.org', base: '/b' })");

#[test]
fn entries_have_the_urls_of_their_route() {
    let (rules, defaults) = site(&[
        CONFIG,
        ("src/content/blog/x.md", ""),
        ("src/content/notes/x.md", ""),
        ("src/content/lost/x.md", ""),
        ("src/pages/posts/[...slug].astro", "---\nawait getCollection('blog')\n---\n<p>it's</p>"),
        ("src/pages/notes/[id]/index.astro", "---\n---\n"),
        ("src/pages/[...page].astro", "---\npaginate(await getCollection('lost'))\n---\n"),
    ]);
    assert_eq!(
        (defaults.base.as_str(), defaults.content_folders[0].as_str()),
        ("https://a.org/b", "src/content")
    );
    assert!(defaults.note.unwrap().contains("the collection lost"));
    let cases = [
        ("blog/2024-01-01-First.Post.md", "", "/posts/2024-01-01-firstpost/"),
        ("blog/sub/My Post.mdx", "", "/posts/sub/my-post/"),
        ("blog/sub/index.md", "", "/posts/sub/"),
        ("blog/x.md", "slug: Own/Slug", "/posts/Own/Slug/"),
        ("blog/_x.md", "", "excluded"),
        ("notes/Note_1.md", "", "/notes/note_1/"),
        ("lost/x.md", "", "/lost/x/"),
        ("notes/x.md", "pagefind: false", "Excluded"),
    ];
    for (id, front_matter, expected) in cases {
        assert_eq!(resolve_page(&rules, id, front_matter), expected, "{id} {front_matter}");
    }
}

#[test]
fn applies_folders_endings_and_languages_of_settings() {
    let config =
        "export default { trailingSlash: 'never', i18n: { locales: ['en', 'pt-BR'], defaultLocale: 'en' } }";
    let collections = "import { BLOG } from './x';\nexport const BLOG_PATH = 'src/data/blog';\n\
        const blog = defineCollection({ loader: glob({ pattern: '**/[^_]*.md', base: `./${BLOG_PATH}` }), schema: ({ image }) => z.object({ a: z.string() }) });\n\
        export const collections = { blog };\n";
    let (rules, defaults) = site(&[
        ("astro.config.mjs", config),
        ("src/content.config.ts", collections),
        ("src/data/blog/x.md", ""),
        ("src/pages/about.md", ""),
        ("src/pages/[lang]/blog/[...slug].astro", "---\nconst posts = await getCollection(\"blog\")\n---\n"),
    ]);
    assert_eq!(
        (defaults.content_folders[0].as_str(), defaults.note, defaults.language.as_deref()),
        ("src", None, Some("en"))
    );
    let cases = [
        ("data/blog/x.md", "/en/blog/x"),
        ("data/blog/_x.md", "excluded"),
        ("data/blog/pt-BR/x.md", "/pt-br/blog/x pt-BR"),
        ("pages/about.md", "/about"),
        ("pages/a/index.md", "/a"),
        ("pages/index.md", "List"),
        ("pages/_x.md", "excluded"),
    ];
    for (id, expected) in cases {
        assert_eq!(resolve_page(&rules, id, ""), expected, "{id}");
    }
    assert!(
        rules.may_contain_sources("data")
            && rules.may_contain_sources("pages/x")
            && !rules.may_contain_sources("components")
    );
}

#[test]
fn starlight_documents_are_served_at_the_root() {
    let config = "import starlight from '@astrojs/starlight';\nexport default { build: { format: 'file' }, integrations: [starlight({ title: 'x' })] }";
    let (rules, defaults) = site(&[("astro.config.mjs", config), ("src/content/docs/index.mdx", "")]);
    assert_eq!(defaults.note, None);
    for (id, expected) in
        [("docs/guides/Example One.md", "/guides/example-one.html"), ("docs/index.mdx", "/")]
    {
        assert_eq!(resolve_page(&rules, id, ""), expected, "{id}");
    }
}

/// The settings of a collection whose entries lie in `src/content/NAME`.
fn collection_settings(names: &[&str]) -> String {
    let glob = |name: &&str| {
        format!(
            "const {name} = defineCollection({{ loader: glob({{ pattern: '**/*.md', base: './src/content/{name}' }}) }});\n"
        )
    };
    let declared: String = names.iter().map(glob).collect();
    format!("{declared}export const collections = {{ {} }};", names.join(", "))
}

#[test]
fn paths_are_those_that_static_paths_make() {
    let cases = [
        ("[...slug].astro", "entries.map((e) => ({ params: { slug: e.id }, props: { e } }))", "/a/b-post/"),
        (
            "n/[id].astro",
            "entries.map(({ id, data }) => ({ params: { id: id.split('/').at(-1) } }))",
            "/n/b-post/",
        ),
        (
            "[lang]/[...slug].astro",
            "entries.map((e) => { const [lang, ...slug] = e.id.split('/'); return { params: { lang, slug: slug.join('/') || undefined } }; })",
            "/a/b-post/",
        ),
        (
            "[year]/[month]/[slug].astro",
            "entries.map((e) => ({ params: { year: e.data.date.getFullYear(), month: `${e.data.date.getMonth() + 1}`.padStart(2, '0'), slug: e.data.short } }))",
            "/2024/03/s/",
        ),
        ("w/[...slug].astro", "entries.map((e) => ({ params: { slug: make(e) } }))", "/w/a/b-post/ (guess)"),
        (
            "y/[y]/[id].astro",
            "entries.map((e) => ({ params: { y: e.data.eve.getFullYear(), id: e.data.short } }))",
            "/y/2024/s/ (guess)",
        ),
        (
            "p-[id].astro",
            "for (const e of entries) { paths.push({ params: { id: e.data.short.toUpperCase() } }) }",
            "/p-S/",
        ),
    ];
    for (path, code, expected) in cases {
        let route = format!(
            "---\nexport async function getStaticPaths() {{\n const entries = await getCollection('log');\n return {code};\n}}\nconst {{ e }} = Astro.props;\n---\n<Content />"
        );
        let (rules, _) = site(&[
            ("src/content.config.ts", &collection_settings(&["log"])),
            ("src/content/log/x.md", ""),
            (&format!("src/pages/{path}"), &route),
        ]);
        let data = Data::parse("date: 2024-03-05\neve: 2024-01-01\nshort: s\n", DataFormat::Yaml).unwrap();
        let page = resolve_alone("log/a/B Post.md", &data, |file| rules.resolve_page(file)).unwrap();
        let guess = page.guessed.map(|_| " (guess)").unwrap_or_default();
        assert_eq!(format!("{}{guess}", page.path), expected, "{path} {code}");
    }
}

#[test]
fn entries_that_no_route_shows_have_no_page() {
    let route = "---\nimport { shown } from '@/lib/entries';\nexport const getStaticPaths = (async () => {\n\
        return (await shown()).filter(isReady).map((e) => ({ params: { slug: e.id } }));\n}) satisfies GetStaticPaths;\n\
        const isReady = ({ data }) => data.state !== 'raw';\nconst note = await getEntry('notes', 'x');\n---\n<Content />";
    let helper = "export async function shown() { return getCollection('log', ({ data }) => import.meta.env.PROD ? !data.hidden && data.day <= new Date() : true); }";
    let (rules, defaults) = site(&[
        ("src/content.config.ts", &collection_settings(&["log", "notes"])),
        ("src/content/log/x.md", ""),
        ("src/content/notes/x.md", ""),
        ("src/lib/entries.ts", helper),
        ("src/pages/log/[...slug].astro", route),
        ("src/pages/index.astro", "---\nconst notes = await getCollection('notes');\n---\n"),
    ]);
    assert_eq!((defaults.note, defaults.future), (None, false));
    let cases = [
        ("log/x.md", "", "/log/x/"),
        ("log/x.md", "hidden: true", "Draft"),
        ("log/x.md", "state: raw", "Draft"),
        ("log/404.md", "", "NotAPage"),
        ("notes/x.md", "", "excluded"),
        ("README.md", "", "excluded"),
    ];
    for (id, front_matter, expected) in cases {
        assert_eq!(resolve_page(&rules, id, front_matter), expected, "{id} {front_matter}");
    }
}

#[test]
fn loaders_select_and_name_their_entries() {
    let settings = "const a = defineCollection({ loader: glob({ base: './texts', pattern: ['**/*.md', '!**/old/**'], generateId: ({ entry }) => entry.replace(/\\.md$/, '').toUpperCase() }) });\n\
        const b = defineCollection({ loader: glob({ pattern: 'essays/*.@(md|mdx)' }) });\nexport const collections = { a, b };";
    let route = |name: &str| {
        format!(
            "---\nexport async function getStaticPaths() {{ return (await getCollection('{name}')).map((e) => ({{ params: {{ id: e.id }} }})); }}\n---\n<h1>{{e.data.name}}</h1><Content />"
        )
    };
    let (rules, defaults) = site(&[
        ("src/content.config.ts", settings),
        ("texts/x.md", ""),
        ("essays/x.md", ""),
        ("src/pages/a/[id].astro", &route("a")),
        ("src/pages/b/[...id].astro", &route("b")),
        ("src/pages/plain.md", ""),
    ]);
    assert_eq!((defaults.content_folders[0].as_str(), defaults.note), (".", None));
    let cases = [
        ("texts/x.md", "/a/X/"),
        ("texts/old/x.md", "excluded"),
        ("essays/One.mdx", "/b/essays/one/"),
        ("essays/sub/x.md", "excluded"),
        ("src/pages/plain.md", "/plain/"),
        ("README.md", "excluded"),
    ];
    for (id, expected) in cases {
        assert_eq!(resolve_page(&rules, id, ""), expected, "{id}");
    }
    let mut data = Data::parse("name: Own name", DataFormat::Yaml).unwrap();
    rules.inherit("texts/x.md", &mut data);
    assert_eq!(data.text("title").as_deref(), Some("Own name"));
}

#[test]
fn only_the_origin_of_the_site_counts() {
    let cases = [
        ("site: 'https://a.org/log/', base: '/log/'", "https://a.org/log"),
        ("site: 'https://a.org/log'", "https://a.org"),
        ("site: 'http://a.org:8080', base: 'x'", "http://a.org:8080/x"),
        ("base: '/x'", "/x"),
    ];
    for (config, expected) in cases {
        let (_, defaults) = site(&[("astro.config.mjs", &format!("export default {{ {config} }}"))]);
        assert_eq!(defaults.base, expected, "{config}");
    }
}
