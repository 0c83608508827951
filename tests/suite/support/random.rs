//! Random numbers that a failed test can repeat.

use bloghound::analysis::stable_hash::SplitMix64;
use proptest::test_runner::{Config, RngSeed};

use super::is_long;

/// The seed of short test runs.
const SEED: u64 = 1_796_012_989;

/// Random numbers: the same seed gives the same ones on every machine.
pub(crate) struct Random(SplitMix64);

impl Random {
    /// The generator that starts at [`seed`].
    pub(crate) fn new() -> Self {
        Self(SplitMix64::new(seed()))
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.0.next_u64() % end as u64).unwrap()
    }
}

/// The seed of all random tests, printed so that a failure can be repeated: the environment variable
/// `BLOGHOUND_SEED`, or else a constant in short runs and the time in long ones.
pub(crate) fn seed() -> u64 {
    let given = std::env::var("BLOGHOUND_SEED").ok();
    let given =
        given.map(|text| text.parse().unwrap_or_else(|_| panic!("BLOGHOUND_SEED is no number: {text}")));
    let now = || std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let seed = given.unwrap_or_else(|| if is_long() { now() } else { SEED });
    eprintln!("BLOGHOUND_SEED={seed}");
    seed
}

/// The configuration of property tests: proptest's own, with [`seed`] as its seed.
pub(crate) fn property_config() -> Config {
    Config { rng_seed: RngSeed::Fixed(seed()), ..Config::default() }
}
