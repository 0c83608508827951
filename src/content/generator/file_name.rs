//! Dates in the names of files and folders: `2019-05-28-title.md`.

use crate::content::date::{PostDate, parse_date};
use crate::content::source_id::folder_and_stem;

/// The date at the beginning of a name, and the name behind it; one of the `separators` stands
/// between them.
#[must_use]
pub fn split_date<'a>(name: &'a str, separators: &[char]) -> Option<(PostDate, &'a str)> {
    let (date, rest) = name.split_at_checked("2019-05-28".len())?;
    let date = parse_date(date)?;
    let rest = rest.strip_prefix(separators)?;
    (!rest.is_empty()).then_some((date, rest))
}

/// The date in the name of a file, or of the folder that it stands for.
#[must_use]
pub fn date_in_name(id: &str) -> Option<PostDate> {
    let (folder, stem) = folder_and_stem(id);
    let name = if matches!(stem, "index" | "_index") { folder.rsplit('/').next()? } else { stem };
    split_date(name, &['-', '_']).map(|(date, _)| date)
}

/// The day that three folders of a path are: `/2019/05/28/title/`.
#[must_use]
pub fn date_in_path(path: &str) -> Option<PostDate> {
    let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    let folders = &parts[..parts.len() - 1];
    folders.windows(3).find_map(|day| match day {
        [year, month, day] if (year.len(), month.len(), day.len()) == (4, 2, 2) => {
            parse_date(&format!("{year}-{month}-{day}"))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_split_off() {
        let split = |name| split_date(name, &['-', '_']).map(|(date, rest)| format!("{date} {rest}"));
        assert_eq!(split("2019-05-28-a-title").as_deref(), Some("2019-05-28T00:00:00Z a-title"));
        assert_eq!(split("2019-05-28_a").as_deref(), Some("2019-05-28T00:00:00Z a"));
        for name in ["2019-05-28", "2019-05-28-", "2019-13-28-x", "a-2019-05-28-x", "2019-05-28x", "äöüäöüäö"]
        {
            assert_eq!(split(name), None, "{name}");
        }
    }

    #[test]
    fn a_path_may_begin_with_a_day() {
        let day = |path| date_in_path(path).map(PostDate::day);
        assert_eq!(day("/2014/12/12/1.0-Timeline/").as_deref(), Some("2014-12-12"));
        assert_eq!(day("/notes/2014/12/12/x").as_deref(), Some("2014-12-12"));
        for path in ["/2014/12/12/", "/2014/13/12/x/", "/2014/1/2/x/", "/", ""] {
            assert_eq!(day(path), None, "{path}");
        }
    }

    #[test]
    fn a_bundle_has_the_date_of_its_folder() {
        let day = |id| date_in_name(id).map(PostDate::day);
        assert_eq!(day("a/2019-05-28-x.md").as_deref(), Some("2019-05-28"));
        assert_eq!(day("a/2019-05-28-x/index.md").as_deref(), Some("2019-05-28"));
        assert_eq!(day("2019-05-28-x/a.md"), None);
    }
}
