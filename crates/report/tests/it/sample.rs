//! A made-up run, through eval and back, for the tests: 9,000 leads, 6 % conversions, hostile names.

use leadsight_eval::{
    Confusion, Curves, EvaluateOptions, Frozen, Interval, Method, compare, evaluate,
    evaluate_frozen, segments, unpaired_difference, wilson,
};
use leadsight_report::folder::*;
use leadsight_schema::{
    Cohort, ColumnProfile, Distribution, Fingerprint, Issue, LeakageEffect, LeakageFinding, Seed,
    Severity, Terms, Timestamp, Verdict, logit, sigmoid,
};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A name that breaks a page or a table that does not escape.
pub const HOSTILE: &str = "<script>alert('x')</script>|&\"";

const MODELS: [(&str, f64); 5] =
    [("Xgboost", 0.55), ("XgboostForest", 0.7), ("Logistic", 0.9), ("Tree", 1.3), ("Prior", 0.0)];

/// A plain congruential generator: the sample needs no quality.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.roll()).sum::<f64>() - 6.0
    }
}

/// Labels, and the probabilities of a model that sees the truth through noise.
fn leads(n: usize, noise: f64, seed: u64) -> (Vec<bool>, Vec<f64>) {
    let (mut truth, mut blur) = (Dice(seed), Dice(seed ^ noise.to_bits()));
    (0..n)
        .map(|_| {
            let p = sigmoid(-3.6 + 1.5 * truth.normal());
            let seen = if noise == 0.0 {
                0.06
            } else {
                sigmoid((logit(p) + noise * blur.normal() + 3.6) * 0.9 - 3.6)
            };
            (truth.roll() < p, seen)
        })
        .unzip()
}

/// The run folder.
pub fn sample() -> RunFolder {
    static RUN: LazyLock<RunFolder> = LazyLock::new(make);
    RUN.clone()
}

fn make() -> RunFolder {
    let options = EvaluateOptions { bootstrap: 100, ..EvaluateOptions::default() };
    let threshold = 0.14;
    let mut leaderboard = Vec::new();
    let mut models = Vec::new();
    let mut judged = Vec::new();
    let chosen = leads(1500, MODELS[0].1, 12).1;
    let mut splits = BTreeMap::new();
    for (model, noise) in MODELS {
        let mut curves = BTreeMap::new();
        let mut metrics = BTreeMap::new();
        let (labels, p) = leads(1500, noise, 11);
        let frozen = Frozen::choose(&labels, &p).unwrap();
        for (split, seed) in [(VALID, 11), (TEST, 12)] {
            let (labels, p) = leads(1500, noise, seed);
            let found = if split == VALID {
                evaluate(&labels, &p, threshold, &options).unwrap()
            } else {
                evaluate_frozen(&labels, &p, threshold, &frozen, &options).unwrap()
            };
            let value = |key: &str| found.metrics.get(key).map(|i| i.value);
            let auc = found.metrics.get("roc_auc");
            leaderboard.push(LeaderboardRow {
                model: model.into(),
                split: split.into(),
                roc_auc: value("roc_auc"),
                roc_auc_low: auc.map(|i| i.low),
                roc_auc_high: auc.map(|i| i.high),
                pr_auc: value("pr_auc"),
                log_loss: value("log_loss"),
                brier: value("brier"),
                ece: value("ece"),
                ks: value("ks"),
                f1: value("f1"),
                fit_seconds: 2.0 * noise,
                predict_us_per_row: 3.21 * noise,
            });
            metrics.insert(split.to_owned(), found.metrics.clone());
            curves.insert(split.into(), Curves::of(&labels, &p, 0.95).unwrap());
            if model == "Xgboost" {
                splits.insert(split.into(), found);
            }
        }
        let loss = model.starts_with("Xg").then(|| {
            let at = |end: f64, speed: f64| move |i: usize| end + 0.4 * (-(i as f64) / speed).exp();
            let overfit = |i: usize| 0.00012 * (i as f64 - 90.0).max(0.0);
            LossCurve {
                train: (0..160).map(at(0.165, 30.0)).collect(),
                valid: (0..160).map(|i| at(0.195, 24.0)(i) + overfit(i)).collect(),
                best: Some(96),
            }
        });
        let loss = loss.filter(|_| model == "Xgboost");
        let (labels, p) = leads(1500, noise, 12);
        let against = compare(&labels, &p, &chosen, &options).unwrap();
        judged.push(ModelJudged {
            model: model.into(),
            splits: metrics,
            against_chosen: (model != "Xgboost").then_some(AgainstChosen {
                comparison: against,
                roc_auc_p_holm: against.roc_auc.p_value,
                log_loss_p_holm: against.log_loss.p_value,
            }),
            out_of_bag_log_loss: None,
        });
        models.push(ModelCurves { model: model.into(), splits: curves, loss });
    }
    RunFolder {
        manifest: manifest(),
        config: format!(
            "Experiment(\n    name: \"{HOSTILE}\",\n    seed: 7,\n    data: (leads: \"leads.csv\"),\n)\n"
        ),
        issues: issues(),
        profile: profile(),
        cohorts: [("2026-01", 900, 900, 90), ("2026-02", 1000, 600, 66), ("", 3, 0, 0)]
            .map(|(month, leads, mature, converted)| Cohort {
                month: month.into(),
                leads,
                mature,
                converted,
            })
            .to_vec(),
        leakage: leakage(),
        leaderboard,
        models: Some(ModelsFile { chosen: "Xgboost".into(), models: judged }),
        metrics: MetricsFile {
            model: "Xgboost".into(),
            threshold,
            threshold_rule: "the greatest F1 on the validation rows".into(),
            skip_threshold: 0.02,
            splits,
            tiers: tiers(),
        },
        curves: CurvesFile { models },
        importance: importance(),
        segments: segment_audits(),
        texts: vec![texts()],
        explained: (0..10).map(explained).collect(),
        errors: ErrorsFile {
            in_vain: (0..2).map(|i| ExplainedLead { label: Some(false), ..explained(i) }).collect(),
            missed: (8..10).map(|i| ExplainedLead { label: Some(true), ..explained(i) }).collect(),
        },
        sweep: Some(sweep(threshold)),
        timeline: Some(timeline()),
        beside: Some(beside()),
    }
}

