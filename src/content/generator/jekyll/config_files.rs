//! The configuration files: `_config.yml`, or those that the site's build command names
//! (jekyllrb.com/docs/configuration/options, `--config` and `--source`).

use std::path::Path;

use crate::content::data::Data;
use crate::content::error::SiteError;
use crate::content::generator::settings::{GeneratorSettings, read_data};
use crate::content::generator::{js_project, site_files};

/// Files in a site's root that may have its build command, by precedence.
const BUILD_FILES: [&str; 11] = [
    "netlify.toml",
    "vercel.json",
    "amplify.yml",
    ".gitlab-ci.yml",
    ".travis.yml",
    "Rakefile",
    "Makefile",
    "build.sh",
    "bin/build",
    "script/build",
    "script/cibuild",
];
/// Folder of the workflows of GitHub Actions.
const WORKFLOWS: &str = ".github/workflows";
/// Words in the names of files with settings for something else than the public site.
const NOT_PUBLIC: [&str; 6] = ["dev", "local", "test", "staging", "preview", "draft"];

/// The arguments of a command that builds the site.
#[derive(Debug, Default, PartialEq, Eq)]
struct BuildCommand {
    /// The files in `--config`; empty if it is not used.
    configs: Vec<String>,
    /// The folder in `--source`.
    source: Option<String>,
}

/// Returns the settings that the site is built with: those of `_config.yml`, unless the build command names other files.
/// Later files take precedence.
///
/// # Errors
/// If one of the files is unreadable or invalid.
pub(super) fn merged(settings: &GeneratorSettings) -> Result<Data, SiteError> {
    let site_dir = &settings.site_dir;
    let command = build_command(site_dir);
    let mut configs = command.configs;
    if let Some(source) = &command.source
        && configs.is_empty()
    {
        let names = ["yml", "yaml", "toml"].map(|extension| format!("{source}/_config.{extension}"));
        configs.extend(names.into_iter().find(|name| site_files::is_file(&site_dir.join(name))));
    }
    let paths: Vec<_> =
        configs.iter().map(|name| site_dir.join(name)).filter(|path| site_files::is_file(path)).collect();
    let mut config = if paths.is_empty() { settings.data.clone() } else { Data::default() };
    for path in paths {
        config.override_with(&read_data(&path)?);
    }
    if let Some(source) = command.source {
        config.override_with(&Data::from_value(&serde_json::json!({ "source": source })).unwrap_or_default());
    }
    Ok(config)
}

/// Returns the arguments of the site's build command, if they are written as such somewhere.
fn build_command(site_dir: &Path) -> BuildCommand {
    let workflows = site_files::entries(&site_dir.join(WORKFLOWS));
    let files = BUILD_FILES.iter().map(|name| site_dir.join(name)).chain(workflows);
    let texts = files.filter_map(|path| site_files::read_text(&path).ok());
    let lines = js_project::commands(site_dir).into_iter().chain(texts).collect::<Vec<_>>();
    let commands: Vec<(bool, BuildCommand)> =
        lines.iter().flat_map(|text| text.lines()).filter_map(read).collect();
    let production = commands.iter().position(|(is_production, _)| *is_production).unwrap_or(0);
    commands.into_iter().nth(production).map(|(_, command)| command).unwrap_or_default()
}

