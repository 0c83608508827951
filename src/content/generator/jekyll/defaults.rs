//! Jekyll's `defaults`: front matter by path and type (jekyllrb.com/docs/configuration/front-matter-defaults).

use globset::{GlobBuilder, GlobMatcher};

use crate::content::data::Data;

/// One entry of `defaults`.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Defaults {
    path: String,
    #[serde(skip)]
    glob: Option<GlobMatcher>,
    kind: Option<String>,
    values: Data,
}

/// Compares what was written, of which the matcher is made.
impl PartialEq for Defaults {
    fn eq(&self, other: &Self) -> bool {
        (&self.path, &self.kind, &self.values) == (&other.path, &other.kind, &other.values)
    }
}

/// The entries of a `_config.yml`.
#[must_use]
pub(super) fn of_config(config: &Data) -> Vec<Defaults> {
    config.tables("defaults").iter().map(read).collect()
}

fn read(entry: &Data) -> Defaults {
    let scope = entry.table("scope");
    let path = scope.text("path").unwrap_or_default().trim_start_matches('/').to_owned();
    // A glob stands for what is below the paths that it matches, too.
    let glob = path.contains('*').then(|| {
        GlobBuilder::new(&format!("{}{{,/**}}", path.trim_end_matches('/')))
            .literal_separator(true)
            .build()
            .ok()
    });
    Defaults {
        glob: glob.flatten().map(|glob| glob.compile_matcher()),
        path,
        kind: scope.text("type"),
        values: entry.table("values"),
    }
}

impl Defaults {
    /// Whether it is for the file at `path`, which is of the type `kind`.
    fn fits(&self, path: &str, kind: &str) -> bool {
        let fits_path = match &self.glob {
            Some(glob) => glob.is_match(path),
            None => path.starts_with(&self.path),
        };
        fits_path && self.kind.as_ref().is_none_or(|wanted| wanted == kind)
    }
}

/// What the entries give to a file: the longest path goes first, then one that names a type.
pub(super) fn fill(data: &mut Data, defaults: &[Defaults], path: &str, kind: &str) {
    let mut fitting: Vec<&Defaults> = defaults.iter().filter(|defaults| defaults.fits(path, kind)).collect();
    // Of equals the later goes first.
    fitting.reverse();
    fitting.sort_by_key(|defaults| std::cmp::Reverse((defaults.path.len(), defaults.kind.is_some())));
    for defaults in fitting {
        data.fill_from(&defaults.values);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::data::DataFormat;

    #[test]
    fn the_nearest_scope_goes_first() {
        let config = "defaults:\n\
            - {scope: {path: ''}, values: {layout: all, lang: en}}\n\
            - {scope: {path: '', type: posts}, values: {layout: post}}\n\
            - {scope: {path: de}, values: {lang: de}}\n\
            - {scope: {path: 'notes/*/old'}, values: {lang: fr}}\n";
        let defaults = of_config(&Data::parse(config, DataFormat::Yaml).unwrap());
        let values = |path, kind| {
            let mut data = Data::default();
            fill(&mut data, &defaults, path, kind);
            format!("{} {}", data.text("layout").unwrap_or_default(), data.text("lang").unwrap_or_default())
        };
        assert_eq!(values("about.md", "pages"), "all en");
        assert_eq!(values("de/_posts/2024-01-01-x.md", "posts"), "post de");
        assert_eq!(values("notes/a/old/x.md", "pages"), "all fr");
        assert_eq!(values("notes/a/x.md", "pages"), "all en");
    }
}
