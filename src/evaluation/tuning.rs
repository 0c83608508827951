//! Tuning of ranking weights by coordinate ascent on one half of the judged queries.
//!
//! Each weight in turn is multiplied and divided by a factor, and a value that raises the objective is kept.
//! Later rounds take smaller steps (Metzler, Croft: "Linear feature-based models for information retrieval",
//! Information Retrieval 10, 2007).

use super::groups::{Dimension, Judgement, partition};
use super::judged_query::{Half, JudgedQuery};
use super::metrics::{self, Measures};
use super::named_weights::NamedWeights;
use super::run::run_queries;
use crate::config::limits;
use crate::engine::Engine;
use crate::index::IndexError;
use crate::query::Weights;

/// Step factor of each round; further rounds use the last one.
const FACTORS: [f64; 3] = [1.6, 1.25, 1.1];

/// Smallest gain of the objective that counts; less is noise.
const GAIN_THRESHOLD: f64 = 1e-4;

/// The objective to maximize.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Objective {
    /// Mean nDCG over sets, kinds and languages, each with the same weight.
    Macro,
    /// Mean nDCG over all queries, each with the same weight.
    Micro,
}

/// A site and its judged queries.
pub(crate) struct JudgedSet<'a> {
    /// Name of the site in reports.
    pub(crate) name: &'a str,
    /// Engine over the index of the site.
    pub(crate) engine: &'a Engine,
    /// The judged queries.
    pub(crate) queries: &'a [JudgedQuery],
}

/// Measures of one half of the queries of a set.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SetScore {
    /// Number of queries in the half.
    pub(crate) queries: usize,
    /// Means over these queries.
    pub(crate) means: Measures,
    /// nDCG of each query, in order.
    pub(crate) ndcg: Vec<f64>,
    /// Mean nDCG of each kind and language.
    pub(crate) groups: Vec<f64>,
}

/// Measures of one half of the queries of all sets.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct HalfScore {
    /// Scores in the order of the sets.
    pub(crate) sets: Vec<SetScore>,
}

impl HalfScore {
    /// Returns the value of the objective.
    #[must_use]
    pub(crate) fn value(&self, objective: Objective) -> f64 {
        let values = self.sets.iter().flat_map(|set| match objective {
            Objective::Macro => &set.groups,
            Objective::Micro => &set.ndcg,
        });
        metrics::mean(values.map(|ndcg| Measures { ndcg: *ndcg, ..Measures::default() })).ndcg
    }

    /// Returns the nDCG of each query of each set.
    #[must_use]
    pub(crate) fn ndcg(&self) -> Vec<f64> {
        self.sets.iter().flat_map(|set| set.ndcg.iter().copied()).collect()
    }
}

/// Measures one half of the queries of all sets.
///
/// # Errors
/// If an index cannot be read.
pub(crate) fn measure(
    sets: &[JudgedSet<'_>],
    half: Half,
    weights: &Weights,
) -> Result<HalfScore, IndexError> {
    let scores = sets.iter().map(|set| {
        let queries: Vec<&JudgedQuery> = set.queries.iter().filter(|query| half.contains(query)).collect();
        let runs = run_queries(set.engine, weights, &queries)?;
        let judged = queries.into_iter().zip(runs);
        let measured: Vec<(&JudgedQuery, Measures)> =
            judged.map(|(query, run)| (query, Judgement::new(query, run.hits).measures)).collect();
        let mut groups = partition(measured.iter().copied(), &[Dimension::Kind, Dimension::Lang]);
        groups.pop();
        Ok(SetScore {
            queries: measured.len(),
            means: metrics::mean(measured.iter().map(|(_, measures)| *measures)),
            ndcg: measured.iter().map(|(_, measures)| measures.ndcg).collect(),
            groups: groups.into_iter().map(|group| metrics::mean(group.values).ndcg).collect(),
        })
    });
    Ok(HalfScore { sets: scores.collect::<Result<_, IndexError>>()? })
}

/// Progress of an ascent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TuningProgress<'a> {
    /// The round, from 1.
    pub(crate) round: usize,
    /// Number of weights that were tried, in all rounds.
    pub(crate) done: usize,
    /// Largest number of weights to try, in all rounds.
    pub(crate) total: usize,
    /// The current weight.
    pub(crate) name: &'a str,
    /// Best value of the objective so far.
    pub(crate) best: f64,
}

/// Result of an ascent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TuningResult {
    /// The best weights.
    pub(crate) weights: Weights,
    /// Value of the objective with these weights.
    pub(crate) value: f64,
    /// Number of evaluations of the objective.
    pub(crate) evaluations: usize,
    /// Whether the ascent was not interrupted.
    pub(crate) is_complete: bool,
}

