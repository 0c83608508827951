//! Comparisons with numbers: `year>=2020`, `date_timestamp:0 TO 9`.

use std::ops::RangeInclusive;

use super::attributes::RecordAttribute;
use crate::query::conditions::ConditionClause;

/// The operators; longer ones precede their beginnings.
const OPERATORS: [(&str, NumericOperator); 6] = [
    ("<=", NumericOperator::AtMost),
    (">=", NumericOperator::AtLeast),
    ("!=", NumericOperator::Unequal),
    ("<", NumericOperator::Less),
    (">", NumericOperator::Greater),
    ("=", NumericOperator::Equal),
];

/// A comparison of an attribute with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NumericOperator {
    Less,
    AtMost,
    Equal,
    Unequal,
    AtLeast,
    Greater,
}

impl NumericOperator {
    /// Returns the operator with which a text begins, and the rest of the text.
    pub(super) fn strip_from(text: &str) -> Option<(Self, &str)> {
        OPERATORS.iter().find_map(|(sign, comparison)| Some((*comparison, text.strip_prefix(sign)?)))
    }

    /// Returns the clause that compares the attribute with the number.
    ///
    /// # Errors
    /// Returns a message if the attribute is not a number.
    pub(super) fn clause(self, attribute: RecordAttribute, number: f64) -> Result<ConditionClause, String> {
        let range = match self {
            Self::Less => i64::MIN..=whole(number.ceil()).saturating_sub(1),
            Self::AtMost => i64::MIN..=whole(number.floor()),
            Self::Equal | Self::Unequal => whole(number.ceil())..=whole(number.floor()),
            Self::AtLeast => whole(number.ceil())..=i64::MAX,
            Self::Greater => whole(number.floor()).saturating_add(1)..=i64::MAX,
        };
        let condition = attribute.range(range)?;
        Ok(ConditionClause { condition, is_excluded: self == Self::Unequal })
    }
}

/// Returns the whole numbers of a range.
pub(super) fn whole_range(from: f64, to: f64) -> RangeInclusive<i64> {
    whole(from.ceil())..=whole(to.floor())
}

#[expect(clippy::cast_possible_truncation, reason = "the conversion saturates")]
fn whole(number: f64) -> i64 {
    number as i64
}

/// Returns the number that a text is, if it is finite.
pub(super) fn parse_number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// Parses a numeric filter.
///
/// # Errors
/// Returns a message if it is not one, or the attribute is not a number.
pub(super) fn parse_numeric(text: &str) -> Result<ConditionClause, String> {
    let expected = || "expected a comparison like year>=2020 or a range like year:2020 TO 2024".to_owned();
    let start = text.find([':', '<', '>', '=', '!']).ok_or_else(expected)?;
    let attribute = RecordAttribute::of_name(text[..start].trim())?;
    if let Some(range) = text[start..].strip_prefix(':') {
        let (from, to) = range.split_once(" TO ").ok_or_else(expected)?;
        let (from, to) = parse_number(from).zip(parse_number(to)).ok_or_else(expected)?;
        let condition = attribute.range(whole_range(from, to))?;
        return Ok(ConditionClause { condition, is_excluded: false });
    }
    let (comparison, number) = NumericOperator::strip_from(&text[start..]).ok_or_else(expected)?;
    comparison.clause(attribute, parse_number(number).ok_or_else(expected)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::conditions::Condition;

    #[test]
    fn comparisons_are_ranges_of_whole_numbers() {
        #[expect(clippy::reversed_empty_ranges, reason = "no whole number equals 5.5")]
        let cases = [
            ("date_timestamp<5", i64::MIN..=4),
            ("date_timestamp < 4.5", i64::MIN..=4),
            ("date_timestamp<=5.5", i64::MIN..=5),
            ("date_timestamp = 5", 5..=5),
            ("date_timestamp=5.5", 6..=5),
            ("date_timestamp>=4.5", 5..=i64::MAX),
            ("date_timestamp>5", 6..=i64::MAX),
            ("date_timestamp:1 TO 2.5", 1..=2),
            ("date_timestamp:-1e400 TO 2", 0..=0),
            ("date_timestamp > 1e300", i64::MAX..=i64::MAX),
        ];
        for (text, expected) in cases {
            let range = match parse_numeric(text) {
                Ok(ConditionClause { condition: Condition::Dates(range), is_excluded: false }) => range,
                Err(_) => 0..=0,
                other => panic!("{other:?}"),
            };
            assert_eq!(range, expected, "{text}");
        }
        assert!(parse_numeric("year!=2020").unwrap().is_excluded);
    }

    #[test]
    fn other_texts_are_errors() {
        for text in
            ["", "year", "year>", "year:2020", "year>x", "tags>1", "price>1", ">1", "year:1 TO", "year>NaN"]
        {
            assert!(parse_numeric(text).is_err(), "{text}");
        }
    }
}
