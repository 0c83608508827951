//! Arguments of `bloghound search` and their translation into a search request.

use clap::{Args, ValueEnum};

use crate::cli::trimmed::TrimmedEnum;
use crate::query::{RawRequest, RequestError, SearchRequest, language};

/// Arguments of `bloghound search`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SearchArgs {
    /// Search for this query: words, "a phrase", prefix*, -excluded, this OR that, (a group), title:word,
    /// heading:word, code:word, category:name, tag:one,other, author:name, series:name, lang:tag, url:part,
    /// year:2024, after:2023, before:2024-06
    #[arg(required = true, value_name = "QUERY")]
    words: Vec<String>,
    /// Print this many results per page (1–100)
    #[arg(long, value_name = "NUMBER", default_value = "10")]
    limit: String,
    /// Print this page of results, counted from 1
    #[arg(long, value_name = "NUMBER", default_value = "1")]
    page: String,
    /// Find only posts in this category [default: all]
    #[arg(long, value_name = "NAME")]
    category: Option<String>,
    /// Find only posts with this tag [default: all]
    #[arg(long, value_name = "NAME")]
    tag: Option<String>,
    /// Find only posts by this author [default: all]
    #[arg(long, value_name = "NAME")]
    author: Option<String>,
    /// Find only posts in this language, such as de or pt-BR [default: all]
    #[arg(long, value_name = "TAG")]
    lang: Option<String>,
    /// Find only posts in this series [default: all]
    #[arg(long, value_name = "NAME")]
    series: Option<String>,
    /// Find only posts dated in this year [default: all]
    #[arg(long, value_name = "YEAR")]
    year: Option<String>,
    /// Find only posts dated at or after this date, such as 2024, 2024-06 or 2024-06-30 [default: all]
    #[arg(long, value_name = "DATE")]
    after: Option<String>,
    /// Find only posts dated before this date [default: all]
    #[arg(long, value_name = "DATE")]
    before: Option<String>,
    /// Sort results by relevance or by date
    #[arg(long, value_parser = TrimmedEnum::<SortArg>::new(), value_name = "ORDER", default_value = "relevance")]
    sort: SortArg,
    /// Count results by these fields, comma-separated [default: none]
    #[arg(long, value_parser = TrimmedEnum::<FacetArg>::new(), value_name = "FIELDS", value_delimiter = ',')]
    facets: Vec<FacetArg>,
    /// Collapse the translations of a post into one result
    #[arg(long, value_parser = TrimmedEnum::<GroupArg>::new(), value_name = "BY", default_value = "none")]
    group: GroupArg,
    /// Allow at most this many typos per word [default: by word length]
    #[arg(long, value_parser = TrimmedEnum::<TyposArg>::new(), value_name = "NUMBER")]
    typos: Option<TyposArg>,
    /// Explain the score of each result
    #[arg(long)]
    explain: bool,
    /// Print the JSON response of the HTTP API
    #[arg(long)]
    pub(super) json: bool,
}

const EXAMPLES: &str = "\
Examples:
  bloghound search blue green deployment
  bloghound search '\"address already in use\"' --sort newest
  bloghound search kubernetes -helm --facets category,year --explain";

