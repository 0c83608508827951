//! The query language: any text is a query.
//!
//! | typed | means |
//! |---|---|
//! | `canary deployment` | all of the words; the last one, still being typed, also as the beginning of a word |
//! | `"vibe coding"` | the phrase; `“ ”`, `„ “` and `« »` do as well; one that is not closed yet ends with the query |
//! | `kube*` | words that begin so; also at the end of a phrase |
//! | `-argo`, `-"argo cd"`, `NOT argo` | without it |
//! | `helm OR kustomize`, `helm \| kustomize` | one of both: `a b OR c d` is `a (b OR c) d` |
//! | `a AND b` | as `a b` |
//! | `(a b) OR c`, `-(a b)` | a group: posts with a and b, or with c; posts without both |
//! | `title:x`, `heading:x`, `code:x` | in the title, in a heading, in a code block; also `title:"x y"`, `title:(a OR b)` |
//! | `category:x`, `tag:x`, `author:x` | of that category, tag, author, by name |
//! | `lang:pt` | in that language |
//! | `url:/2024/` | with that in the path of the URL |
//! | `after:2023`, `before:2024-06-30` | dated then or later; dated before |
//! | `tag:rust,go`, `author:"Ann Lee",bob` | one of the values, of any filter but dates |
//! | `-tag:old`, `-title:x` | the same, without |
//!
//! Fields may be typed in any case of letters, operators in capitals only. A parenthesis groups where it
//! begins an item: those of `f(x)` belong to the word. What is none of all this is words: `color:red`,
//! `std::vec`, `url::Url`, `https://example.org`, a field without a value, `--flag`.
//!
//! Nothing is an error; what is left out becomes a warning. Work is bounded: a query is cut at
//! [`limits::MAX_QUERY_BYTES`] and after [`limits::MAX_QUERY_WORDS`], groups deeper than
//! [`limits::MAX_QUERY_DEPTH`] lose their parentheses.

mod scanner;
pub(crate) mod syntax_tree;
pub(crate) mod tree_builder;

use crate::config::limits;
use scanner::Scanner;
use syntax_tree::ParsedQuery;
use tree_builder::Builder;

/// Takes a query apart.
pub(crate) fn parse(query: &str) -> ParsedQuery {
    let mut warnings = Vec::new();
    let query = cut(query, &mut warnings);
    let mut scanner = Scanner::new(query);
    let mut builder = Builder::new(query, warnings);
    while !builder.is_full()
        && let Some(lexeme) = scanner.next(builder.inherited_field())
    {
        builder.add(lexeme);
    }
    builder.finish()
}

/// The length in bytes of the field and its colon with which `text` begins; 0 where it begins with none.
pub(crate) fn field_len(text: &str) -> usize {
    scanner::field_at(text).map_or(0, |(len, _)| len)
}

fn cut<'a>(query: &'a str, warnings: &mut Vec<String>) -> &'a str {
    if query.len() <= limits::MAX_QUERY_BYTES {
        return query;
    }
    warnings.push(format!("only the first {} bytes of the query are searched", limits::MAX_QUERY_BYTES));
    &query[..query.floor_char_boundary(limits::MAX_QUERY_BYTES)]
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