/// Tiers of one's own.
fn tiers() -> Vec<TierResult> {
    let tier = |tier: &str, begins: &str, leads: u64, conversions, next_action: &str| TierResult {
        tier: tier.into(),
        begins: begins.into(),
        leads: leads as usize,
        conversions: conversions as usize,
        rate: (leads > 0).then(|| wilson(conversions, leads, 0.95).unwrap()),
        next_action: next_action.into(),
    };
    vec![
        tier("Heiß", "from 80", 120, 40, "anrufen"),
        tier(HOSTILE, "from 60", 0, 0, "noch kein Anruf"),
        tier("Rest", "the rest", 1380, 50, HOSTILE),
    ]
}

/// Counts of the chosen model's leads, at 150 thresholds and the chosen one.
fn sweep(chosen: f64) -> SweepFile {
    let mut thresholds: Vec<f64> = (0..150).map(|i| 0.9 * 0.965f64.powi(i)).collect();
    thresholds.extend([chosen, 0.02, 0.5]);
    thresholds.sort_by(|a, b| b.total_cmp(a));
    let counts = |seed| {
        let (labels, p) = leads(1500, MODELS[0].1, seed);
        let at = |t: &f64| Confusion::at(&labels, &p, *t).unwrap();
        SweepCounts {
            rows: labels.len(),
            positives: labels.iter().filter(|y| **y).count(),
            called: thresholds.iter().map(|t| at(t).flagged()).collect(),
            won: thresholds.iter().map(|t| at(t).tp).collect(),
        }
    };
    SweepFile {
        model: "Xgboost".into(),
        money: None,
        splits: BTreeMap::from([(VALID.to_owned(), counts(11)), (TEST.to_owned(), counts(12))]),
        thresholds,
    }
}

/// Twelve months with a base rate that doubles.
fn timeline() -> Timeline {
    let period = |i: usize| Period {
        start: format!("2025-{:02}", i + 1),
        rows: 800,
        positives: 30 + 4 * i,
        train: 560,
        valid: 120,
        test: 120,
    };
    Timeline {
        column: Some(HOSTILE.into()),
        unit: TimeUnit::Month,
        periods: (0..12).map(period).collect(),
        undated: 3,
    }
}