// Undocumented variants keep the help compact: clap lists their names in one line. An empty value means
// the default, as in the parameters of the HTTP API.

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SortArg {
    #[value(alias = "")]
    Relevance,
    Newest,
    Oldest,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum GroupArg {
    #[value(alias = "")]
    None,
    Translations,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FacetArg {
    Category,
    Tag,
    Author,
    Lang,
    Series,
    Year,
    #[value(alias = "", hide = true)]
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TyposArg {
    #[value(name = "0")]
    Zero,
    #[value(name = "1")]
    One,
    #[value(name = "2")]
    Two,
    #[value(alias = "", hide = true)]
    Auto,
}

/// Returns the name of a value, as the command line and the HTTP API spell it.
fn name_of<T: ValueEnum>(value: &T) -> String {
    value.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
}

impl SearchArgs {
    /// Returns the validated search request.
    ///
    /// # Errors
    /// If an option has an invalid value.
    pub(super) fn into_request(self) -> Result<SearchRequest, RequestError> {
        let facets = self.facets.iter().filter(|facet| **facet != FacetArg::None);
        let facets: Vec<String> = facets.map(name_of).collect();
        let typos = self.typos.filter(|typos| *typos != TyposArg::Auto);
        let raw = RawRequest {
            q: query_text(&self.words),
            page: Some(self.page),
            limit: Some(self.limit),
            category: self.category,
            tag: self.tag,
            author: self.author,
            lang: self.lang,
            series: self.series,
            year: self.year,
            after: self.after,
            before: self.before,
            sort: Some(name_of(&self.sort)),
            facets: Some(facets.join(",")),
            group: Some(name_of(&self.group)),
            explain: self.explain.then(|| "1".to_owned()),
            typos: typos.as_ref().map(name_of),
            ..RawRequest::default()
        };
        raw.validate()
    }
}

/// Joins the arguments to a query. The shell has removed the quotes around phrases, so an argument with
/// spaces is quoted again, unless it is the only one or a group.
fn query_text(words: &[String]) -> String {
    if let [query] = words {
        return query.trim_start().to_owned();
    }
    words.iter().map(|word| with_quotes(word.trim_start())).collect::<Vec<_>>().join(" ")
}

fn with_quotes(word: &str) -> String {
    if !word.contains(char::is_whitespace) || word.contains('"') {
        return word.to_owned();
    }
    let sign = if word.starts_with('-') { "-" } else { "" };
    let after_sign = &word[sign.len()..];
    let (field, value) = after_sign.split_at(language::field_len(after_sign));
    if value.starts_with('(') { word.to_owned() } else { format!("{sign}{field}\"{value}\"") }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::query::{FacetField, Grouping, Sort};

    #[derive(Debug, Parser)]
    struct TestCli {
        #[command(flatten)]
        args: SearchArgs,
    }

    fn request(args: &[&str]) -> SearchRequest {
        let args = ["search", "query"].iter().chain(args);
        TestCli::try_parse_from(args).unwrap().args.into_request().unwrap()
    }

    #[test]
    fn quotes_removed_by_the_shell_are_restored() {
        let text = |words: &[&str]| query_text(&words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>());
        assert_eq!(text(&["canary deployment"]), "canary deployment");
        assert_eq!(text(&["canary", "deployment"]), "canary deployment");
        assert_eq!(text(&["vibe coding", "-argo cd", "x"]), "\"vibe coding\" -\"argo cd\" x");
        assert_eq!(text(&["tag:c i", "-title:argo cd", "a: b"]), "tag:\"c i\" -title:\"argo cd\" \"a: b\"");
        assert_eq!(text(&["(a OR b)", "-title:(c d)", "x"]), "(a OR b) -title:(c d) x");
    }

    #[test]
    fn listed_values_reach_the_request() {
        assert_eq!(request(&["--sort", "newest"]).sort, Sort::Newest);
        assert_eq!(request(&["--sort", "oldest"]).sort, Sort::Oldest);
        assert_eq!(request(&["--group", "translations"]).group, Grouping::Translations);
        let fields = [FacetField::Category, FacetField::Year, FacetField::Tag];
        let args = ["--series", "CI", "--year", "2024", "--facets", "author,lang,series"];
        let all = request(&args);
        assert_eq!(
            (all.series.as_deref(), all.year.map(|year| year.to_string())),
            (Some("CI"), Some("2024".into()))
        );
        assert_eq!(all.facets, [FacetField::Author, FacetField::Lang, FacetField::Series]);
        assert_eq!(request(&["--facets", "category,year,category,tag"]).facets, fields);
        assert_eq!(request(&["--facets", " category, year ,tag"]).facets, fields);
        for (value, typos) in [("0", 0), ("1", 1), ("2", 2)] {
            assert_eq!(request(&["--typos", value]).typos, Some(typos));
        }
    }

    #[test]
    fn empty_values_mean_the_default() {
        let default = request(&[]);
        for option in ["--sort", "--group", "--facets", "--typos", "--limit", "--lang"] {
            assert_eq!(request(&[option, ""]), default, "{option}");
        }
    }

    #[test]
    fn invalid_values_list_the_possible_values() {
        let cases = [
            (["--sort", "best"], "relevance, newest, oldest"),
            (["--group", "tags"], "none, translations"),
            (["--facets", "category,color"], "category, tag, author, lang, series, year"),
            (["--typos", "3"], "0, 1, 2"),
        ];
        for (args, expected) in cases {
            let error = TestCli::try_parse_from(["search", "query"].iter().chain(&args)).unwrap_err();
            let message = error.to_string();
            assert!(message.contains(&format!("possible values: {expected}]")), "{message}");
        }
    }
}
