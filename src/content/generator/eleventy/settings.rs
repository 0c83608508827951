//! Reading the rules of a site and its defaults from the configuration.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::cascade::GlobalData;
use super::config::{self, ConfigScripts};
use super::data_files::{DataFileNames, parse_data_file};
use super::hides;
use super::layouts::Layouts;
use super::template::{SiteFilter, TemplateEngine, TemplateSettings, strftime_of_tokens};
use super::{EleventyRules, ignores};
use crate::config::limits;
use crate::content::anchor::AnchorStyle;
use crate::content::data::Data;
use crate::content::date_keys::DateKeys;
use crate::content::generator::settings::{GeneratorSettings, SiteDefaults, absolute_base};
use crate::content::generator::site_files;
use crate::content::script::{COMPUTED_KEYS, CallArgument, ScriptCall};
use crate::content::template::Dialect;

/// Formats of Eleventy's templates by default, as far as they can be pages of search.
const DEFAULT_FORMATS: [&str; 2] = ["md", "html"];

/// Reads the rules and the site's defaults from the configuration, such as `eleventy.config.js`.
#[must_use]
pub(crate) fn read_settings(settings: &GeneratorSettings) -> (EleventyRules, SiteDefaults) {
    let scripts = ConfigScripts::read(settings);
    let input = scripts.option("input").map(|folder| config::folder_name(&folder));
    let input = input.or_else(|| scripts.directory("input", "setInputDirectory")).unwrap_or_default();
    let input_dir = settings.site_dir.join(&input);
    let data_names = data_names(&scripts);
    let global = global_data(&scripts, &input_dir, &data_names);
    let includes =
        scripts.directory("includes", "setIncludesDirectory").unwrap_or_else(|| "_includes".to_owned());
    let layouts = scripts.directory("layouts", "setLayoutsDirectory").unwrap_or_else(|| includes.clone());
    let markdown_engine = engine(&scripts, "markdownTemplateEngine");
    let rules = EleventyRules {
        ignored: ignores::read(&scripts, &settings.site_dir, &input, &[&includes, &layouts]),
        formats: formats(&scripts),
        layouts: Layouts::read(&input_dir.join(&layouts), aliases(&scripts)),
        hides: scripts.texts.iter().flat_map(|text| hides::hide_rules(text)).collect(),
        transforms_urls: scripts.mentions("addUrlTransform"),
        dialect: dialect(&scripts, markdown_engine),
        markdown_engine,
        html_engine: engine(&scripts, "htmlTemplateEngine"),
        date_keys: DateKeys { expiry: Vec::new(), publish: Vec::new(), ..DateKeys::common() },
        data_names,
        templates: TemplateSettings { input: input.clone(), global, filters: filters(&scripts) },
    };
    let defaults = SiteDefaults {
        base: base_url(&rules.templates.global, &path_prefix(&scripts)),
        future: !scripts.texts.iter().any(|text| hides::hides_future(text)),
        expired: true,
        content_folders: vec![if input.is_empty() { ".".to_owned() } else { input }],
        ..SiteDefaults::default()
    };
    (rules, defaults)
}

/// Returns the base URL, which Eleventy sites keep in global data because there is no setting for it.
fn base_url(global: &GlobalData, prefix: &str) -> String {
    let tables = ["site", "metadata", "meta", "config"]
        .iter()
        .filter_map(|name| Data::from_value(global.value(name)?));
    let urls = tables.filter_map(|data| {
        ["url", "baseUrl", "siteUrl", "site_url", "base"].iter().find_map(|key| data.text(key))
    });
    let base = urls.map(|url| absolute_base(&url)).find(|base| !base.is_empty()).unwrap_or_default();
    if base.ends_with(prefix) { base } else { base + prefix }
}

