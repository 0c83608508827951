//! Tests of JavaScript's dates.

use jiff::tz::TimeZone;

use super::*;
use crate::content::date::tests::assert_dates;

#[test]
fn reads_texts_as_v8_does() {
    let zone = TimeZone::get("America/New_York").unwrap();
    assert_dates(include_str!("../tests/javascript.tsv"), |text| parse_text(text)?.to_date(&zone));
}
