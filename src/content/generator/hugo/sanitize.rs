//! Hugo's sanitizing of paths.

use unicode_normalization::char::is_combining_mark;

use super::url_rules::UrlRules;
use crate::content::go_text::{is_digit, is_letter, to_lower, without_accents};

/// The settings that decide how paths are sanitized.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sanitizer {
    keeps_case: bool,
    removes_accents: bool,
}

impl Sanitizer {
    pub(super) fn new(rules: &UrlRules) -> Self {
        Self { keeps_case: rules.keeps_case, removes_accents: rules.removes_accents }
    }

    /// Returns a sanitized path (`MakePathSanitized` in Hugo's `helpers/path.go`).
    pub(super) fn path(self, text: &str) -> String {
        let mut path = sanitize(text);
        if self.removes_accents {
            path = without_accents(&path);
        }
        if self.keeps_case { path } else { to_lower(&path) }
    }

    /// Returns the path of a file with a hyphen for each space, as Hugo normalizes it before it is sanitized
    /// (`NormalizePathStringBasic` in Hugo's `common/paths/pathparser.go`).
    pub(super) fn normalized(self, path: &str) -> String {
        if self.keeps_case { path.to_owned() } else { path.replace(' ', "-") }
    }
}

/// Returns the characters of a path that Hugo allows, with a hyphen for white space between them unless it follows or
/// precedes one (`Sanitize` in Hugo's `common/paths/path.go`).
fn sanitize(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let (mut hyphen_is_due, mut after_hyphen) = (false, false);
    for (at, c) in path.char_indices() {
        if is_allowed(&path[at..], c) {
            after_hyphen = c == '-';
            if hyphen_is_due && !after_hyphen {
                out.push('-');
            }
            hyphen_is_due = false;
            out.push(c);
        } else if c.is_whitespace() && !out.is_empty() && !after_hyphen {
            hyphen_is_due = true;
        }
    }
    out
}

/// Returns whether `c`, the first character of `rest`, is allowed in paths.
fn is_allowed(rest: &str, c: char) -> bool {
    let is_escape = || rest.as_bytes().get(1..3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
    is_letter(c)
        || is_digit(c)
        || matches!(c, '.' | '/' | '\\' | '_' | '#' | '+' | '~' | '-' | '@')
        || is_combining_mark(c)
        || c == '%' && is_escape()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_letters_digits_marks_and_some_punctuation() {
        let plain = Sanitizer { keeps_case: false, removes_accents: false };
        for (text, expected) in [
            ("A b  C", "a-b-c"),
            (" lead & trail ", "lead-trail"),
            ("a - b", "a-b"),
            ("a-\u{a0}-b", "a--b"),
            ("x²①Ⅳ½", "x"),
            ("İstanbul ΑΣ", "istanbul-ασ"),
            ("हिन्दी", "हिन्दी"),
            ("a+b~c@d#e_f.g", "a+b~c@d#e_f.g"),
            ("a&b=c,d;e!", "abcde"),
            ("100%25 5% %zz", "100%25-5-zz"),
            ("z\u{200d}j‿", "zj"),
        ] {
            assert_eq!(plain.path(text), expected, "{text}");
        }
        let other = Sanitizer { keeps_case: true, removes_accents: true };
        assert_eq!(other.path("Über  हिन्दी É"), "Uber-हिनदी-E");
        assert_eq!((plain.normalized("a  b"), other.normalized("a  b")), ("a--b".into(), "a  b".into()));
    }
}
