//! Whole leads as they are told, in both languages.

use crate::fixture::{HEADER, NOW, bundle};
use leadsight_decide::{Policy, Range};
use leadsight_schema::{Fingerprint, Language};
use leadsight_score::{Bundle, Scorer};
use serde_json::{Map, Value, json};

const WORDING: &str = r#"Policy(version: 1, score: (p0: 0.02, p40: 0.1, p70: 0.3, p100: 0.8),
    names: {"job": "Beruf"},
    wording: {
        "visits": (words: "Besuche", unit: Count("Besuch", "Besuche"), high: "war {number} Mal hier, öfter als die meisten"),
        "age": (unit: Money("EUR"), missing: "kein Alter genannt"),
    })"#;

fn scorer(policy: &str) -> Scorer {
    let mut policy = Policy::from_ron(policy).unwrap();
    policy.ranges.insert("visits".to_owned(), Range { q25: 2.0, q75: 9.0 });
    let bundle = Bundle { policy, ..bundle() };
    Scorer::new(bundle, &Fingerprint("0123456789abcdef".to_owned())).unwrap()
}

fn lead(cells: [&str; 6]) -> Map<String, Value> {
    HEADER.iter().zip(cells).map(|(name, text)| ((*name).to_owned(), json!(text))).collect()
}

#[track_caller]
fn check(scorer: &Scorer, cells: [&str; 6], expect: &str) {
    let scored = scorer.score_json(&lead(cells), NOW).unwrap();
    let value = serde_json::to_value(&scored).unwrap();
    let words = |(name, value): (&String, &Value)| format!("{name}: {value}\n");
    let told = ["tier", "positive_factor", "negative_factor", "next_action", "action_reason"];
    let found: String = (value.as_object().unwrap().iter())
        .filter(|(name, _)| told.iter().any(|t| name.starts_with(t)))
        .map(words)
        .collect();
    assert_eq!(found.trim_end(), expect.trim(), "{found}");
}

#[test]
fn in_both_languages() {
    let warm = ["L-1", "2026-06-30", "19", "", "CTO", "2026-06-28"];
    let cold = ["L-2", "2026-06-30", "1", "41.5", "astronaut", ""];
    let plain = "Policy(version: 1, score: (p0: 0.02, p40: 0.1, p70: 0.3, p100: 0.8))";
    check(
        &scorer(plain),
        warm,
        r#"
action_reason: "score 41, Warm from 40: the chance to convert is below the working threshold but too good to skip; chiefly visits = 19"
negative_factor_1: "visits = 19 (high), -18 points"
negative_factor_2: "last seen = 2026-06-28, -15 points"
negative_factor_3: "age unknown, -14 points"
next_action: "nurture with high-value content"
positive_factor_1: "job = CTO, +22 points"
tier: "Warm"
"#,
    );
    check(
        &scorer(plain),
        cold,
        r#"
action_reason: "score 80, Hot from 70: the chance to convert is at or above the working threshold; chiefly visits = 1"
negative_factor_1: "age = 41.5, -4.6 points"
negative_factor_2: "last seen unknown, -4.4 points"
next_action: "immediate sales outreach"
positive_factor_1: "visits = 1 (low), +5.4 points"
tier: "Hot"
"#,
    );
    let german = scorer(plain).in_language(Language::German);
    check(
        &german,
        warm,
        r#"
action_reason: "Score 41, Warm ab 40: die Abschlusschance liegt unter dem Schwellenwert, ist aber zu gut zum Auslassen; vor allem visits = 19"
negative_factor_1: "visits = 19 (hoch), -18 Punkte"
negative_factor_2: "last seen = 28.06.2026, -15 Punkte"
negative_factor_3: "age unbekannt, -14 Punkte"
next_action: "nurture with high-value content"
positive_factor_1: "job = CTO, +22 Punkte"
tier: "Warm"
"#,
    );
    check(
        &scorer(&WORDING.replace("version: 1,", "version: 1, language: German,")),
        warm,
        r#"
action_reason: "Score 41, Warm ab 40: die Abschlusschance liegt unter dem Schwellenwert, ist aber zu gut zum Auslassen; vor allem war 19 Mal hier, öfter als die meisten"
negative_factor_1: "war 19 Mal hier, öfter als die meisten, -18 Punkte"
negative_factor_2: "last seen = 28.06.2026, -15 Punkte"
negative_factor_3: "kein Alter genannt, -14 Punkte"
next_action: "mit hochwertigen Inhalten pflegen"
positive_factor_1: "Beruf = CTO, +22 Punkte"
tier: "Warm"
"#,
    );
    check(
        &scorer(&WORDING.replace("version: 1,", "version: 1, language: German,")),
        cold,
        r#"
action_reason: "Score 80, Hot ab 70: die Abschlusschance liegt beim Schwellenwert oder darüber; vor allem Besuche = 1 Besuch"
negative_factor_1: "age = 41,50 EUR, -4,6 Punkte"
negative_factor_2: "last seen unbekannt, -4,4 Punkte"
next_action: "sofort durch den Vertrieb ansprechen"
positive_factor_1: "Besuche = 1 Besuch (niedrig), +5,4 Punkte"
tier: "Hot"
"#,
    );
}

/// The built-in words of a language are told by both ways to it, but for the tiers' actions: those are names, by which rules know them.
#[test]
fn a_language_can_be_declared_or_asked_for() {
    let plain = "Policy(version: 1, score: (p0: 0.02, p40: 0.1, p70: 0.3, p100: 0.8))";
    let declared =
        Policy::from_ron(&plain.replace("version: 1,", "version: 1, language: German,")).unwrap();
    let mut asked = Policy::from_ron(plain).unwrap();
    asked.speak(Language::German);
    for (declared, asked) in declared.tiers.as_slice().iter().zip(asked.tiers.as_slice()) {
        assert_eq!((&declared.name, &declared.reason), (&asked.name, &asked.reason));
        assert_ne!(declared.next_action, asked.next_action);
        assert!(declared.reason.contains("Abschlusschance"), "{}", declared.reason);
    }
    let text = declared.to_ron().unwrap();
    assert_eq!(Policy::from_ron(&text).unwrap(), declared);
    asked.speak(Language::English);
    assert_eq!(asked, Policy::from_ron(plain).unwrap());
}