/// Reads a line with a command that builds the public site, and returns whether it says that it builds for production.
fn read(line: &str) -> Option<(bool, BuildCommand)> {
    let line = line.trim();
    let arguments = line.split_once("jekyll").filter(|_| !line.starts_with(['#', '/']))?.1;
    let words: Vec<&str> = arguments
        .split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ';' | '&' | '|' | ')'))
        .filter(|word| !word.is_empty())
        .collect();
    if !words.first().is_some_and(|command| matches!(*command, "build" | "b")) {
        return None;
    }
    let value = |long: &str, short: &str| {
        words.iter().enumerate().find_map(|(at, word)| match word.strip_prefix(long) {
            Some("") => words.get(at + 1).copied(),
            Some(rest) => rest.strip_prefix('='),
            None if !short.is_empty() && *word == short => words.get(at + 1).copied(),
            None => None,
        })
    };
    let literal = |text: &&str| !text.contains(['$', '#', '{', '%', '<']) && !text.starts_with(['/', '-']);
    let configs = value("--config", "").filter(literal).unwrap_or_default();
    let configs: Vec<String> = configs
        .split(',')
        .filter(|name| !name.is_empty())
        .map(|name| name.trim_start_matches("./").to_owned())
        .collect();
    let source = value("--source", "-s").filter(literal);
    let source = source.map(|folder| folder.trim_start_matches("./").trim_end_matches('/').to_owned());
    let source = source.filter(|folder| !matches!(folder.as_str(), "" | "."));
    let is_other =
        configs.iter().any(|name| NOT_PUBLIC.iter().any(|word| name.to_ascii_lowercase().contains(word)));
    let command = BuildCommand { configs, source };
    let is_used = !is_other && command != BuildCommand::default();
    is_used.then(|| (line.to_ascii_lowercase().contains("prod"), command))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::DataFormat;

    /// The title and source folder that a site with these files has.
    fn settings(files: &[(&str, &str)]) -> Result<String, SiteError> {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let data = Data::parse("title: default\nurl: https://a.example\n", DataFormat::Yaml).unwrap();
        let settings =
            GeneratorSettings { site_dir: dir.path().to_owned(), data, ..GeneratorSettings::default() };
        let config = merged(&settings)?;
        let text = |key| config.text(key).unwrap_or_default();
        Ok(format!("{} {} {}", text("title"), text("url"), text("source")).trim_end().to_owned())
    }

    #[test]
    fn files_in_the_build_command_replace_the_default_one() {
        let (one, two) =
            (("one.yml", "title: one\nurl: https://b.example"), ("_config.production.yml", "title: two"));
        let both = "jekyll build --config one.yml,_config.production.yml";
        let package = |command: &str| format!("{{\"scripts\": {{\"build\": \"{command}\"}}}}");
        for (name, text) in [
            ("package.json", package(both)),
            ("Rakefile", format!("sh \"bundle exec {both}\"")),
            ("Makefile", format!("site:\n\tJEKYLL_ENV=x {both} --trace\n")),
            ("netlify.toml", format!("command = '{both}'")),
            (
                ".github/workflows/a.yml",
                "  run: jekyll b --config=one.yml,./_config.production.yml".to_owned(),
            ),
        ] {
            let result = settings(&[one, two, (name, &text)]).unwrap();
            assert_eq!(result, "two https://b.example", "{name}");
        }
        for command in [
            "jekyll serve --config one.yml",
            "jekyll build",
            "jekyll build --config $FILES",
            "jekyll build --config gone.yml",
            "jekyll build --config _config.dev.yml",
            "# jekyll build --config one.yml",
        ] {
            let dev = ("_config.dev.yml", "title: dev");
            let result = settings(&[one, two, dev, ("Makefile", command)]).unwrap();
            assert_eq!(result, "default https://a.example", "{command}");
        }
        let invalid = ("one.yml", "title: [");
        assert!(settings(&[invalid, ("Makefile", "jekyll build --config one.yml")]).is_err());
    }

    #[test]
    fn a_command_for_production_takes_precedence_and_may_name_the_source() {
        let commands = "jekyll build --config a.yml\nJEKYLL_ENV=production jekyll build --config b.yml\n";
        let files = [("a.yml", "title: a"), ("b.yml", "title: b"), ("Makefile", commands)];
        assert_eq!(settings(&files).unwrap(), "b");
        let own = ("src/_config.yml", "title: own");
        assert_eq!(settings(&[own, ("Makefile", "jekyll build -s ./src/")]).unwrap(), "own  src");
        assert_eq!(
            settings(&[("Makefile", "jekyll build --source=docs")]).unwrap(),
            "default https://a.example docs"
        );
    }
}
