//! Whole leads as they are told, in both languages.

use crate::fixture::{HEADER, NOW, bundle, bundle_by, leads, recipe, table};
use leadsight_decide::{Policy, PolicyFile, Range};
use leadsight_features::{ContactFields, Recipe};
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
action_reason: "score 41, Warm from 40: the chance to convert is below the working threshold but too good to skip; chiefly job = CTO"
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
action_reason: "Score 41, Warm ab 40: die Abschlusschance liegt unter dem Schwellenwert, ist aber zu gut zum Auslassen; vor allem job = CTO"
negative_factor_1: "visits = 19 (hoch), -18 Punkte"
negative_factor_2: "last seen = 28.06.2026, -15 Punkte"
negative_factor_3: "age unbekannt, -14 Punkte"
next_action: "mit hochwertigen Inhalten pflegen"
positive_factor_1: "job = CTO, +22 Punkte"
tier: "Warm"
"#,
    );
    check(
        &scorer(&WORDING.replace("version: 1,", "version: 1, language: German,")),
        warm,
        r#"
action_reason: "Score 41, Warm ab 40: die Abschlusschance liegt unter dem Schwellenwert, ist aber zu gut zum Auslassen; vor allem Beruf = CTO"
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

/// The built-in words of a language are told by both ways to it.
#[test]
fn a_language_can_be_declared_or_asked_for() {
    let plain = "Policy(version: 1, score: (p0: 0.02, p40: 0.1, p70: 0.3, p100: 0.8))";
    let declared =
        Policy::from_ron(&plain.replace("version: 1,", "version: 1, language: German,")).unwrap();
    let mut asked = Policy::from_ron(plain).unwrap();
    asked.speak(Language::German);
    assert_eq!(asked, declared);
    let vocabulary = asked.vocabulary();
    for tier in asked.tiers.as_slice() {
        assert_ne!(vocabulary.told(&tier.next_action), tier.next_action);
        let reason = vocabulary.told(&tier.reason);
        assert!(reason.contains("Abschlusschance"), "{reason}");
    }
    let text = declared.to_ron().unwrap();
    assert_eq!(Policy::from_ron(&text).unwrap(), declared);
    asked.speak(Language::English);
    assert_eq!(asked, Policy::from_ron(plain).unwrap());
}

/// Own texts are told in other languages where the policy translates them; rules know them by the text of the policy, or of the
/// language that is built in.
#[test]
fn own_texts_are_translated_too() {
    const OWN: &str = r#"Policy(version: 1, score: (p0: 0.02, p40: 0.1, p70: 0.3, p100: 0.8),
        names: {"visits": "web visits"},
        actions: (
            rules: [(when: AtLeast("visits", 9), action: "call", reason: "here often")],
            never: [
                (action: "call", when: Is("job", "student"), reason: "students do not buy"),
                (action: "sofort durch den Vertrieb ansprechen", when: Below("visits", 3), reason: "nothing to talk about"),
            ],
        ),
        review: [When(when: Below("visits", 1), reason: "never here")],
        translations: {German: {
            "call": "anrufen", "here often": "oft hier", "web visits": "Besuche", "students do not buy": "Studenten kaufen nicht",
            "nothing to talk about": "nichts zu bereden", "never here": "nie hier",
        }},
    )"#;
    let lead = |visits: &str, job: &str| lead(["L-1", "2026-06-30", visits, "", job, "2026-06-28"]);
    let plain = scorer(OWN);
    let german = scorer(OWN).in_language(Language::German);
    for (scorer, visits, job, action, said, flag) in [
        (&plain, "19", "CTO", "call", "here often", ""),
        (&german, "19", "CTO", "anrufen", "oft hier", ""),
        (
            &plain,
            "19",
            "student",
            "nurture with high-value content",
            "never \"call\": students do not buy",
            "",
        ),
        (
            &german,
            "19",
            "student",
            "mit hochwertigen Inhalten pflegen",
            "nie \"anrufen\": Studenten kaufen nicht",
            "",
        ),
        (&plain, "0", "CTO", "decide by hand", "nothing to talk about", "never here"),
        (&german, "0", "CTO", "von Hand entscheiden", "nichts zu bereden", "nie hier"),
    ] {
        let scored = scorer.score_json(&lead(visits, job), NOW).unwrap();
        let reason = scored.action_reason.clone().unwrap();
        let flags: String = scored.review_flags.iter().map(|flag| flag.to_string()).collect();
        assert_eq!((scored.next_action.as_str(), flags.as_str()), (action, flag));
        assert!(reason.contains(said), "{reason}");
    }
    let scored = german.score_json(&lead("19", "astronaut"), NOW).unwrap();
    assert!(serde_json::to_string(&scored).unwrap().contains("Besuche = 19"));
    assert_eq!(scored.warnings, ["job: `astronaut` kam im Training nie vor"]);
    let odd = german.score_json(&lead("a few", "CTO"), NOW).unwrap();
    assert_eq!(
        odd.warnings,
        ["visits: `a few` ist nicht lesbar als endliche Zahl, gilt als unbekannt"]
    );

    let text = Policy::from_ron(OWN).unwrap().to_ron().unwrap();
    assert_eq!(Policy::from_ron(&text).unwrap(), Policy::from_ron(OWN).unwrap());
    for (from, to, expect) in [
        ("\"call\": \"anrufen\"", "\"cal\": \"anrufen\"", "did you mean `call`?"),
        ("\"anrufen\"", "\" \"", "is blank"),
        ("German: {", "Germna: {", "did you mean `German`?"),
    ] {
        let error = PolicyFile::from_ron(&OWN.replace(from, to)).unwrap_err().to_string();
        assert!(error.contains(expect) && error.contains("line "), "{error}");
    }
}

#[test]
fn a_mail_address_is_told_as_what_is_read_of_it() {
    let mails = ["anna@nordhaus.de", "info@nordhaus.de", "anna@gmail.com", "a@mailinator.com"];
    let mut rows = leads(400);
    rows.iter_mut().enumerate().for_each(|(i, row)| row[4] = mails[i % 4].to_owned());
    let contacts = ContactFields { email: Some("job".to_owned()), ..ContactFields::default() };
    let bundle = bundle_by(Recipe { contacts, ..recipe() }, &table(&rows), None);
    let scorer = Scorer::new(bundle, &Fingerprint("0123456789abcdef".to_owned())).unwrap();
    let german = scorer.clone().in_language(Language::German);
    for (mail, english, other) in [
        (mails[0], "company address", "Firmenadresse"),
        (mails[1], "shared mailbox", "Sammelpostfach"),
        (mails[2], "address at a free provider", "Adresse bei einem Freemail-Anbieter"),
        (mails[3], "disposable address", "Wegwerfadresse"),
        ("nobody", "no address", "keine Adresse"),
    ] {
        for (scorer, said) in [(&scorer, english), (&german, other)] {
            let lead = lead(["L-1", "2026-06-30", "19", "", mail, ""]);
            let explained = scorer.explain_json(&lead).unwrap();
            let field = explained.contributions.iter().find(|field| field.field == "job").unwrap();
            assert_eq!(field.value, format!("{said} ({mail})"));
        }
    }
}
