//! Numbers by chance, the same everywhere.

/// The generator `SplitMix64` (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators").
///
/// Crates do not promise the same numbers in their next version; the blogs' bytes hang on them.
pub(super) struct Random(u64);

/// Uniform numbers whose sum is nearly normal.
const UNIFORMS: u32 = 12;
/// Squarings of the limit that defines the exponential function.
const SQUARINGS: i32 = 20;

impl Random {
    /// The numbers of one `stream`, unrelated to those of other streams of the seed.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let mut random = Self(seed ^ stream.wrapping_mul(0xD134_2543_DE82_EF95));
        random.next();
        random
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Less than `bound`; 0 where that is 0.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        // The high half of the product; the bias is below 2^-32 for all bounds in use.
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }

    /// One of several.
    #[expect(clippy::cast_possible_truncation, reason = "it is less than a length")]
    pub(super) fn pick<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        &things[self.below(things.len() as u64) as usize]
    }

    /// One of several, those at the beginning more often.
    #[expect(clippy::cast_possible_truncation, reason = "it is less than a length")]
    pub(super) fn pick_early<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        let most = self.below(things.len() as u64) + 1;
        &things[self.below(most) as usize]
    }

    /// From `low` to `high`, both included.
    pub(super) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// Whether something happens that does in one of `n` cases.
    pub(super) fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    /// More than 0, at most 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are an f64's")]
    pub(super) fn uniform(&mut self) -> f64 {
        ((self.next() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }

    /// Of the log-normal distribution with that `mean`, where the logarithm has the deviation `sigma`.
    pub(super) fn log_normal(&mut self, mean: f64, sigma: f64) -> f64 {
        let sum: f64 = (0..UNIFORMS).map(|_| self.uniform()).sum();
        let normal = sum - f64::from(UNIFORMS) / 2.0;
        mean * exp(sigma * normal - sigma * sigma / 2.0)
    }
}

/// The exponential function by its limit: `f64::exp` is the system's, and not the same everywhere.
fn exp(x: f64) -> f64 {
    let base = 1.0 + x / 2.0_f64.powi(SQUARINGS);
    (0..SQUARINGS).fold(base, |power, _| power * power)
}
