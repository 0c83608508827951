//! Significance of a change of a mean.

use crate::analysis::stable_hash::SplitMix64;
use crate::config::limits;

/// Number of random combinations if there are more differences.
const SAMPLES: u32 = 20_000;

/// Largest difference that counts as none, because floating-point sums depend on their order.
const EPSILON: f64 = 1e-9;

/// Returns the two-sided p-value of Fisher's paired randomization test: the probability of a mean difference
/// at least this large if chance decided for each query which ranking is better (Smucker, Allan, Carterette:
/// "A comparison of statistical significance tests for information retrieval evaluation", CIKM 2007). All
/// combinations of signs are counted for up to 16 queries that differ; for more, 20,000 pseudo-random ones,
/// the same in every call.
#[must_use]
pub(crate) fn p_value(differences: &[f64]) -> f64 {
    let differences: Vec<f64> = differences.iter().copied().filter(|d| d.abs() > EPSILON).collect();
    let observed = differences.iter().sum::<f64>().abs() - EPSILON;
    if differences.len() <= limits::MAX_EXACT_DIFFERENCES {
        let cases = 1_u32 << differences.len();
        let is_extreme = |signs: u32| signed_sum(&differences, u64::from(signs)).abs() >= observed;
        let extreme: u32 = (0..cases).map(|signs| u32::from(is_extreme(signs))).sum();
        return f64::from(extreme) / f64::from(cases);
    }
    let mut random = SplitMix64::new(0x626c_6f67_686f_756e);
    let mut extreme = 0;
    for _ in 0..SAMPLES {
        let sum: f64 = differences.chunks(64).map(|chunk| signed_sum(chunk, random.next_u64())).sum();
        extreme += u32::from(sum.abs() >= observed);
    }
    // The observed combination is one of the cases.
    f64::from(extreme + 1) / f64::from(SAMPLES + 1)
}

/// Returns the sum of the differences, negating those whose bit is set.
fn signed_sum(differences: &[f64], signs: u64) -> f64 {
    differences.iter().enumerate().map(|(at, d)| if signs >> at & 1 == 1 { -d } else { *d }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_differences_have_the_expected_p_values() {
        // All of n equal differences have one sign in 2 of 2^n cases.
        let cases: [(&[f64], f64); 5] = [
            (&[], 1.0),
            (&[0.0, 0.0], 1.0),
            (&[0.5], 1.0),
            (&[0.1; 5], 2.0 / 32.0),
            (&[0.1, 0.1, 0.1, -0.1, 0.0], 10.0 / 16.0),
        ];
        for (differences, expected) in cases {
            let p = p_value(differences);
            assert!((p - expected).abs() < 1e-12, "{differences:?} gave {p}");
        }
    }

    #[test]
    fn sampling_separates_changes_from_noise_and_is_deterministic() {
        let noise: Vec<f64> = (0..200).map(|n| if n % 2 == 0 { 0.1 } else { -0.1 }).collect();
        let change: Vec<f64> = (0..200).map(|n| if n % 4 == 0 { -0.1 } else { 0.1 }).collect();
        assert!(p_value(&noise) > 0.9, "{}", p_value(&noise));
        assert!(p_value(&change) < 0.001, "{}", p_value(&change));
        let some: Vec<f64> = (0..100).map(|n| if n % 5 < 3 { 0.1 } else { -0.1 }).collect();
        assert_eq!(p_value(&some).to_bits(), p_value(&some).to_bits());
        assert!((0.03..0.09).contains(&p_value(&some)), "{}", p_value(&some));
    }
}
