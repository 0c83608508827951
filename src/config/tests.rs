use super::*;

fn load(settings: &str) -> Result<Config, ConfigError> {
    let site = tempfile::tempdir().unwrap();
    std::fs::create_dir(site.path().join("content")).unwrap();
    std::fs::write(site.path().join(FILE_NAME), settings).unwrap();
    Config::load(Overrides { site: site.path().to_owned(), ..Overrides::default() })
}

#[test]
fn an_empty_file_gives_the_defaults() {
    let config = load("").unwrap();
    assert_eq!(config.snippet_chars, 200);
    assert!(config.index_dir.ends_with("index"));
    assert_eq!(config.allow_origins, ["*"]);
}

#[test]
fn accepts_patterns_of_gitignore() {
    let patterns = ["drafts/", "*.tmp.md", "/x.md", "!kept.md", "**/y", "a/**/b", "\\#x", "...", "a b "];
    let listed = patterns.map(|pattern| format!("'{pattern}'")).join(",");
    assert_eq!(load(&format!("[content]\nignore = [{listed}]")).unwrap().ignore.patterns, patterns);
}

#[test]
fn accepts_one_permalink_pattern_or_one_per_folder() {
    let patterns = |settings| load(settings).unwrap().permalinks;
    assert_eq!(patterns("[urls]\npermalink = '/:slug/'")[""], "/:slug/");
    assert_eq!(patterns("[urls.permalink]\nblog = '/b/:slug/'")["blog"], "/b/:slug/");
}

#[test]
fn reports_key_line_and_expected_value_of_a_wrong_setting() {
    let cases = [
        ("contnet = \"posts\"", ":1: unknown key `contnet`; expected one of `content`, "),
        ("content = 5", ":1: invalid value 5 for `content`; expected a folder, or a table"),
        ("[content]\ndirr = 'x'", ":2: unknown key `dirr`; expected one of `dir`, "),
        ("[content]\ngitignore = 'no'", ":2: invalid value \"no\" for `gitignore`; expected true or false"),
        (
            "[content]\nfollow_links = 'all'",
            ":2: invalid value \"all\" for `follow_links`; expected \"site\" or \"anywhere\"",
        ),
        ("content = {dir = 5}", ":1: invalid value 5 for `dir`; expected a text in quotes"),
        ("[urls]\npermalink = 3", ":2: invalid value 3 for `permalink`; expected a pattern, or a table"),
        ("search = 4", ":1: invalid value 4 for `search`; expected a table of keys"),
        ("[watch]\npoll = 1", ":2: invalid value 1 for `poll`; expected true or false"),
        ("[watch]\npoll_s = 1.0\npoll_s = 1.0", ":3: duplicate key `poll_s`; remove one of them"),
        (
            "[search]\nsynonyms = ['a = b',\n 'c = d', 5]",
            ":3: invalid value 5 for `synonyms`; expected a text",
        ),
        ("\n[watch]\ndebounce_ms = 0", ":3: invalid value 0 for `debounce_ms`; expected 1 to 10000"),
        ("base_url = \"example.org\"", ":1: invalid value \"example.org\" for `base_url`; expected"),
        (
            "[search]\nsnippet_chars = \"long\"",
            ":2: invalid value \"long\" for `snippet_chars`; expected a whole number",
        ),
        ("[watch]\n# poll_s\npoll_s=0.0", ":3: invalid value 0 for `poll_s`; expected 0.1 to 3600"),
        ("content = {dir = 'a', ignore = ['[z-a]']}", ":1: invalid value \"[z-a]\" for `ignore`"),
        ("[content]\ngitignore = true\nignore = ['[z-a]']", ":3: invalid value \"[z-a]\" for `ignore`"),
        ("[search]\none_typo_from = 2", ":2: invalid value 2 for `one_typo_from`; expected 3 or more"),
        ("[search]\none_typo_from = 9", ":2: invalid value 9 for `one_typo_from`; expected at most 8"),
        ("[search]\nsynonyms = ['k8s']", ":2: invalid value \"k8s\" for `synonyms`"),
        ("[search]\nsynonyms = ['a = = b']", ":2: invalid value \"a = = b\" for `synonyms`"),
        ("[search]\nrecency_half_life_days = 0", ":2: invalid value 0 for `recency_half_life_days`"),
        ("[http]\nqueue_ms = 1", ":2: invalid value 1 for `queue_ms`; expected 10 to 60000 milliseconds"),
        (
            "[http]\ncache_max_age_s = 86401",
            ":2: invalid value 86401 for `cache_max_age_s`; expected 0 to 86400 seconds",
        ),
        ("[http]\nrate_burst = 0", ":2: invalid value 0 for `rate_burst`; expected 1 to 1000000 requests"),
        ("[http]\nrate_per_second = -1", ":2: invalid value -1 for `rate_per_second`"),
        (
            "[http]\ntrusted_proxies = ['::1', 'localhost']",
            ":2: invalid value \"localhost\" for `trusted_proxies`; expected addresses",
        ),
        ("[http]\nbase_path = 'search/'", ":2: invalid value \"search/\" for `base_path`; expected a path"),
        ("[http.tls]\ncert = 'a'", ":2: `http.tls` has no `key`; expected both `cert` and `key`"),
        ("\n[http.tls]", ":2: `http.tls` has no `cert`; expected both `cert` and `key`"),
        (
            "http.query_log = 'queries.json'",
            ":1: invalid value \"queries.json\" for `query_log`; expected the path",
        ),
        (
            "[http]\nkeys_file = 'bloghound.keys.used'",
            ":2: invalid value \"bloghound.keys.used\" for `keys_file`; expected the path of a file whose name ends with",
        ),
        ("[http]\nkeys_file = ''", ":2: invalid value \"\" for `keys_file`"),
        (
            "[http]\nquery_log_max_bytes = 1",
            ":2: invalid value 1 for `query_log_max_bytes`; expected 65536 to",
        ),
        ("# queue_ms\nindex = 'queue_ms'\nhttp.queue_ms = 1", ":3: invalid value 1 for `queue_ms`; expected"),
        ("[http\n", ":1: "),
        ("[urls]\npermalink = \"blog\"", ":2: invalid value \"blog\" for `permalink`"),
        ("[urls.permalink]\nblog = \"x/:slug\"", ":1: invalid value \"x/:slug\" for `permalink`"),
        ("[http]\nshutdown_s = 0", ":2: invalid value 0 for `shutdown_s`; expected 1 to 3600 seconds"),
        ("[http]\nmax_connections = 4", ":2: invalid value 4 for `max_connections`; expected 16 to"),
        ("[http]\nmax_uri_bytes = 99999", ":2: invalid value 99999 for `max_uri_bytes`; expected"),
        (
            "[http]\nallow_origins = [\"example.org\"]",
            ":2: invalid value \"example.org\" for `allow_origins`",
        ),
        (
            "[http]\nallow_origins = ['https://a.example', 'https://b.example/']",
            ":2: invalid value \"https://b.example/\" for `allow_origins`; expected \"*\" or origins like",
        ),
        ("[http]\nallow_origins = ['https://*.a.example']", ":2: invalid value"),
        ("[http]\nallow_origins = ['null']", ":2: invalid value \"null\" for `allow_origins`"),
        ("[http]\nhosts = ['https://a.example']", ":2: invalid value \"https://a.example\" for `hosts`"),
        ("[http]\npublic_url = 'a.example'", ":2: invalid value \"a.example\" for `public_url`; expected"),
        ("[http]\nhosts = ['a.example:80']", ":2: invalid value \"a.example:80\" for `hosts`; expected"),
        ("[http]\nhosts = 'a.example'", ":2: invalid value \"a.example\" for `hosts`; expected a list"),
        ("base_url = 'https://a.example/?x'", ":1: invalid value \"https://a.example/?x\" for `base_url`"),
        ("base_url = 'https:///blog'", ":1: invalid value \"https:///blog\" for `base_url`"),
        ("[content]\nignore = ['./drafts/']", ":2: invalid value \"./drafts/\" for `ignore`"),
        ("[content]\nignore = ['../x.md']", ":2: invalid value \"../x.md\" for `ignore`"),
        ("[content]\nignore = ['a//b']", ":2: invalid value \"a//b\" for `ignore`"),
        ("[content]\nignore = ['x', '']", ":2: invalid value \"\" for `ignore`"),
        ("[content]\nignore = ['# x']", ":2: invalid value \"# x\" for `ignore`"),
        ("[content]\nignore = ['/']", ":2: invalid value \"/\" for `ignore`"),
        (
            "[urls.permalink]\n'blog/en' = '/:slug/'",
            ":1: invalid value \"blog/en\" for `permalink`; expected",
        ),
    ];
    for (settings, expected) in cases {
        let message = load(settings).unwrap_err().to_string();
        assert!(message.contains(expected), "{settings:?} gave {message:?}");
    }
}

