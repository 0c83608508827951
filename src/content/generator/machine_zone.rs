//! Days in URLs that depend on the time zone of the machine that builds the site, which nobody else knows.

use jiff::tz::TimeZone;

use crate::content::date::PostDate;

/// Returns why the day in a URL of Jekyll is a guess: without `timezone`, Jekyll writes it in its machine's time zone, for
/// which UTC is assumed, and in UTC the date is of another day than its author wrote.
#[must_use]
pub(super) fn guessed_jekyll_day(pattern: &str, date: Option<PostDate>) -> Option<String> {
    let date = date.filter(|date| has_day(pattern) && day_in(*date, &TimeZone::UTC) != date.civil().date());
    date.map(|_| "its day is that of UTC, because _config.yml sets no `timezone`".to_owned())
}

/// Returns why the day in a URL of Hexo is a guess: Hexo writes it in its machine's time zone, for which `timezone` is
/// assumed, and in UTC, which build services have, the date is of another day.
#[must_use]
pub(super) fn guessed_hexo_day(
    pattern: &str,
    date: Option<PostDate>,
    zone: Option<&TimeZone>,
) -> Option<String> {
    let (zone, date) = (zone?, date.filter(|_| has_day(pattern))?);
    let name = zone.iana_name().unwrap_or("`timezone`");
    (day_in(date, zone) != day_in(date, &TimeZone::UTC))
        .then(|| format!("its day is that of {name}; Hexo takes the time zone of the machine it runs on"))
}

/// Returns whether a permalink pattern contains the day: `:day`, `:i_day`, `:y_day` or a style with one.
fn has_day(pattern: &str) -> bool {
    pattern.contains("day")
}

fn day_in(date: PostDate, zone: &TimeZone) -> jiff::civil::Date {
    zone.to_datetime(date.timestamp).date()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::date::parse_date;

    #[test]
    fn a_day_is_a_guess_if_the_time_zone_of_the_machine_may_change_it() {
        for (text, jekyll) in [
            ("2024-03-05T23:30:00-04:00", true),
            ("2024-03-05T23:30:00+04:00", false),
            ("2024-03-05T01:30:00+04:00", true),
            ("2024-03-05T23:30:00Z", false),
        ] {
            let date = parse_date(text);
            assert_eq!(guessed_jekyll_day("/:year/:month/:day/", date).is_some(), jekyll, "{text}");
            assert_eq!(guessed_jekyll_day("/:year/:title/", date), None, "{text}");
        }
        let shanghai = TimeZone::get("Asia/Shanghai").unwrap();
        let hexo = |text: &str| guessed_hexo_day(":day/", parse_date(text), Some(&shanghai));
        let reason = "its day is that of Asia/Shanghai; Hexo takes the time zone of the machine it runs on";
        assert_eq!(hexo("2024-03-05T07:00:00+08:00").as_deref(), Some(reason));
        assert_eq!(hexo("2024-03-05T09:00:00+08:00"), None);
        assert_eq!(guessed_hexo_day(":day/", parse_date("2024-03-05"), None), None);
    }
}
