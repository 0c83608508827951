//! Globs for paths in Hugo's settings, in the syntax of the Go package `gobwas/glob`.
//!
//! In contrast to the crate `globset`, `**` may stand anywhere: `**.md` matches at any depth.

use crate::content::generator::regexes::RegexList;

/// Returns the regular expression, in lower case, that matches what a glob does; `None` if its brackets are not closed.
///
/// `**` matches everything, `*` and `?` everything but `/`, `[…]` and `[!…]` a character, `{a,b}` one of the patterns.
pub(super) fn regex_of(glob: &str) -> Option<String> {
    let glob = glob.to_lowercase();
    let mut regex = String::from(r"\A");
    let mut rest = glob.chars().peekable();
    let mut depth = 0_usize;
    while let Some(c) = rest.next() {
        match c {
            '*' if rest.next_if_eq(&'*').is_some() => regex.push_str(".*"),
            '*' => regex.push_str("[^/]*"),
            '?' => regex.push_str("[^/]"),
            '{' => {
                depth += 1;
                regex.push_str("(?:");
            }
            '}' if depth > 0 => {
                depth -= 1;
                regex.push(')');
            }
            ',' if depth > 0 => regex.push('|'),
            '[' => {
                let negation = if rest.next_if_eq(&'!').is_some() { "^" } else { "" };
                let mut class = String::new();
                loop {
                    match rest.next()? {
                        ']' => break,
                        '\\' => class.push_str(&escaped(rest.next()?)),
                        '-' => class.push('-'),
                        c => class.push_str(&escaped(c)),
                    }
                }
                regex.extend(["[", negation, &class, "]"]);
            }
            '\\' => regex.push_str(&escaped(rest.next()?)),
            c => regex.push_str(&escaped(c)),
        }
    }
    regex.push_str(r"\z");
    (depth == 0).then_some(regex)
}

fn escaped(c: char) -> String {
    regex::escape(c.encode_utf8(&mut [0; 4]))
}

/// Compiles globs; an invalid one matches nothing.
pub(super) fn compile<'a>(globs: impl IntoIterator<Item = &'a str>) -> RegexList {
    RegexList::valid(globs.into_iter().filter_map(regex_of))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_match_within_and_across_folders() {
        for (glob, matching, others) in [
            ("/**.md", &["/a.md", "/a/b.md"][..], &["/a.mdx"][..]),
            ("/a/*", &["/a/b", "/a/B.md"], &["/a/b/c", "/a"]),
            ("/{a,b/**}", &["/a", "/b/c/d"], &["/a/c", "/b"]),
            ("/a?[!x-z]", &["/abc"], &["/abx", "/a/c", "/abcd"]),
            ("/Drafts/[ab]*", &["/drafts/a1", "/DRAFTS/b"], &["/drafts/c"]),
            (r"/a\*(b)", &["/a*(b)"], &["/axb"]),
            ("/{a", &[], &["/a"]),
            ("/[a", &[], &["/a"]),
        ] {
            let list = compile([glob]);
            for path in matching {
                assert!(list.matches(&path.to_lowercase()), "{glob} {path}");
            }
            for path in others {
                assert!(!list.matches(path), "{glob} {path}");
            }
        }
    }
}
