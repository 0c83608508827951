//! Phase 1, language: the query text to a syntax tree. Every text is a valid query.
//!
//! | syntax | meaning |
//! |---|---|
//! | `canary deployment` | both words; the last word also matches as a prefix while it is still being typed |
//! | `"vibe coding"` | the phrase; `“ ”`, `„ “` and `« »` work too; an unclosed quote ends with the query |
//! | `kube*` | words with this prefix; also at the end of a phrase |
//! | `-argo`, `-"argo cd"`, `NOT argo` | excluded: posts without it |
//! | `helm OR kustomize`, `helm \| kustomize` | either; `a b OR c d` means `a (b OR c) d` |
//! | `a AND b` | the same as `a b` |
//! | `(a b) OR c`, `-(a b)` | a group: posts with both a and b, or with c; posts that do not have both |
//! | `title:x`, `heading:x`, `code:x` | in the title, in a heading, in a code block; also `title:"x y"`, `title:(a OR b)` |
//! | `category:x`, `tag:x`, `author:x`, `series:x` | posts with this category, tag, author or series, by name |
//! | `lang:pt` | posts in this language, regional variants included |
//! | `url:/2024/` | posts whose URL path contains this text |
//! | `year:2024` | posts dated in this year |
//! | `after:2023`, `before:2024-06-30` | posts dated at or after, or before, this time |
//! | `tag:rust,go`, `author:"Ann Lee",bob` | any of several values; all filters but the date filters take a list |
//! | `-tag:old`, `-title:x` | the same fields, excluded |
//!
//! Field names are case-insensitive; operators must be in capitals. A parenthesis opens a group only at the
//! start of an operand: in `f(x)` it belongs to the word. Everything else is words: `color:red`, `std::vec`,
//! `url::Url`, `https://example.org`, a field without a value, `--flag`.
//!
//! Parsing never fails; ignored parts are reported as warnings. Work is bounded: the text is truncated
//! at [`limits::MAX_QUERY_BYTES`], words after [`limits::MAX_QUERY_WORDS`] are dropped, and groups nested
//! deeper than [`limits::MAX_QUERY_DEPTH`] lose their parentheses.

mod scanner;
pub(crate) mod syntax_tree;
pub(crate) mod tree_builder;

use crate::config::limits;
use scanner::QueryScanner;
use syntax_tree::ParsedQuery;
use tree_builder::TreeBuilder;

/// Returns the syntax tree of `query`, with warnings about ignored parts.
pub(crate) fn parse(query: &str) -> ParsedQuery {
    let mut warnings = Vec::new();
    let query = truncate(query, &mut warnings);
    let mut scanner = QueryScanner::new(query);
    let mut builder = TreeBuilder::new(query, warnings);
    while !builder.is_full()
        && let Some(lexeme) = scanner.next(builder.inherited_field())
    {
        builder.add(lexeme);
    }
    builder.finish()
}

/// Returns the length in bytes of the field name and colon at the start of `text`, or 0 if there is none.
pub(crate) fn field_len(text: &str) -> usize {
    scanner::field_at(text).map_or(0, |(len, _)| len)
}

fn truncate<'a>(query: &'a str, warnings: &mut Vec<String>) -> &'a str {
    if query.len() <= limits::MAX_QUERY_BYTES {
        return query;
    }
    warnings.push(format!("only the first {} bytes of the query were searched", limits::MAX_QUERY_BYTES));
    &query[..query.floor_char_boundary(limits::MAX_QUERY_BYTES)]
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
