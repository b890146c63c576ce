//! Which model wins: the lowest validation log-loss, and a simpler model wins a tie.

use crate::PipelineError;
use crate::candidate::Candidate;
use leadsight_schema::Labels;

/// What the choice looks at for one model.
#[derive(Debug, Clone)]
struct Contender {
    /// Lower is simpler.
    complexity: u32,
    /// The log-loss of each validation row, under probabilities calibrated on other rows.
    losses: Vec<f64>,
}

/// The position of the candidate that wins on the validation rows, of those that compete.
///
/// # Errors
/// [`PipelineError::NoModel`] without any.
pub fn candidate(candidates: &[Candidate], labels: &Labels) -> Result<usize, PipelineError> {
    let competing: Vec<usize> = (0..candidates.len()).filter(|&i| candidates[i].competes).collect();
    let contenders: Vec<Contender> = (competing.iter())
        .map(|&i| Contender {
            complexity: candidates[i].complexity,
            losses: losses_of(&candidates[i], labels),
        })
        .collect();
    let won = winner(&contenders).ok_or(PipelineError::NoModel { models: competing.len() })?;
    Ok(competing[won])
}

/// Whether a candidate's validation loss is lower than another's by more than one standard error of the paired difference.
pub fn beats(candidate: &Candidate, other: &Candidate, labels: &Labels) -> bool {
    let (own, others) = (losses_of(candidate, labels), losses_of(other, labels));
    mean(&own) < mean(&others) && !ties(&others, &own)
}

/// The log-loss of each validation row.
fn losses_of(candidate: &Candidate, labels: &Labels) -> Vec<f64> {
    row_losses(labels.as_slice(), candidate.valid_probabilities())
}

/// The position of the winner, or `None` without contenders.
///
/// A contender that another beats or equals in both loss and simplicity is out. Among the rest whose mean loss is within one
/// standard error *of the paired difference* to the best, the simplest wins (Breiman et al., Classification and Regression Trees,
/// 1984, section 3.4.3, with the paired error in place of the marginal one, since all models meet the same rows).
fn winner(contenders: &[Contender]) -> Option<usize> {
    let loss = |i: usize| mean(&contenders[i].losses);
    let best = (0..contenders.len()).min_by(|&a, &b| loss(a).total_cmp(&loss(b)))?;
    let beaten = |i: usize| {
        (0..contenders.len()).any(|other| {
            let simpler = contenders[other].complexity.cmp(&contenders[i].complexity);
            let lower = loss(other).total_cmp(&loss(i));
            simpler.is_le() && lower.is_le() && (simpler.is_lt() || lower.is_lt())
        })
    };
    (0..contenders.len())
        .filter(|&i| i == best || ties(&contenders[i].losses, &contenders[best].losses))
        .filter(|&i| i == best || !beaten(i))
        .min_by_key(|&i| (contenders[i].complexity, i != best))
}

/// The log-loss of each row, probabilities kept 1e-15 away from 0 and 1.
fn row_losses(labels: &[bool], probabilities: &[f64]) -> Vec<f64> {
    labels
        .iter()
        .zip(probabilities)
        .map(|(&won, &p)| {
            let p = p.clamp(1e-15, 1.0 - 1e-15);
            -(if won { p } else { 1.0 - p }).ln()
        })
        .collect()
}

fn ties(losses: &[f64], best: &[f64]) -> bool {
    let differences: Vec<f64> = losses.iter().zip(best).map(|(a, b)| a - b).collect();
    let n = differences.len() as f64;
    let average = mean(&differences);
    let variance =
        differences.iter().map(|d| (d - average).powi(2)).sum::<f64>() / (n - 1.0).max(1.0);
    average <= (variance / n).sqrt()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contender(complexity: u32, losses: Vec<f64>) -> Contender {
        Contender { complexity, losses }
    }

    #[test]
    fn the_simpler_model_wins_a_tie_and_only_a_tie() {
        let noisy: Vec<f64> = (0..100).map(|i| 0.3 + 0.1 * f64::from(i % 7)).collect();
        let slightly_better: Vec<f64> = noisy
            .iter()
            .enumerate()
            .map(|(i, l)| if i % 2 == 0 { l - 0.05 } else { l + 0.049 })
            .collect();
        let clearly_better: Vec<f64> = noisy.iter().map(|l| l - 0.1).collect();
        let tie = [contender(1, noisy.clone()), contender(4, slightly_better)];
        assert_eq!(winner(&tie), Some(0));
        let clear = [contender(1, noisy), contender(4, clearly_better)];
        assert_eq!(winner(&clear), Some(1));
        assert_eq!(winner(&[]), None);
    }

    #[test]
    fn noise_alone_makes_no_tie_where_a_simpler_model_does_better() {
        let best: Vec<f64> = (0..100).map(|i| 0.3 + 0.1 * f64::from(i % 7)).collect();
        let simple: Vec<f64> = best.iter().map(|l| l + 0.001).collect();
        let noisy: Vec<f64> = best
            .iter()
            .enumerate()
            .map(|(i, l)| l + if i % 2 == 0 { 0.1 } else { -0.09 })
            .collect();
        let contenders = [contender(0, simple), contender(2, noisy), contender(4, best)];
        assert_eq!(winner(&contenders), Some(2));
    }
}