/// Returns the path below which the site is deployed, without a trailing slash.
fn path_prefix(scripts: &ConfigScripts) -> String {
    let by_settings = || scripts.value("pathPrefix").and_then(Value::as_str).map(str::to_owned);
    let prefix = scripts.option("pathprefix").or_else(by_settings).unwrap_or_default();
    let prefix = prefix.trim_matches('/');
    if prefix.is_empty() || prefix.contains("://") { String::new() } else { format!("/{prefix}") }
}

/// Returns the extensions of the files that are templates.
fn formats(scripts: &ConfigScripts) -> Vec<String> {
    let set = scripts.list_of_calls("setTemplateFormats");
    let of_value = || scripts.value("templateFormats").map(config::list).unwrap_or_default();
    let set = if set.is_empty() { of_value() } else { set };
    let set = scripts.option("formats").map_or(set, |formats| config::list(&Value::String(formats)));
    let mut formats = if set.is_empty() || set.iter().any(|format| format == "*") {
        DEFAULT_FORMATS.map(str::to_owned).to_vec()
    } else {
        set
    };
    formats.extend(scripts.list_of_calls("addTemplateFormats"));
    formats
}

fn engine(scripts: &ConfigScripts, key: &str) -> TemplateEngine {
    match scripts.value(key) {
        Some(Value::String(name)) => TemplateEngine::named(name),
        Some(Value::Bool(false)) => TemplateEngine::Off,
        _ => TemplateEngine::Liquid,
    }
}

/// Returns the Markdown dialect by the plugins that the settings mention.
fn dialect(scripts: &ConfigScripts, engine: TemplateEngine) -> Dialect {
    let anchors = if scripts.mentions("IdAttributePlugin") {
        AnchorStyle::EleventyIds
    } else if scripts.mentions("markdown-it-anchor") {
        let is_smart = scripts.value("typographer") == Some(&Value::Bool(true));
        match (has_own_slugs(scripts), is_smart) {
            (true, _) => AnchorStyle::MarkdownItSlugify,
            (false, true) => AnchorStyle::MarkdownItAnchorSmart,
            (false, false) => AnchorStyle::MarkdownItAnchor,
        }
    } else {
        AnchorStyle::None
    };
    if engine == TemplateEngine::Off { Dialect::Plain(anchors) } else { Dialect::Eleventy(anchors) }
}

/// Returns whether markdown-it-anchor gets a function `slugify`: in the options of `use(anchor, …)`, or, where these are not
/// written there, anywhere in the settings. A filter of that name does not count where the options are known.
fn has_own_slugs(scripts: &ConfigScripts) -> bool {
    let is_anchor = |call: &ScriptCall<'_>| {
        let plugin = call.plugin_with_own_options();
        plugin.is_some_and(|name| name.to_ascii_lowercase().contains("anchor"))
    };
    let calls: Vec<_> = scripts.calls("use").into_iter().filter(is_anchor).collect();
    if calls.is_empty() {
        return scripts.computes("slugify") || scripts.mentions("slugify");
    }
    calls.iter().any(|call| call.mentions("slugify"))
}

fn data_names(scripts: &ConfigScripts) -> DataFileNames {
    let default = DataFileNames::default();
    let suffixes = scripts.list_of_calls("setDataFileSuffixes");
    let old = || {
        scripts
            .value("jsDataFileSuffix")
            .and_then(Value::as_str)
            .map(|suffix| vec![suffix.to_owned(), String::new()])
    };
    let suffixes = if suffixes.is_empty() { old().unwrap_or(default.suffixes) } else { suffixes };
    let mut extensions = scripts.list_of_calls("addDataExtension");
    // What is added later has a higher precedence.
    extensions.reverse();
    extensions.retain(|extension| matches!(extension.as_str(), "yaml" | "yml" | "toml"));
    let base_name =
        scripts.calls("setDataFileBaseName").first().and_then(|call| call.name().map(str::to_owned));
    DataFileNames { suffixes, base_name, extensions }
}

fn aliases(scripts: &ConfigScripts) -> BTreeMap<String, String> {
    let aliases = scripts
        .calls("addLayoutAlias")
        .into_iter()
        .filter_map(|call| Some((call.name()?.to_owned(), call.arguments.get(1)?.as_str()?.to_owned())));
    aliases.collect()
}

