//! Eleventy's configuration: the settings file, and the modules of the project that it imports.

use std::collections::{BTreeSet, HashMap};
use std::path::{Component, Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::config::limits;
use crate::content::data::Data;
use crate::content::generator::folders;
use crate::content::generator::js_project;
use crate::content::generator::settings::GeneratorSettings;
use crate::content::generator::site_files;
use crate::content::script::{ParsedScript, ScriptCall};

/// An import of a module of the project, with the name of its default export.
static IMPORT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let declared = r"(?:const|let|var)\s+(\w+)\s*=\s*require\(\s*";
    let imported = r"import\s+(?:(\w+)\s*,?\s*)?(?:\{[^}]*\}\s*|\*\s*as\s+\w+\s*)?from\s*";
    Regex::new(&format!(
        r#"(?:{declared}|{imported}|require\(\s*|import\(\s*|import\s*)["'](\.{{1,2}}/[^"']+)["']"#
    ))
    .ok()
});

/// The scripts of the configuration, the settings file first.
pub(super) struct ConfigScripts {
    scripts: Vec<ParsedScript>,
    /// Their source code.
    pub(super) texts: Vec<String>,
    /// The commands of `package.json` that run Eleventy.
    commands: Vec<String>,
}

impl ConfigScripts {
    /// Reads the scripts of a site.
    pub(super) fn read(settings: &GeneratorSettings) -> Self {
        let commands = js_project::commands(&settings.site_dir);
        let commands: Vec<String> =
            commands.into_iter().filter(|command| command.contains("eleventy")).collect();
        let named =
            option(&commands, "config").map(|file| settings.site_dir.join(folders::folder_name(&file)));
        let (file, text) = match named.as_ref().and_then(|file| site_files::read_text(file).ok()) {
            Some(text) => (named, text),
            None => (settings.file.clone(), settings.script.clone()),
        };
        let folder = file.as_deref().and_then(Path::parent).unwrap_or(&settings.site_dir).to_owned();
        let modules = modules(&settings.site_dir, &folder, text);
        let (mut scripts, mut names) = (Vec::new(), HashMap::new());
        // What is imported is parsed before what imports it.
        for module in modules.iter().rev() {
            for (name, path) in &module.imports {
                let imported = modules.iter().position(|module| module.path == *path);
                let script = imported.and_then(|at| scripts.get(modules.len() - 1 - at));
                if let Some(script) = script {
                    names.insert(name.clone(), value_of(ParsedScript::data(script)));
                }
            }
            let script = if module.path.extension().is_some_and(|extension| extension == "json") {
                ParsedScript::parse(&format!("export default {}", module.text))
            } else {
                ParsedScript::parse_with(&module.text, names.clone())
            };
            names.extend(script.names().iter().map(|(name, value)| (name.clone(), value.clone())));
            scripts.push(script);
        }
        scripts.reverse();
        Self { scripts, texts: modules.into_iter().map(|module| module.text).collect(), commands }
    }

    /// Returns an option of the command line that runs Eleventy, such as `--input`.
    pub(super) fn option(&self, name: &str) -> Option<String> {
        option(&self.commands, name)
    }

    /// Returns the value of a key that the settings return or export.
    pub(super) fn value(&self, key: &str) -> Option<&Value> {
        self.scripts.iter().find_map(|script| script.data().get(key))
    }

    /// Returns the text of a key of `dir`, or of the exported `directories`.
    pub(super) fn directory(&self, key: &str, call: &str) -> Option<String> {
        let of_table = || {
            let tables = self
                .scripts
                .iter()
                .flat_map(|script| [script.data().table("dir"), script.declared_object("directories")]);
            tables.into_iter().find_map(|table| match table.get(key) {
                Some(Value::String(text)) => Some(text.clone()),
                _ => None,
            })
        };
        let of_call = self.calls(call).first().and_then(|call| call.name().map(str::to_owned));
        of_call.or_else(of_table).map(|folder| folder_name(&folder))
    }

