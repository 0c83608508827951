//! Dates in the names of files and folders: `2019-05-28-title.md`.

use jiff::tz::TimeZone;

use crate::content::date::{PostDate, parse_date};
use crate::content::source_id::folder_and_stem;

/// Splits a name into its leading date and the rest, which one of the `separators` divides. Returns `None`
/// without a date or without a rest.
#[must_use]
pub(crate) fn split_date<'a>(name: &'a str, separators: &[char]) -> Option<(PostDate, &'a str)> {
    let (date, rest) = name.split_at_checked("2019-05-28".len())?;
    let date = parse_date(date)?;
    let rest = rest.strip_prefix(separators)?;
    (!rest.is_empty()).then_some((date, rest))
}

/// Splits a name as [`split_date`] does; the date is a day in the time zone `zone`.
#[must_use]
pub(crate) fn split_date_in<'a>(
    name: &'a str,
    separators: &[char],
    zone: &TimeZone,
) -> Option<(PostDate, &'a str)> {
    let (date, rest) = split_date(name, separators)?;
    Some((date.start_of_day_in(zone)?, rest))
}

/// Returns the date in the name of a file; for an index file, in the name of its folder. It is a day in the time zone
/// `zone`.
#[must_use]
pub(crate) fn date_in_name(id: &str, zone: &TimeZone) -> Option<PostDate> {
    let (folder, stem) = folder_and_stem(id);
    let name = if matches!(stem, "index" | "_index") { folder.rsplit('/').next()? } else { stem };
    split_date_in(name, &['-', '_'], zone).map(|(date, _)| date)
}

/// Returns the date that three consecutive folders of a path form: `/2019/05/28/title/`.
#[must_use]
pub(crate) fn date_in_path(path: &str) -> Option<PostDate> {
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
    fn splits_a_date_off_a_name() {
        let split = |name| split_date(name, &['-', '_']).map(|(date, rest)| format!("{date} {rest}"));
        assert_eq!(split("2019-05-28-a-title").as_deref(), Some("2019-05-28T00:00:00Z a-title"));
        assert_eq!(split("2019-05-28_a").as_deref(), Some("2019-05-28T00:00:00Z a"));
        for name in ["2019-05-28", "2019-05-28-", "2019-13-28-x", "a-2019-05-28-x", "2019-05-28x", "äöüäöüäö"]
        {
            assert_eq!(split(name), None, "{name}");
        }
    }

    #[test]
    fn finds_a_date_in_the_folders_of_a_path() {
        let day = |path| date_in_path(path).map(PostDate::day);
        assert_eq!(day("/2014/12/12/1.0-Timeline/").as_deref(), Some("2014-12-12"));
        assert_eq!(day("/notes/2014/12/12/x").as_deref(), Some("2014-12-12"));
        for path in ["/2014/12/12/", "/2014/13/12/x/", "/2014/1/2/x/", "/", ""] {
            assert_eq!(day(path), None, "{path}");
        }
    }

    #[test]
    fn an_index_file_has_the_date_of_its_folder() {
        let day = |id| date_in_name(id, &TimeZone::UTC).map(PostDate::day);
        assert_eq!(day("a/2019-05-28-x.md").as_deref(), Some("2019-05-28"));
        assert_eq!(day("a/2019-05-28-x/index.md").as_deref(), Some("2019-05-28"));
        assert_eq!(day("2019-05-28-x/a.md"), None);
        let zone = TimeZone::get("America/Lima").unwrap();
        let date = date_in_name("2019-05-28-x.md", &zone).unwrap();
        assert_eq!(date.to_string(), "2019-05-28T00:00:00-05:00");
    }
}
