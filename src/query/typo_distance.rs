//! How many typos two words are apart.

/// Counts the typos between a word and others: letters that are added, left out or changed, and
/// neighbours that changed places; no letter takes part in two of them (the optimal string alignment
/// distance). An automaton that does the same takes longer to be built than most words to be compared.
#[derive(Debug)]
pub struct TypoDistance {
    typed: Vec<char>,
    other: Vec<char>,
    max: usize,
    is_prefix: bool,
    /// The last three rows of the table, which has a column for each letter of `typed`.
    rows: [Vec<usize>; 3],
}

impl TypoDistance {
    /// From `typed` to words at most `max` typos away, or with `is_prefix` to the beginnings of words.
    #[must_use]
    pub fn new(typed: &str, max: u8, is_prefix: bool) -> Self {
        let typed: Vec<char> = typed.chars().collect();
        let rows = [(); 3].map(|()| vec![0; typed.len() + 1]);
        Self { typed, other: Vec::new(), max: usize::from(max), is_prefix, rows }
    }

    /// The typos of `other`, `None` where there are too many.
    pub fn to(&mut self, other: &str) -> Option<u8> {
        self.other.clear();
        self.other.extend(other.chars());
        let (columns, far) = (self.typed.len(), self.max + 1);
        let [before, last, row] = &mut self.rows;
        for (column, typos) in last.iter_mut().enumerate() {
            *typos = column.min(far);
        }
        let mut best = if self.is_prefix || self.other.is_empty() { last[columns] } else { far };
        for (at, letter) in self.other.iter().enumerate() {
            // Columns further from the diagonal than `max` hold more than `max`.
            let (from, to) = ((at + 1).saturating_sub(self.max).max(1), (at + 1 + self.max).min(columns));
            if at + 1 > columns + self.max {
                break;
            }
            row.fill(far);
            row[0] = (at + 1).min(far);
            let mut least = row[0];
            for column in from..=to {
                let typed = self.typed[column - 1];
                let mut typos = last[column - 1] + usize::from(typed != *letter);
                typos = typos.min(last[column] + 1).min(row[column - 1] + 1);
                let has_swapped =
                    at > 0 && column > 1 && typed == self.other[at - 1] && self.typed[column - 2] == *letter;
                if has_swapped {
                    typos = typos.min(before[column - 2] + 1);
                }
                row[column] = typos.min(far);
                least = least.min(row[column]);
            }
            if self.is_prefix {
                best = best.min(row[columns]);
            } else if at + 1 == self.other.len() {
                best = row[columns];
            }
            // Swapped neighbours reach back two rows, at the cost of one.
            if least >= far && last.iter().all(|typos| *typos >= self.max) {
                break;
            }
            std::mem::swap(before, last);
            std::mem::swap(last, row);
        }
        u8::try_from(best).ok().filter(|typos| usize::from(*typos) <= self.max)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use levenshtein_automata::{Distance, LevenshteinAutomatonBuilder};

    use super::*;

    /// Whether the automaton of a library takes `other`, or with `is_prefix` one of its beginnings, for
    /// `typed` with up to `max` typos. The library's own automaton for beginnings misses some.
    fn is_accepted(typed: &str, other: &str, max: u8, is_prefix: bool) -> bool {
        let automaton = LevenshteinAutomatonBuilder::new(max, true).build_dfa(typed);
        let accepts = |word: &str| matches!(automaton.eval(word), Distance::Exact(_));
        let mut beginnings = other.char_indices().map(|(at, _)| &other[..at]);
        accepts(other) || is_prefix && beginnings.any(accepts)
    }

    #[test]
    fn typos_are_counted() {
        let typos = |typed, other| TypoDistance::new(typed, 2, false).to(other);
        assert_eq!(typos("crossplane", "crossplane"), Some(0));
        for one in ["crosplane", "crosssplane", "crossplano", "corssplane", "crossplan"] {
            assert_eq!(typos("crossplane", one), Some(1), "{one}");
        }
        for two in ["croslane", "rcossplaen", "grossplan", "crossplanetx"] {
            assert_eq!(typos("crossplane", two), Some(2), "{two}");
        }
        for far in ["cross", "crossplanetary", "", "plane"] {
            assert_eq!(typos("crossplane", far), None, "{far}");
        }
        assert_eq!(TypoDistance::new("corss", 1, true).to("crossplane"), Some(1));
        assert_eq!(TypoDistance::new("corss", 1, true).to("corsica"), Some(1));
        assert_eq!(TypoDistance::new("corss", 1, true).to("planecross"), None);
    }

    proptest! {
        #[test]
        fn they_are_as_many_as_the_automata_say(
            typed in "[abcü]{0,7}",
            other in "[abcü]{0,9}",
            max in 1..=2_u8,
            is_prefix in any::<bool>(),
        ) {
            let is_near = TypoDistance::new(&typed, max, is_prefix).to(&other).is_some();
            let accepts = is_accepted(&typed, &other, max, is_prefix);
            prop_assert_eq!(is_near, accepts);
        }
    }
}