    /// Returns all calls of a function.
    pub(super) fn calls(&self, function: &str) -> Vec<ScriptCall<'_>> {
        self.scripts.iter().flat_map(|script| script.calls(function)).collect()
    }

    /// Returns whether a word is in the code of any script.
    pub(super) fn mentions(&self, word: &str) -> bool {
        self.scripts.iter().any(|script| script.mentions(word))
    }

    /// Returns whether the value under a key is computed in any script.
    pub(super) fn computes(&self, key: &str) -> bool {
        self.scripts.iter().any(|script| script.computes(key))
    }

    /// Returns the items of a list under a key or in a call: an array, or a text with commas.
    pub(super) fn list_of_calls(&self, function: &str) -> Vec<String> {
        self.calls(function)
            .iter()
            .flat_map(|call| call.arguments.first().map(list).unwrap_or_default())
            .collect()
    }
}

/// Returns a folder in the settings, relative to the folder above it; empty for `.`.
pub(super) fn folder_name(written: &str) -> String {
    let name = folders::folder_name(written);
    if name == "." { String::new() } else { name }
}

/// Returns the items of an array or of a text with commas.
pub(super) fn list(value: &Value) -> Vec<String> {
    let split = |text: &str| text.split(',').map(|part| part.trim().to_owned()).collect::<Vec<_>>();
    match value {
        Value::String(text) => split(text),
        Value::Array(items) => items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

fn option(commands: &[String], name: &str) -> Option<String> {
    commands.iter().find_map(|command| {
        let (_, value) = command.split_once(&format!("--{name}"))?;
        let value = value.strip_prefix(['=', ' '])?.trim_start();
        value.split_whitespace().next().map(|value| value.trim_matches(['"', '\'']).to_owned())
    })
}

fn value_of(data: &Data) -> Value {
    Value::Object(data.entries().map(|(key, value)| (key.to_owned(), value.clone())).collect())
}

/// A module of the configuration.
struct ConfigModule {
    path: PathBuf,
    text: String,
    /// The names of default imports, with the paths of their modules.
    imports: Vec<(String, PathBuf)>,
}

/// Returns the settings file and all modules that it imports, directly or not.
fn modules(site_dir: &Path, folder: &Path, text: String) -> Vec<ConfigModule> {
    let mut modules = vec![ConfigModule { path: folder.join("."), text, imports: Vec::new() }];
    let mut seen = BTreeSet::new();
    let mut at = 0;
    while at < modules.len() {
        let folder = if at == 0 {
            folder.to_owned()
        } else {
            modules[at].path.parent().unwrap_or(site_dir).to_owned()
        };
        for (name, written) in imports(&modules[at].text) {
            let path = normalized(&folder.join(written));
            if modules.len() >= limits::MAX_IMPORTED_MODULES || !path.starts_with(normalized(site_dir)) {
                break;
            }
            let Some((path, text)) = read_module(&path) else { continue };
            if let Some(name) = name {
                modules[at].imports.push((name, path.clone()));
            }
            if seen.insert(path.clone()) {
                modules.push(ConfigModule { path, text, imports: Vec::new() });
            }
        }
        at += 1;
    }
    modules
}

fn imports(text: &str) -> Vec<(Option<String>, String)> {
    let Some(import) = &*IMPORT else { return Vec::new() };
    let found = import.captures_iter(text).take(limits::MAX_IMPORTED_MODULES);
    let imports = found.filter_map(|captures| {
        let name = captures.get(1).or_else(|| captures.get(2)).map(|name| name.as_str().to_owned());
        Some((name, captures.get(3)?.as_str().to_owned()))
    });
    imports.collect()
}

/// Reads a module by its path with or without an extension.
fn read_module(path: &Path) -> Option<(PathBuf, String)> {
    let name = path.to_str()?;
    let endings = ["", ".js", ".cjs", ".mjs", ".ts", ".json", "/index.js", "/index.cjs", "/index.mjs"];
    let mut paths = endings.iter().map(|ending| PathBuf::from(format!("{name}{ending}")));
    paths.find_map(|path| {
        let text = site_files::is_file(&path).then(|| site_files::read_text(&path).ok())??;
        Some((path, text))
    })
}

/// Returns the path without `.` and `..`.
fn normalized(path: &Path) -> PathBuf {
    let mut parts = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if parts.file_name().is_some() => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts
}