/// The chosen model is worse forward in time by more than noise, the other by no more than noise.
fn beside() -> BesideFile {
    let side = |kind, rule: &str, chosen: &str, positives| SplitSide {
        kind,
        split_rule: rule.into(),
        splits: vec![SplitSize { split: TEST.into(), rows: 1500, positives }],
        chosen_model: chosen.into(),
        choice_reason: "lowest log-loss on the validation rows".into(),
    };
    let interval = |value: f64| Interval {
        value,
        low: value - 0.02,
        high: value + 0.02,
        level: 0.95,
        method: Method::DeLong,
    };
    let metric = |main: f64, beside: f64| {
        let (main, beside) = (interval(main), interval(beside));
        let difference = unpaired_difference(&beside, &main).unwrap();
        BesideMetric { main, beside, difference }
    };
    let model = |name: &str, auc: f64, later: f64| BesideModel {
        model: name.into(),
        metrics: BTreeMap::from([
            ("roc_auc".to_owned(), metric(auc, later)),
            ("log_loss".to_owned(), metric(0.2, 0.4)),
            ("capture_at_35".to_owned(), metric(auc - 0.1, later - 0.1)),
        ]),
    };
    BesideFile {
        main: side(SplitKind::Random, "70/15/15 at random", "Xgboost", 140),
        beside: side(SplitKind::Time, "70/15/15 by time", "Logistic", 300),
        shared_test_rows: 221,
        models: vec![model("Xgboost", 0.86, 0.78), model("Logistic", 0.8, 0.79)],
        issues: Vec::new(),
    }
}

