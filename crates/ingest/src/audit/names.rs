//! What a column's name says about when it is filled.
//!
//! A name alone is no evidence: the column must tell something of the outcome as well.

use crate::association::standard_error;
use crate::roles::words;
use leadsight_schema::Verdict;

/// Words of one meaning.
struct Meaning {
    words: &'static str,
    /// The AUC from which such a name counts.
    least: f64,
    why: &'static str,
}

const MEANINGS: [Meaning; 3] = [
    Meaning {
        words: "won win lost loss close closed closing contract invoice invoiced outcome disposition duration \
            converted conversion churned churn deal booked paid payment payout signed onboarded onboarding disbursed \
            delivered delivery refund cancelled result resolution",
        least: 0.60,
        why: "is usually known only afterwards",
    },
    Meaning {
        words: "last latest modified updated status stage tag tags",
        least: 0.60,
        why: "speaks of a value that changes later",
    },
    Meaning {
        words: "score scores scoring rating grade index quality priority temperature likelihood propensity",
        least: 0.55,
        why: "speaks of a judgement that others made of the lead, and renew as it goes on",
    },
];

/// A lead's or a behaviour's profile is such a judgement too; a profile alone is a page or a picture.
const WHOSE_PROFILE: [&str; 3] = ["lead", "behaviour", "behavior"];

/// Words before which a status is that of a person, not of a sale.
const PERSONAL: [&str; 7] =
    ["marital", "civil", "family", "relationship", "employment", "residence", "residential"];

/// Standard errors by which the AUC must exceed one half.
const BEYOND_CHANCE: f64 = 3.0;

/// A telling name of a column that tells something.
pub(super) fn speaks(
    name: &str,
    auc: f64,
    positives: usize,
    negatives: usize,
) -> Option<(Verdict, String)> {
    let error = standard_error(auc, positives.max(1), negatives.max(1));
    if auc - 0.5 < BEYOND_CHANCE * error {
        return None;
    }
    let words = words(name);
    let personal = words.iter().any(|word| PERSONAL.contains(&word.as_str()));
    let (word, why) = MEANINGS
        .iter()
        .filter(|meaning| auc >= meaning.least)
        .find_map(|meaning| {
            let known =
                |word: &&String| meaning.words.split_whitespace().any(|known| known == *word);
            let word = words.iter().find(known).filter(|word| !(personal && *word == "status"))?;
            Some((word.as_str(), meaning.why))
        })
        .or_else(|| {
            judged_profile(&words)
                .filter(|_| auc >= MEANINGS[2].least)
                .map(|word| (word, MEANINGS[2].why))
        })?;
    let text = format!("its name holds \"{word}\", which {why}, and its AUC is {auc:.3}");
    Some((Verdict::Suspect, text))
}

fn judged_profile(words: &[String]) -> Option<&'static str> {
    let pair = words
        .windows(2)
        .any(|pair| WHOSE_PROFILE.contains(&pair[0].as_str()) && pair[1] == "profile");
    pair.then_some("profile")
}
