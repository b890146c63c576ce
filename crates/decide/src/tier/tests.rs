//! Tiers: their order, their cuts, who falls into which.

use super::*;
use crate::{Factor, Standing, Translations};
use std::collections::BTreeMap;

fn tier(name: &str, cut: Cut) -> Tier {
    Tier {
        name: name.into(),
        cut,
        probability: None,
        next_action: "call".into(),
        reason: "because".into(),
    }
}

#[track_caller]
fn check(cuts: &[(&str, Cut)], expect: &str) {
    let tiers = cuts.iter().map(|(name, cut)| tier(name, *cut)).collect();
    let found = Tiers::new(tiers).map_or_else(|e| e.to_string(), |_| "fine".into());
    assert!(found.contains(expect), "{found}");
}

#[test]
fn must_fall_from_the_top_to_zero() {
    use Cut::{Capacity, Capture, Percentile, Probability, Score};
    check(&[("A", Score(80)), ("B", Score(0))], "fine");
    check(&[("A", Score(40)), ("B", Score(70)), ("C", Score(0))], "tier `B` is from 70");
    check(&[("A", Score(70)), ("B", Score(40))], "the last tier must start from 0");
    check(&[("A", Score(70)), ("A", Score(0))], "name `A`");
    check(&[("A", Score(101)), ("B", Score(0))], "tier `A` has the cut 101");
    check(&[], "there is no tier");
    check(&[("A", Probability(0.8)), ("B", Capacity(120.0)), ("C", Score(0))], "fine");
    check(&[("A", Probability(0.5)), ("B", Probability(0.8)), ("C", Score(0))], "tier `B`");
    check(&[("A", Capacity(50.0)), ("B", Capacity(20.0)), ("C", Score(0))], "tier `B`");
    check(&[("A", Capture(0.5)), ("B", Capture(0.9)), ("C", Score(0))], "fine");
    check(&[("A", Probability(1.5)), ("B", Score(0))], "a probability from 0 to 1");
    check(&[("A", Percentile(100.0)), ("B", Score(0))], "below 100");
    check(&[("A", Capacity(0.0)), ("B", Score(0))], "above 0");
}

#[test]
fn a_cut_that_takes_everybody_leaves_nobody() {
    use Cut::{Percentile, Probability, Score};
    let scale = || ScoreMap::anchored(0.08, 0.02, 0.002, 0.5).ok();
    for (above, below, scale, fine) in [
        (Probability(0.0), Score(90), None, false),
        (Probability(0.0), Percentile(90.0), None, false),
        (Score(0), Probability(0.9), None, false),
        (Score(90), Probability(1.0), None, false),
        (Probability(0.08), Score(90), None, true),
        (Probability(0.08), Score(90), scale(), false),
        (Probability(0.08), Score(70), scale(), false),
        (Probability(0.08), Score(69), scale(), true),
        (Score(70), Probability(0.09), scale(), false),
        (Score(70), Probability(0.07), scale(), true),
        (Percentile(90.0), Score(90), scale(), true),
    ] {
        let tiers = vec![tier("A", above), tier("B", below), tier("C", Score(0))];
        let found = Tiers(tiers).check_taken(scale);
        assert_eq!(found.is_ok(), fine, "{above:?} {below:?} {found:?}");
    }
}

#[test]
fn every_lead_has_a_tier() {
    let tiers = Tiers::default();
    for (score, name) in
        [(100, "Hot"), (70, "Hot"), (69, "Warm"), (40, "Warm"), (39, "Cold"), (0, "Cold")]
    {
        assert_eq!(tiers.of(score, None).name, name);
    }
    let tiers = Tiers::preset(Preset::EightyFifty);
    for (p, name) in [(Some(0.8), "Hot"), (Some(0.79), "Warm"), (Some(0.1), "Cold"), (None, "Cold")]
    {
        assert_eq!(tiers.of(99, p).name, name);
    }
    assert_eq!(Tiers::preset(Preset::AToD).of(84, None).name, "B");
}

fn reason(tiers: &Tiers, language: Language, p: f64, factors: Option<&Factors>) -> String {
    let (none, translations) = (BTreeMap::new(), Translations::default());
    let wording = BTreeMap::new();
    let vocabulary =
        Vocabulary { language, names: &none, wording: &wording, translations: &translations };
    tiers.decide(vocabulary, (p * 100.0) as u8, Some(p), factors).action_reason
}

#[test]
fn the_factor_that_is_named_speaks_for_the_action() {
    let factor = |clause: &str| Factor {
        field: "f".into(),
        words: "f".into(),
        value: "v".into(),
        level: None,
        standing: Standing::Known,
        contribution: 1.0,
        points: 1.0,
        clause: clause.into(),
        text: clause.into(),
    };
    let factors = Factors { positive: vec![factor("demo")], negative: vec![factor("no phone")] };
    let told = |tiers: &Tiers, p| reason(tiers, Language::English, p, Some(&factors));
    let tiers = Tiers::default();
    for (p, expect) in [(0.9, "chiefly demo"), (0.5, "chiefly demo"), (0.1, "chiefly no phone")] {
        assert!(told(&tiers, p).ends_with(expect), "{}", told(&tiers, p));
    }
    let one = Tiers::new(vec![tier("All", Cut::Score(0))]).unwrap();
    assert!(told(&one, 0.1).ends_with("chiefly demo"), "{}", told(&one, 0.1));
}

#[test]
fn chances_are_told_in_percent() {
    let mut best = tier("Hei\u{df}", Cut::Percentile(90.0));
    best.probability = Some(0.524);
    let cuts = vec![best, tier("Lau", Cut::Probability(0.3)), tier("Kalt", Cut::Score(0))];
    let tiers = Tiers::new(cuts).unwrap();
    for (p, expect) in [
        (
            0.688,
            "Wahrscheinlichkeit 69 %, Hei\u{df} (besser als 90 von 100 Leads, ab 52 %): because",
        ),
        (0.4, "Wahrscheinlichkeit 40 %, Lau ab 30 %: because"),
        // Not "30 %", which is enough for the tier above.
        (0.299_99, "Score 29: because"),
        (0.523_97, "Wahrscheinlichkeit 52,397 %, Lau ab 30 %: because"),
    ] {
        assert_eq!(reason(&tiers, Language::German, p, None), expect);
    }
}

#[test]
fn a_cut_by_place_waits_for_validation_leads() {
    let cuts = vec![tier("A", Cut::Capacity(20.0)), tier("B", Cut::Score(0))];
    let mut tiers = Tiers::new(cuts).unwrap();
    let open = tiers.check_fixed(true).unwrap_err().to_string();
    assert!(open.contains("tier `A` is the best 20 a day"), "{open}");
    tiers.fix(|_| Ok::<_, DecideError>(0.3)).unwrap();
    tiers.check_fixed(true).unwrap();
    assert_eq!(
        (tiers.of(0, Some(0.3)).name.as_str(), tiers.of(0, Some(0.29)).name.as_str()),
        ("A", "B")
    );
    assert!(tiers.check_fixed(false).is_err());
    let text = ron::to_string(&tiers).unwrap();
    assert_eq!(ron::from_str::<Tiers>(&text).unwrap(), tiers, "{text}");
}