fn manifest() -> Manifest {
    let split = |split: &str, rows, positives| SplitSize { split: split.into(), rows, positives };
    let stage = |stage: &str, seconds| Stage { stage: stage.into(), seconds };
    Manifest {
        name: "Spring campaign".into(),
        started_at: Timestamp(1_795_000_000),
        data: vec![DataFile {
            file: "leads.csv".into(),
            sha256: Fingerprint("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into()),
            bytes: 1_823_112,
            rows: Some(10_003),
        }],
        seed: Seed(7),
        versions: [("leadsight", "0.1.0"), ("xgboost", "1.6.2")]
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .into(),
        threads: 2,
        stages: vec![
            stage("read", 0.31),
            stage("audit", 0.2),
            stage("fit Xgboost", 4.12),
            stage("evaluate", 1.7),
        ],
        peak_memory_mib: Some(212.4),
        terms: Terms::default(),
        label: "`converted` is 1, true or yes".into(),
        rows: 10_000,
        positives: 602,
        split_rule: "stratified, 70/15/15, seeded".into(),
        split_kind: Some(SplitKind::Random),
        splits: vec![split("train", 7000, 422), split("valid", 1500, 90), split("test", 1500, 90)],
        excluded: vec![
            Excluded { column: "contract_signed_on".into(), reason: "excluded by the leakage audit".into() },
            Excluded { column: "duration".into(), reason: "known only after the call".into() },
        ],
        waived: vec![Waived { column: HOSTILE.into(), reason: "asked at sign-up, before any call".into() }],
        suspects: None,
        fields: vec![HOSTILE.into(), "industry".into(), "gender".into()],
        sensitive: vec!["gender".into()],
        chosen_model: "Xgboost".into(),
        choice_reason: "Xgboost has the lowest log-loss on the validation rows, by more than one standard error of the paired difference".into(),
        calibration: "beta calibration, fitted on out-of-fold rows".into(),
        model_version: "spring-campaign-3fa1b2c4d5e6".into(),
        notes: vec!["24 leads whose outcome is not known yet were left out.".into()],
    }
}

fn issues() -> Vec<Issue> {
    let issue =
        |severity, kind: &str, column: Option<&str>, found: &str, expected: &str, count| Issue {
            severity,
            kind: kind.into(),
            file: "leads.csv".into(),
            row: Some(1041),
            line: Some(1043),
            column: column.map(str::to_owned),
            found: found.into(),
            expected: expected.into(),
            count,
        };
    vec![
        issue(
            Severity::Warning,
            "unreadable_cell",
            Some("page_views"),
            HOSTILE,
            "a finite number; read as missing",
            37,
        ),
        issue(
            Severity::Error,
            "ragged_row",
            None,
            "29 cells",
            "30 cells; the row was set aside",
            3,
        ),
        issue(
            Severity::Info,
            "duplicate_row",
            None,
            "2 equal rows",
            "each lead once; both were kept",
            12,
        ),
    ]
}

fn leakage() -> Vec<LeakageFinding> {
    vec![
        LeakageFinding {
            column: "contract_signed_on".into(),
            verdict: Verdict::Leak,
            auc: Some(0.997),
            evidence: vec![
                "filled for 99.1 % of converted leads and 0.2 % of the others".into(),
                "the name speaks of the outcome (contract)".into(),
            ],
            effect: Some(LeakageEffect { valid_auc_with: 0.998, valid_auc_without: 0.871 }),
        },
        LeakageFinding {
            column: HOSTILE.into(),
            verdict: Verdict::Suspect,
            auc: Some(0.913),
            evidence: vec!["tells the outcome with AUC 0.913 by itself".into()],
            effect: Some(LeakageEffect { valid_auc_with: 0.871, valid_auc_without: 0.802 }),
        },
        LeakageFinding {
            column: "industry".into(),
            verdict: Verdict::Safe,
            auc: Some(0.56),
            evidence: vec![],
            effect: None,
        },
    ]
}

fn profile() -> Vec<ColumnProfile> {
    ["page_views", "industry", HOSTILE]
        .map(|column| ColumnProfile {
            column: column.into(),
            kind: "number".into(),
            kind_confidence: 1.0,
            meaning: None,
            target: None,
            role: "feature".into(),
            rows: 10_000,
            missing_rate: 0.034,
            distinct: 112,
            distribution: Distribution::Empty,
            target_auc: Some(0.66),
            correlations: vec![],
            contributes_nothing: (column == "industry").then(|| "a copy of sector".into()),
        })
        .to_vec()
}

const FIELDS: [&str; 9] = [
    "page_views",
    "email_opens_last_30_days",
    "lead_source",
    "job_title",
    "industry",
    "employees",
    "days_since_last_visit",
    "country",
    HOSTILE,
];

fn segment_audits() -> Vec<SegmentAudit> {
    let labels: Vec<bool> = (0..300).map(|i| i % 4 == 0).collect();
    let p: Vec<f64> = (0..300).map(|i| f64::from(i % 7) / 10.0).collect();
    let groups: Vec<&str> = (0..300).map(|i| if i % 3 == 0 { HOSTILE } else { "b" }).collect();
    let groups = segments(
        &labels,
        &p,
        &groups,
        0.3,
        &EvaluateOptions { bootstrap: 20, ..EvaluateOptions::default() },
    )
    .unwrap();
    vec![SegmentAudit { column: "gender".into(), sensitive: true, groups }]
}

fn texts() -> TextField {
    let reading = |said: &str, positives, leads| TextReading {
        feature: said.to_owned(),
        said: said.to_owned(),
        leads: leads as usize,
        rate: wilson(positives, leads, 0.95).unwrap(),
    };
    TextField {
        field: "notes".into(),
        leads: 1_400,
        rate: wilson(140, 1_400, 0.95).unwrap(),
        readings: vec![
            reading("with \"asks for a demo\"", 60, 200),
            reading("about price, discount, quote", 22, 180),
            reading("about thesis, <university>, survey", 3, 260),
        ],
    }
}

fn importance() -> ImportanceFile {
    let total: f64 = (0..FIELDS.len()).map(|i| 0.6f64.powi(i as i32)).sum();
    ImportanceFile {
        model: "Xgboost".into(),
        measure: "mean absolute contribution to the log-odds on the test rows".into(),
        fields: FIELDS
            .iter()
            .enumerate()
            .map(|(i, field)| Importance {
                field: (*field).into(),
                share: 0.6f64.powi(i as i32) / total,
            })
            .collect(),
    }
}

fn explained(i: usize) -> ExplainedLead {
    let mut dice = Dice(100 + i as u64);
    let values = [
        "14",
        "3",
        "Partner referral",
        "Head of Operations",
        "Logistics",
        "250",
        "41",
        "Germany",
        HOSTILE,
    ];
    let factors: Vec<ExplainedFactor> = FIELDS
        .iter()
        .zip(values)
        .enumerate()
        .map(|(k, (field, value))| {
            let contribution = dice.normal() * 0.8f64.powi(k as i32) + 0.35 - 0.09 * i as f64;
            ExplainedFactor {
                field: (*field).into(),
                value: value.into(),
                contribution,
                points: contribution * 11.0,
            }
        })
        .collect();
    let margin = -3.1 + factors.iter().map(|f| f.contribution).sum::<f64>();
    let score = (60.0 + 14.0 * margin).clamp(0.0, 100.0) as u8;
    let (tier, next_action) = match score {
        70.. => ("Hot", "immediate sales outreach"),
        40.. => ("Warm", "nurture with high-value content"),
        _ => ("Cold", "re-qualify by marketing"),
    };
    ExplainedLead {
        lead_id: format!("L-{:05}", 10_000 + 37 * i),
        probability: sigmoid(margin),
        lead_score: score,
        tier: tier.into(),
        label: Some(i.is_multiple_of(3)),
        base_value: -3.1,
        margin,
        next_action: next_action.into(),
        factors,
    }
}