/// Climbs from `start` by changing the weights `names`, in at most `rounds` rounds. It ends early if a round
/// with the smallest steps gains nothing, or if `on_progress`, which is called before each evaluation,
/// returns false.
///
/// # Errors
/// Errors of the objective.
pub(crate) fn ascend<E>(
    start: &Weights,
    names: &[String],
    rounds: usize,
    mut objective: impl FnMut(&Weights) -> Result<f64, E>,
    mut on_progress: impl FnMut(TuningProgress<'_>) -> bool,
) -> Result<TuningResult, E> {
    let value = objective(start)?;
    let mut result = TuningResult { weights: start.clone(), value, evaluations: 1, is_complete: false };
    for round in 0..rounds {
        let factor = FACTORS[round.min(FACTORS.len() - 1)];
        let value_before = result.value;
        for (at, name) in names.iter().enumerate() {
            let done = round * names.len() + at;
            let mut should_continue = |best: f64| {
                on_progress(TuningProgress {
                    round: round + 1,
                    done,
                    total: rounds * names.len(),
                    name,
                    best,
                })
            };
            if !climb(&mut result, name, factor, &mut objective, &mut should_continue)? {
                return Ok(result);
            }
        }
        if round + 1 >= FACTORS.len() && result.value - value_before < GAIN_THRESHOLD {
            break;
        }
    }
    result.is_complete = true;
    Ok(result)
}

/// Takes the steps of one weight. Returns whether to continue with the next one.
fn climb<E>(
    result: &mut TuningResult,
    name: &str,
    factor: f64,
    objective: &mut impl FnMut(&Weights) -> Result<f64, E>,
    should_continue: &mut impl FnMut(f64) -> bool,
) -> Result<bool, E> {
    let directions = NamedWeights::new(&result.weights).neighbours(name, factor).len();
    for direction in 0..directions {
        let before = result.value;
        for _ in 0..limits::MAX_TUNING_STEPS {
            let current = NamedWeights::new(&result.weights);
            // A value that leaves or reaches 0 may have fewer neighbours than the previous one.
            let Some(value) = current.neighbours(name, factor).get(direction).copied() else { break };
            let Some(weights) = current.with(name, value).filter(|other| *other != result.weights) else {
                break;
            };
            if !should_continue(result.value) {
                return Ok(false);
            }
            result.evaluations += 1;
            let value = objective(&weights)?;
            if value < result.value + GAIN_THRESHOLD {
                break;
            }
            (result.weights, result.value) = (weights, value);
        }
        if result.value > before {
            break;
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    /// Returns an objective with its maximum where the first three weights are 2, 0 and 0.3.
    fn height(weights: &Weights) -> f64 {
        let named = NamedWeights::new(weights);
        let goals = named.names().into_iter().zip([2.0, 0.0, 0.3]);
        1.0 - goals.map(|(name, goal)| (named.get(&name) - goal).abs() / 10.0).sum::<f64>()
    }

    fn ascend_from(start: &Weights, names: &[String], rounds: usize, mut evaluations: usize) -> TuningResult {
        let Ok(result) = ascend(
            start,
            names,
            rounds,
            |weights| Ok::<_, Infallible>(height(weights)),
            |_| {
                evaluations -= 1;
                evaluations > 0
            },
        );
        result
    }

    fn start(values: [f64; 3]) -> (Weights, Vec<String>) {
        let mut weights = Weights::default();
        let names: Vec<String> = NamedWeights::new(&weights).names().into_iter().take(3).collect();
        for (name, value) in names.iter().zip(values) {
            weights = NamedWeights::new(&weights).with(name, value).unwrap();
        }
        (weights, names)
    }

    #[test]
    fn finds_the_maximum_from_several_starts() {
        for values in [[9.0, 0.04, 0.0], [0.5, 0.03, 1.0], [2.0, 0.0, 0.3]] {
            let (weights, names) = start(values);
            let result = ascend_from(&weights, &names, 6, 999);
            assert!(result.value > 0.975 && result.is_complete, "{values:?}: {result:?}");
            assert!(result.evaluations < 6 * 3 * 3 * limits::MAX_TUNING_STEPS, "{result:?}");
            assert_eq!(result, ascend_from(&weights, &names, 6, 999));
        }
    }

    #[test]
    fn changes_only_the_named_weights() {
        let (weights, names) = start([9.0, 9.0, 9.0]);
        let result = ascend_from(&weights, &names[..1], 3, 999);
        let named = NamedWeights::new(&result.weights);
        assert!((named.get(&names[1]) - 9.0).abs() < 1e-9 && named.get(&names[0]) < 3.0);
    }

    #[test]
    fn an_interruption_keeps_the_best_weights_so_far() {
        let (weights, names) = start([9.0, 0.0, 0.3]);
        let result = ascend_from(&weights, &names, 3, 3);
        assert!(!result.is_complete && result.evaluations == 3);
        assert!(result.value > height(&weights));
    }

    #[test]
    fn macro_weighs_groups_equally_and_micro_weighs_queries_equally() {
        let set = |ndcg: &[f64], groups: &[f64]| SetScore {
            queries: ndcg.len(),
            means: Measures::default(),
            ndcg: ndcg.to_vec(),
            groups: groups.to_vec(),
        };
        let score = HalfScore { sets: vec![set(&[1.0, 1.0, 0.0], &[1.0, 0.0]), set(&[0.0], &[0.0])] };
        assert!((score.value(Objective::Micro) - 0.5).abs() < 1e-12);
        assert!((score.value(Objective::Macro) - 1.0 / 3.0).abs() < 1e-12);
    }
}
