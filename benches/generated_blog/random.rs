//! Random numbers that are the same on every machine and in every version of bloghound.

use bloghound::analysis::stable_hash::SplitMix64;

/// Distributions over [`SplitMix64`]. The generators of crates may change their numbers with a new version, which
/// would change the generated blogs.
pub(super) struct RandomNumbers(SplitMix64);

/// Number of uniform numbers whose sum approximates a normal distribution.
const SUMMANDS: u32 = 12;
/// Number of squarings in the approximation of the exponential function.
const SQUARINGS: i32 = 20;

impl RandomNumbers {
    /// Returns the generator of a seed and a stream; the numbers of different streams are independent.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let mut random = Self(SplitMix64::new(seed ^ stream.wrapping_mul(0xD134_2543_DE82_EF95)));
        random.next();
        random
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Returns a number less than `bound`; 0 if that is 0.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        // The high half of the product. Its bias is below 2^-32 for bounds below 2^32.
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }

    /// Returns an element, all with the same probability.
    ///
    /// # Panics
    /// If there are no elements.
    #[expect(clippy::cast_possible_truncation, reason = "less than a length")]
    pub(super) fn pick<'a, T>(&mut self, elements: &'a [T]) -> &'a T {
        &elements[self.below(elements.len() as u64) as usize]
    }

    /// Returns an element, the first ones with a higher probability.
    ///
    /// # Panics
    /// If there are no elements.
    #[expect(clippy::cast_possible_truncation, reason = "less than a length")]
    pub(super) fn pick_early<'a, T>(&mut self, elements: &'a [T]) -> &'a T {
        let bound = self.below(elements.len() as u64) + 1;
        &elements[self.below(bound) as usize]
    }

    /// Returns a number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// Returns true with a probability of `1 / n`.
    pub(super) fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    /// Returns a number greater than 0 and at most 1.
    #[expect(clippy::cast_precision_loss, reason = "an f64 holds 53 bits")]
    pub(super) fn uniform(&mut self) -> f64 {
        ((self.next() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }

    /// Returns a number of the log-normal distribution with this `mean` whose logarithm has the standard deviation
    /// `sigma`.
    pub(super) fn log_normal(&mut self, mean: f64, sigma: f64) -> f64 {
        let sum: f64 = (0..SUMMANDS).map(|_| self.uniform()).sum();
        let normal = sum - f64::from(SUMMANDS) / 2.0;
        mean * exp(sigma * normal - sigma * sigma / 2.0)
    }
}

/// Returns e^x as (1 + x / 2^20)^(2^20), since the results of `f64::exp` differ between systems.
fn exp(x: f64) -> f64 {
    let base = 1.0 + x / 2.0_f64.powi(SQUARINGS);
    (0..SQUARINGS).fold(base, |power, _| power * power)
}
