//! A search for better constants of ranking: coordinate ascent on one half of the judged queries.
//!
//! One constant after another is made larger and smaller by a factor; what raises the objective stays.
//! Later rounds take smaller steps (Metzler, Croft: "Linear feature-based models for information
//! retrieval", Information Retrieval 10, 2007).

use super::groups::{Dimension, Judgement, partition};
use super::judged::{Half, JudgedQuery};
use super::metrics::{self, Measures};
use super::named_weights::NamedWeights;
use super::run::answer;
use crate::engine::Engine;
use crate::index::IndexError;
use crate::query::Weights;

/// The factors of the rounds; the last one is that of all further rounds.
const FACTORS: [f64; 3] = [1.6, 1.25, 1.1];

/// Steps that are taken in one direction before the next constant has its turn.
const MAX_STEPS: usize = 4;

/// What the objective has to rise by: less is noise.
const MIN_GAIN: f64 = 1e-4;

/// What is made as large as it can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objective {
    /// The mean over sets, kinds and languages of their mean nDCG: each of them counts as much.
    Macro,
    /// The mean nDCG of all queries: each of them counts as much.
    Micro,
}

/// A site and its judged queries.
pub struct JudgedSet<'a> {
    /// What it is called in reports.
    pub name: &'a str,
    /// Answers the queries.
    pub engine: &'a Engine,
    /// The queries.
    pub queries: &'a [JudgedQuery],
}

/// The measures of a set's half.
#[derive(Debug, Clone, PartialEq)]
pub struct SetScore {
    /// Queries in the half.
    pub queries: usize,
    /// Means over them.
    pub means: Measures,
    /// The nDCG of each, in order.
    pub ndcg: Vec<f64>,
    /// The mean nDCG of each kind and language.
    pub groups: Vec<f64>,
}

/// The measures of all sets' halves.
#[derive(Debug, Clone, PartialEq)]
pub struct HalfScore {
    /// In the order of the sets.
    pub sets: Vec<SetScore>,
}

impl HalfScore {
    /// The objective's value.
    #[must_use]
    pub fn value(&self, objective: Objective) -> f64 {
        let values = self.sets.iter().flat_map(|set| match objective {
            Objective::Macro => &set.groups,
            Objective::Micro => &set.ndcg,
        });
        metrics::mean(values.map(|ndcg| Measures { ndcg: *ndcg, ..Measures::default() })).ndcg
    }

    /// The nDCG of each query of each set.
    #[must_use]
    pub fn ndcg(&self) -> Vec<f64> {
        self.sets.iter().flat_map(|set| set.ndcg.iter().copied()).collect()
    }
}

/// Measures one half of the queries of all sets.
///
/// # Errors
/// When an index cannot be read.
pub fn measure(sets: &[JudgedSet<'_>], half: Half, weights: &Weights) -> Result<HalfScore, IndexError> {
    let scores = sets.iter().map(|set| {
        let queries: Vec<&JudgedQuery> = set.queries.iter().filter(|query| half.contains(query)).collect();
        let runs = answer(set.engine, weights, &queries)?;
        let judged = queries.into_iter().zip(runs);
        let measured: Vec<(&JudgedQuery, Measures)> =
            judged.map(|(query, run)| (query, Judgement::new(query, run.hits).measures)).collect();
        let mut groups = partition(measured.iter().copied(), &[Dimension::Kind, Dimension::Lang]);
        groups.pop();
        Ok(SetScore {
            queries: measured.len(),
            means: metrics::mean(measured.iter().map(|(_, measures)| *measures)),
            ndcg: measured.iter().map(|(_, measures)| measures.ndcg).collect(),
            groups: groups.into_iter().map(|(_, measures)| metrics::mean(measures).ndcg).collect(),
        })
    });
    Ok(HalfScore { sets: scores.collect::<Result<_, IndexError>>()? })
}

/// How far the ascent has come.
#[derive(Debug, Clone, Copy)]
pub struct TuningProgress<'a> {
    /// The round, from 1.
    pub round: usize,
    /// Number of weights that were tried, in all rounds.
    pub done: usize,
    /// Turns that there are at most.
    pub total: usize,
    /// The constant whose turn it is.
    pub name: &'a str,
    /// The best value of the objective.
    pub best: f64,
}

/// What an ascent found.
#[derive(Debug, Clone, PartialEq)]
pub struct TuningResult {
    /// The best constants.
    pub weights: Weights,
    /// The objective's value with them.
    pub value: f64,
    /// How often the objective was computed.
    pub evaluations: usize,
    /// Whether it ended by itself.
    pub is_complete: bool,
}

