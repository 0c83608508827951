//! Tests of Ruby's dates.

use super::*;
use crate::content::date::tests::assert_dates;

#[test]
fn reads_texts_as_ruby_does() {
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    assert_dates(include_str!("../tests/ruby.tsv"), |text| parse_text(text, &zone));
}
