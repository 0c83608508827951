//! Problems as GitHub workflow annotations, which GitHub shows next to the line.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::printable::printable;
use crate::config::Config;
use crate::content::{Diagnostic, Severity, Site};

/// Writes workflow commands with paths relative to the repository's root.
pub(super) struct Annotator {
    content_dir: PathBuf,
}

impl Annotator {
    pub(super) fn new(config: &Config, site: &Site) -> Self {
        let workspace = std::env::var_os("GITHUB_WORKSPACE").map(PathBuf::from);
        let site_dir = config.site_dir.canonicalize().unwrap_or_else(|_| config.site_dir.clone());
        let below_site = site.content_dir.strip_prefix(&config.site_dir);
        let content_dir = below_site.map_or_else(|_| site.content_dir.clone(), |below| site_dir.join(below));
        let root = root_of(&site_dir, workspace.as_deref());
        let below_root = content_dir.strip_prefix(root).map(Path::to_owned);
        Self { content_dir: below_root.unwrap_or(content_dir) }
    }

    pub(super) fn write(&self, out: &mut impl Write, problem: &Diagnostic) -> io::Result<()> {
        let level = match problem.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let path = self.content_dir.join(&problem.path);
        let file = escape(&path.to_string_lossy(), &[(',', "%2C"), (':', "%3A")]);
        let (file, message) = (printable(&file), escape(&problem.message, &[]));
        writeln!(out, "::{level} file={file},line={}::{}", problem.line, printable(&message))
    }
}

/// Returns the directory of the workflow's checkout, else the root of the Git repository, else the site's root.
fn root_of(site_dir: &Path, workspace: Option<&Path>) -> PathBuf {
    let workspace = workspace.and_then(|dir| dir.canonicalize().ok());
    let repository = || site_dir.ancestors().find(|dir| dir.join(".git").exists()).map(Path::to_owned);
    workspace
        .filter(|dir| site_dir.starts_with(dir))
        .or_else(repository)
        .unwrap_or_else(|| site_dir.to_owned())
}

/// Escapes text like the GitHub Actions toolkit (github.com/actions/toolkit, core/command).
fn escape(text: &str, more: &[(char, &str)]) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    more.iter().fold(text, |text, (from, to)| text.replace(*from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_annotations() {
        let problem = Diagnostic {
            path: "a,b.md".into(),
            line: 3,
            severity: Severity::Warning,
            message: "50%\nof it: a, b".into(),
        };
        let mut out = Vec::new();
        Annotator { content_dir: "con:tent".into() }.write(&mut out, &problem).unwrap();
        let expected = "::warning file=con%3Atent/a%2Cb.md,line=3::50%25%0Aof it: a, b\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn paths_are_relative_to_the_workspace_else_the_repository_else_the_site() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let site = root.join("repository/blog");
        std::fs::create_dir_all(&site).unwrap();
        assert_eq!(root_of(&site, None), site);
        std::fs::create_dir(root.join("repository/.git")).unwrap();
        assert_eq!(root_of(&site, None), root.join("repository"));
        assert_eq!(root_of(&site, Some(&root)), root);
        assert_eq!(root_of(&site, Some(&root.join("elsewhere"))), root.join("repository"));
    }
}