#[test]
fn the_error_about_a_missing_site_names_the_flag() {
    let overrides = Overrides { site: PathBuf::from("/no/such/site"), ..Overrides::default() };
    assert!(Config::load(overrides).unwrap_err().to_string().contains("--site"));
}

#[test]
fn the_list_of_keys_is_complete() {
    let published = include_str!("../../tests/suite/published/settings.txt");
    let is_table = |key: &&str| published.lines().any(|other| other.starts_with(&format!("{key}.")));
    let mut expected: Vec<&str> = published.lines().filter(|key| !is_table(key)).collect();
    let mut keys = effective::KEYS.to_vec();
    expected.sort_unstable();
    keys.sort_unstable();
    assert_eq!(keys, expected);
}

#[test]
fn values_have_the_source_that_takes_precedence() {
    let site = tempfile::tempdir().unwrap();
    std::fs::write(site.path().join(FILE_NAME), "[http]\nqueue_ms = 20\nrate_burst = 2\n").unwrap();
    let set = [("BLOGHOUND_HTTP_QUEUE_MS", "30"), ("BLOGHOUND_HTTP_RATE_PER_SECOND", "7")];
    let variables = set.iter().map(|(name, value)| (name.into(), value.into())).collect();
    let index = Some(PathBuf::from("/elsewhere"));
    let config =
        Config::load(Overrides { site: site.path().to_owned(), variables, index, ..Overrides::default() })
            .unwrap();
    assert_eq!(config.max_queue_wait, Duration::from_millis(30));
    let source = |key| config.effective.iter().find(|setting| setting.key == key).unwrap().source.clone();
    assert_eq!(source("http.queue_ms"), SettingSource::Variable("BLOGHOUND_HTTP_QUEUE_MS".to_owned()));
    assert_eq!(source("http.rate_burst"), SettingSource::File { path: site.path().join(FILE_NAME), line: 3 });
    assert_eq!(source("index"), SettingSource::Flag("--index"));
    assert_eq!(source("http.hosts"), SettingSource::Default);
}

#[test]
fn settings_with_the_same_values_from_other_sources_are_equal() {
    assert_eq!(load("").unwrap().effective, load("\n[http]\nqueue_ms = 1000").unwrap().effective);
    let (before, after) = (load("").unwrap(), load("[http]\nqueue_ms = 1001").unwrap());
    assert_eq!(after.effective.changed_from(&before.effective).collect::<Vec<_>>(), ["http.queue_ms"]);
}
