//! Automata that accept words which are nearly so.

use std::sync::LazyLock;

use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder, SINK_STATE};

/// Accepts words at most some typos away; a transposition of neighbours counts one.
pub struct Similar(DFA);

impl Similar {
    /// Words at most `typos` (1 or 2) away from `word`, or that begin with such a one.
    #[must_use]
    pub fn new(word: &str, typos: u8, is_prefix: bool) -> Self {
        // Building the parametric automata takes longer than all the rest.
        static BUILDERS: LazyLock<[LevenshteinAutomatonBuilder; 2]> =
            LazyLock::new(|| [1, 2].map(|distance| LevenshteinAutomatonBuilder::new(distance, true)));
        let builder = &BUILDERS[usize::from(typos.clamp(1, 2)) - 1];
        Self(if is_prefix { builder.build_prefix_dfa(word) } else { builder.build_dfa(word) })
    }
}

impl Similar {
    /// Whether it accepts the word.
    #[must_use]
    pub fn accepts(&self, word: &str) -> bool {
        let mut state = self.0.initial_state();
        for byte in word.bytes() {
            state = self.0.transition(state, byte);
            if state == SINK_STATE {
                return false;
            }
        }
        matches!(self.0.distance(state), Distance::Exact(_))
    }
}