/// Climbs from `start` by the constants `names`, in at most `rounds` rounds; ends early when a round of
/// the smallest steps finds nothing, or when `watch`, told how far it is before each evaluation,
/// returns false.
///
/// # Errors
/// Those of the objective.
pub fn ascend<E>(
    start: &Weights,
    names: &[String],
    rounds: usize,
    mut objective: impl FnMut(&Weights) -> Result<f64, E>,
    mut watch: impl FnMut(TuningProgress<'_>) -> bool,
) -> Result<TuningResult, E> {
    let value = objective(start)?;
    let mut found = TuningResult { weights: start.clone(), value, evaluations: 1, is_complete: false };
    for round in 0..rounds {
        let factor = FACTORS[round.min(FACTORS.len() - 1)];
        let at_start = found.value;
        for (turn, name) in names.iter().enumerate() {
            let done = round * names.len() + turn;
            let mut told = |best: f64| {
                watch(TuningProgress { round: round + 1, done, total: rounds * names.len(), name, best })
            };
            if !climb(&mut found, name, factor, &mut objective, &mut told)? {
                return Ok(found);
            }
        }
        if round + 1 >= FACTORS.len() && found.value - at_start < MIN_GAIN {
            break;
        }
    }
    found.is_complete = true;
    Ok(found)
}

/// Takes the steps of one constant; whether to go on.
fn climb<E>(
    found: &mut TuningResult,
    name: &str,
    factor: f64,
    objective: &mut impl FnMut(&Weights) -> Result<f64, E>,
    told: &mut impl FnMut(f64) -> bool,
) -> Result<bool, E> {
    let directions = NamedWeights::new(&found.weights).neighbours(name, factor).len();
    for direction in 0..directions {
        let before = found.value;
        for _ in 0..MAX_STEPS {
            let constants = NamedWeights::new(&found.weights);
            // A value that leaves or reaches 0 may have fewer neighbours than the one before.
            let Some(value) = constants.neighbours(name, factor).get(direction).copied() else { break };
            let Some(weights) = constants.with(name, value).filter(|other| *other != found.weights) else {
                break;
            };
            if !told(found.value) {
                return Ok(false);
            }
            found.evaluations += 1;
            let value = objective(&weights)?;
            if value < found.value + MIN_GAIN {
                break;
            }
            (found.weights, found.value) = (weights, value);
        }
        if found.value > before {
            break;
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    /// Highest where the first two constants are 2 and 0, and the third is 0.3.
    fn height(weights: &Weights) -> f64 {
        let constants = NamedWeights::new(weights);
        let goals = constants.names().into_iter().zip([2.0, 0.0, 0.3]);
        1.0 - goals.map(|(name, goal)| (constants.get(&name) - goal).abs() / 10.0).sum::<f64>()
    }

    fn climbed(start: &Weights, names: &[String], rounds: usize, mut evaluations: usize) -> TuningResult {
        let Ok(found) = ascend(
            start,
            names,
            rounds,
            |weights| Ok::<_, Infallible>(height(weights)),
            |_| {
                evaluations -= 1;
                evaluations > 0
            },
        );
        found
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
    fn the_hill_is_climbed_from_every_side() {
        for values in [[9.0, 0.04, 0.0], [0.5, 0.03, 1.0], [2.0, 0.0, 0.3]] {
            let (weights, names) = start(values);
            let found = climbed(&weights, &names, 6, 999);
            assert!(found.value > 0.975 && found.is_complete, "{values:?}: {found:?}");
            assert!(found.evaluations < 6 * 3 * 3 * MAX_STEPS, "{found:?}");
            assert_eq!(found, climbed(&weights, &names, 6, 999));
        }
    }

    #[test]
    fn only_the_named_constants_move() {
        let (weights, names) = start([9.0, 9.0, 9.0]);
        let found = climbed(&weights, &names[..1], 3, 999);
        let constants = NamedWeights::new(&found.weights);
        assert!((constants.get(&names[1]) - 9.0).abs() < 1e-9 && constants.get(&names[0]) < 3.0);
    }

    #[test]
    fn what_was_found_so_far_outlives_an_interruption() {
        let (weights, names) = start([9.0, 0.0, 0.3]);
        let found = climbed(&weights, &names, 3, 3);
        assert!(!found.is_complete && found.evaluations == 3);
        assert!(found.value > height(&weights));
    }

    #[test]
    fn macro_counts_groups_and_micro_counts_queries() {
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
