//! Hugo's settings in several files: one in the site's root, and the folder `config`.
//!
//! The rules are those of `LoadConfigFromDir` in Hugo's `config/configLoader.go` and of `config/allconfig/load.go`.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::config::limits::{MAX_PROJECT_DEPTH, MAX_PROJECT_FILES};
use crate::content::data::{Data, DataFormat};
use crate::content::error::SiteError;
use crate::content::generator::settings::{GeneratorSettings, extension, read_data};
use crate::content::generator::site_files;

/// The folder of settings.
const FOLDER: &str = "config";
/// The folders of settings below it, by increasing precedence: all environments, and the one of `hugo build`.
const ENVIRONMENTS: [&str; 2] = ["_default", "production"];
/// The names of files in the root, by precedence.
const ROOT_FILES: [&str; 8] = [
    "hugo.toml",
    "hugo.yaml",
    "hugo.yml",
    "hugo.json",
    "config.toml",
    "config.yaml",
    "config.yml",
    "config.json",
];

/// Returns the settings of all files: those of the folder take precedence over those of the file in the root.
///
/// # Errors
/// If a file cannot be read or is invalid.
pub(super) fn merged(settings: &GeneratorSettings) -> Result<Data, SiteError> {
    let Some(file) = &settings.file else { return Ok(settings.data.clone()) };
    let root = settings.site_dir.as_path();
    let is_folder = site_files::is_dir(file);
    let mut all = if is_folder { of_root(root)? } else { settings.data.clone() };
    let folder = root.join(FOLDER);
    if site_files::is_dir(&folder) {
        all.override_with(&of_folder(&folder)?);
    }
    Ok(all)
}

/// Returns the settings of the first file in the root.
fn of_root(root: &Path) -> Result<Data, SiteError> {
    let mut paths = ROOT_FILES.iter().map(|name| root.join(name));
    paths.find(|path| site_files::exists(path)).map_or_else(|| Ok(Data::default()), |path| read_data(&path))
}

/// Returns the settings of `config/_default` and `config/production`, which overrides it.
///
/// # Errors
/// If a file cannot be read or is invalid.
pub(super) fn of_folder(folder: &Path) -> Result<Data, SiteError> {
    let mut settings = Data::default();
    for environment in ENVIRONMENTS {
        let mut files = Vec::new();
        collect(&folder.join(environment), 0, &mut files);
        for path in files {
            settings.override_with(&placed(&path, read_data(&path)?));
        }
    }
    Ok(settings)
}

/// Collects the settings files in and below a folder, in the order in which Hugo walks through it.
fn collect(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    for path in site_files::entries(folder) {
        if site_files::is_dir(&path) {
            if depth < MAX_PROJECT_DEPTH {
                collect(&path, depth + 1, files);
            }
        } else if DataFormat::of_extension(&extension(&path).to_lowercase()).is_some()
            && files.len() < MAX_PROJECT_FILES
        {
            files.push(path);
        }
    }
}

/// Returns the values of a file at the place that its name states: `hugo` and `config` hold top-level settings, any other
/// name is a key, and what follows a dot is a language: `params.toml`, `menus.fr.yaml`, `languages.fr.toml`.
///
/// The values may also be below the key, as `[params]` in `params.toml`.
fn placed(path: &Path, data: Data) -> Data {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    if matches!(stem, "hugo" | "config") {
        return data;
    }
    let (name, language) = match stem.rsplit_once('.') {
        Some((name, language)) => (name, Some(language)),
        None => (stem, None),
    };
    let value = without_key(name, data);
    let under = |key: &str, value: &Value| {
        let mut data = Data::default();
        data.set_default(key, value);
        data
    };
    let Some(language) = language else { return under(name, &value) };
    let of_language = match name {
        "menu" | "menus" => under("menus", &value),
        "params" => under("params", &value),
        _ => Data::from_value(&value).unwrap_or_default(),
    };
    of_language.under(language).under("languages")
}

/// Returns the only value of a table if its key is `name`, else the table.
fn without_key(name: &str, data: Data) -> Value {
    let is_only = data.keys().count() == 1;
    let inner = data.get(name).filter(|_| is_only).cloned();
    inner.unwrap_or_else(|| data.into_value())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(files: &[(&str, &str)]) -> (tempfile::TempDir, GeneratorSettings) {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let file = dir.path().join(files[0].0);
        let data = if file.is_dir() { Data::default() } else { read_data(&file).unwrap() };
        let settings = GeneratorSettings {
            site_dir: dir.path().to_owned(),
            file: Some(file),
            data,
            ..GeneratorSettings::default()
        };
        (dir, settings)
    }

    #[test]
    fn names_of_files_are_keys_and_languages() {
        for (name, text, expected) in [
            ("hugo.toml", "a = 1", "a = 1"),
            ("config.yaml", "a: 1", "a = 1"),
            ("params.toml", "a = 1", "[params]\na = 1"),
            ("params.json", "{\"Params\": {\"a\": 1}}", "[params]\na = 1"),
            ("params.toml", "[params]\na = 1\n[b]\nc = 1", "[params.params]\na = 1\n[params.b]\nc = 1"),
            ("cascade.yaml", "cascade:\n- a: 1\n", "[[cascade]]\na = 1"),
            ("languages.toml", "[de]\nweight = 1", "[languages.de]\nweight = 1"),
            ("languages.de.toml", "weight = 1", "[languages.de]\nweight = 1"),
            ("permalinks.de.toml", "[permalinks]\nx = '/y/'", "[languages.de]\nx = '/y/'"),
            ("params.de.toml", "a = 1", "[languages.de.params]\na = 1"),
            ("menu.pt-br.toml", "[[main]]\nname = 'x'", "[[languages.pt-br.menus.main]]\nname = 'x'"),
        ] {
            let (dir, _) = site(&[(name, text)]);
            let path = dir.path().join(name);
            let expected = Data::parse(expected, DataFormat::Toml).unwrap();
            assert_eq!(placed(&path, read_data(&path).unwrap()), expected, "{name}: {text}");
        }
    }

    #[test]
    fn folders_override_the_file_in_the_root() {
        let (_dir, settings) = site(&[
            ("hugo.yaml", "title: Root\nbaseURL: https://root.example/\nparams: {a: 1, b: 1}\n"),
            ("config/_default/config.toml", "title = 'Folder'\n"),
            ("config/_default/deep/params.toml", "b = 2\nc = 2\n"),
            ("config/production/params.yaml", "c: 3\n"),
            ("config/staging/params.yaml", "c: 4\n"),
            ("config/_default/notes.txt", "no settings"),
        ]);
        let all = merged(&settings).unwrap();
        assert_eq!(all.text("title").as_deref(), Some("Folder"));
        assert_eq!(all.text("baseurl").as_deref(), Some("https://root.example/"));
        let params = all.table("params");
        assert_eq!(["a", "b", "c"].map(|key| params.text(key).unwrap()), ["1", "2", "3"]);
    }

    #[test]
    fn a_folder_is_merged_with_the_first_file_in_the_root() {
        let (dir, mut settings) = site(&[
            ("config.toml", "title = 'Root'"),
            ("config.json", "{\"title\": \"Other\"}"),
            ("config/_default/params.toml", "a = 1"),
        ]);
        settings.file = Some(dir.path().join("config/_default"));
        settings.data = Data::default();
        let all = merged(&settings).unwrap();
        assert_eq!(all.text("title").as_deref(), Some("Root"));
        assert_eq!(all.table("params").text("a").as_deref(), Some("1"));
    }
}