/// Returns the filters that the site defines, as far as their code can be understood.
fn filters(scripts: &ConfigScripts) -> BTreeMap<String, SiteFilter> {
    let names = [
        "addFilter",
        "addLiquidFilter",
        "addNunjucksFilter",
        "addAsyncFilter",
        "addNunjucksAsyncFilter",
        "addJavaScriptFunction",
    ];
    let calls = names.iter().flat_map(|name| scripts.calls(name));
    calls.filter_map(|call| Some((call.name()?.to_owned(), site_filter(&call)))).collect()
}

/// Returns what a filter does: it may format a date with Luxon, Day.js, Moment or JavaScript.
fn site_filter(call: &ScriptCall<'_>) -> SiteFilter {
    let changes_text = ["replace", "replaceAll", "toLowerCase", "toUpperCase", "map", "setLocale"];
    let is_local = call.texts().any(|text| text.contains('/') && text.starts_with(char::is_uppercase));
    if changes_text.iter().any(|name| call.mentions(name)) || call.builds_text() || is_local {
        return SiteFilter::Code;
    }
    let format = call.argument_of("toFormat").or_else(|| call.argument_of("format"));
    match format {
        Some(CallArgument::Text(tokens)) => {
            strftime_of_tokens(tokens).map_or(SiteFilter::Code, SiteFilter::Format)
        }
        Some(CallArgument::Name(name)) => {
            SiteFilter::FormatArgument(call.default_of(name).and_then(strftime_of_tokens))
        }
        None => {
            let is_iso = call.mentions("toISOString") && (call.mentions("split") || call.mentions("slice"));
            let is_year = call.mentions("getFullYear") || call.mentions("getUTCFullYear");
            match (is_iso || call.mentions("toISODate"), is_year) {
                (true, false) => SiteFilter::Format("%Y-%m-%d".to_owned()),
                (false, true) => SiteFilter::Format("%Y".to_owned()),
                _ => SiteFilter::Code,
            }
        }
    }
}

/// Returns the values of the configuration and of the folder of global data.
fn global_data(scripts: &ConfigScripts, input_dir: &Path, names: &DataFileNames) -> GlobalData {
    let mut global = GlobalData::default();
    for call in scripts.calls("addGlobalData") {
        let Some(name) = call.name() else { continue };
        match call.arguments.get(1).filter(|value| !value.is_null()).or(call.returned.as_ref()) {
            Some(value) => global.set(name, value.clone()),
            None if name.ends_with("permalink") && call.passes_through("permalink") => {}
            None => global.computed.push(name.to_owned()),
        }
    }
    let folder = scripts.directory("data", "setDataDirectory").unwrap_or_else(|| "_data".to_owned());
    let mut endings: Vec<String> =
        ["json", "js", "cjs", "mjs"].map(|extension| format!(".{extension}")).to_vec();
    endings.extend(names.extensions.iter().map(|extension| format!(".{extension}")));
    let endings: Vec<&str> = endings.iter().map(String::as_str).collect();
    for (path, text) in site_files::files_below(&input_dir.join(folder), &endings) {
        let name = path.rsplit_once('.').map_or(path.as_str(), |(name, _)| name).replace('/', ".");
        if text.len() > limits::MAX_GLOBAL_DATA_BYTES {
            global.computed.push(name);
            continue;
        }
        let Some(data) = global_values(&path, &text) else { continue };
        global.computed.extend(data.texts(COMPUTED_KEYS).iter().map(|key| format!("{name}.{key}")));
        let values = data.entries().filter(|(key, _)| *key != COMPUTED_KEYS);
        let values = values.map(|(key, value)| (key.to_owned(), value.clone())).collect();
        global.set(&name, Value::Object(values));
    }
    global
}

fn global_values(path: &str, text: &str) -> Option<Data> {
    parse_data_file(path, text).ok()
}
