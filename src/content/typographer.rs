//! The typographer of markdown-it, which changes the text of headings before their ids are made of it
//! (`rules_core/replacements` and `rules_core/smartquotes` of markdown-it).

use crate::config::limits::MAX_MISSED_CODES;

/// Stands for a straight single quote outside code.
const SINGLE: char = '\u{e000}';
/// Stands for a straight double quote outside code.
const DOUBLE: char = '\u{e001}';

/// Returns the plain text of a heading as the typographer has it; code in its Markdown source stays.
pub(super) fn markdown_it(source: &str, text: &str) -> String {
    smart_quotes(&outside_code(source, text, |prose| {
        with_signs(prose)
            .replace('\'', SINGLE.encode_utf8(&mut [0; 4]))
            .replace('"', DOUBLE.encode_utf8(&mut [0; 4]))
    }))
}

/// Applies `change` to the plain text of a heading, except to what is code in its Markdown source.
pub(super) fn outside_code(source: &str, text: &str, change: impl Fn(&str) -> String) -> String {
    let mut changed = String::with_capacity(text.len());
    let mut rest = text;
    let mut misses_left = MAX_MISSED_CODES;
    for code in source.split('`').skip(1).step_by(2).filter(|code| !code.is_empty()) {
        let Some((before, after)) = rest.split_once(code) else {
            misses_left -= 1;
            if misses_left == 0 {
                break;
            }
            continue;
        };
        changed.extend([change(before).as_str(), code]);
        rest = after;
    }
    changed + &change(rest)
}

/// Replaces dashes, dots and signs in brackets.
fn with_signs(text: &str) -> String {
    let mut signs = text.to_owned();
    for (written, sign) in
        [("(c)", "©"), ("(C)", "©"), ("(r)", "®"), ("(R)", "®"), ("(tm)", "™"), ("(TM)", "™"), ("+-", "±")]
    {
        signs = signs.replace(written, sign);
    }
    let mut smart = String::with_capacity(signs.len());
    let mut rest = signs.as_str();
    while let Some(first) = rest.chars().next() {
        let after = rest.trim_start_matches(first);
        let length = rest.len() - after.len();
        let (before, next) = (smart.chars().next_back(), after.chars().next());
        match (first, length) {
            ('.', 2..) if matches!(before, Some('?' | '!')) => smart.push_str(".."),
            ('.', 2..) => smart.push('…'),
            ('?' | '!', 4..) => smart.extend([first; 3]),
            (',', 2..) => smart.push(','),
            ('-', 3) => smart.push('—'),
            ('-', 2) if is_dash(before, next) => smart.push('–'),
            _ => smart.push_str(&rest[..length]),
        }
        rest = after;
    }
    smart
}

/// Returns whether two hyphens are a dash: between words without spaces, or between spaces.
fn is_dash(before: Option<char>, next: Option<char>) -> bool {
    let is_between = |is_side: fn(char) -> bool| before.is_none_or(is_side) && next.is_none_or(is_side);
    is_between(char::is_whitespace) || is_between(|c| !c.is_whitespace())
}

/// Replaces the quotes: pairs by opening and closing ones, single ones within and after words by apostrophes.
fn smart_quotes(text: &str) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let mut opened: Vec<usize> = Vec::new();
    for at in 0..chars.len() {
        let quote = chars[at];
        if quote != SINGLE && quote != DOUBLE {
            continue;
        }
        let last = at.checked_sub(1).map_or(' ', |before| chars[before]);
        let next = chars.get(at + 1).copied().unwrap_or(' ');
        let (opens, closes) = sides(quote, last, next);
        let pair = opened.iter().rposition(|open| closes && chars[*open] == quote);
        if let Some(pair) = pair {
            let marks = if quote == SINGLE { ['‘', '’'] } else { ['“', '”'] };
            (chars[opened[pair]], chars[at]) = (marks[0], marks[1]);
            opened.truncate(pair);
        } else if opens {
            opened.push(at);
        } else if quote == SINGLE {
            chars[at] = '’';
        }
    }
    let straight = |c| match c {
        SINGLE => '\'',
        DOUBLE => '"',
        c => c,
    };
    chars.into_iter().map(straight).collect()
}

/// Returns whether a quote can open, and whether it can close, by the characters around it.
fn sides(quote: char, last: char, next: char) -> (bool, bool) {
    let is_mark = |c: char| !c.is_alphanumeric() && !c.is_whitespace();
    if quote == DOUBLE && next == DOUBLE && last.is_ascii_digit() {
        return (false, false);
    }
    let opens = !next.is_whitespace() && (!is_mark(next) || last.is_whitespace() || is_mark(last));
    let closes = !last.is_whitespace() && (!is_mark(last) || next.is_whitespace() || is_mark(next));
    if opens && closes { (is_mark(last), is_mark(next)) } else { (opens, closes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_text_as_markdown_it_does() {
        for (source, expected) in [
            ("What's brewing", "What’s brewing"),
            ("\"Green\" leaves", "“Green” leaves"),
            ("--hot and a--b -- c --- d, not --e", "–hot and a–b – c — d, not --e"),
            ("it's ... (c) 'x' +- 5", "it’s … © ‘x’ ± 5"),
            ("Code `it's -- x` isn't", "Code it's -- x isn’t"),
            ("'90s rock", "'90s rock"),
            ("don't say \"it's\"", "don’t say “it’s”"),
            ("Wait?!.... what???? a,, b....", "Wait?!.. what??? a, b…"),
            ("(tm) (R) (p)", "™ ® (p)"),
            ("say \"hi\", 'ok'?", "say “hi”, ‘ok’?"),
            ("5'6\" tall", "5’6\" tall"),
            ("the cups' rims", "the cups’ rims"),
            ("`pot`'s end", "pot’s end"),
            ("a ---- b", "a ---- b"),
        ] {
            assert_eq!(markdown_it(source, &source.replace('`', "")), expected, "{source}");
        }
    }
}
