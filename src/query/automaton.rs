//! Automata over the dictionary: words that begin so, words that are nearly so.

use std::sync::LazyLock;

use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder, SINK_STATE};
use tantivy_fst::Automaton;

/// Accepts what begins with the bytes.
pub struct AnyWithPrefix<'a>(pub &'a [u8]);

impl Automaton for AnyWithPrefix<'_> {
    type State = Option<usize>;

    fn start(&self) -> Self::State {
        Some(0)
    }

    fn is_match(&self, state: &Self::State) -> bool {
        *state == Some(self.0.len())
    }

    fn can_match(&self, state: &Self::State) -> bool {
        state.is_some()
    }

    fn will_always_match(&self, state: &Self::State) -> bool {
        self.is_match(state)
    }

    fn accept(&self, state: &Self::State, byte: u8) -> Self::State {
        match *state {
            Some(at) if at == self.0.len() => Some(at),
            Some(at) if self.0[at] == byte => Some(at + 1),
            _ => None,
        }
    }
}

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

impl Automaton for Similar {
    type State = u32;

    fn start(&self) -> u32 {
        self.0.initial_state()
    }

    fn is_match(&self, state: &u32) -> bool {
        matches!(self.0.distance(*state), Distance::Exact(_))
    }

    fn can_match(&self, state: &u32) -> bool {
        *state != SINK_STATE
    }

    fn accept(&self, state: &u32, byte: u8) -> u32 {
        self.0.transition(*state, byte)
    }
}
