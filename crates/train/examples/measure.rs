//! Scratch: measures specs on a comparison set (valid rows).
use leadsight_eval::{log_loss, roc_auc};
use leadsight_models::*;
use leadsight_schema::*;
use leadsight_train::*;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let mut r = csv::Reader::from_path(&args[1]).unwrap();
    let head: Vec<String> = r.headers().unwrap().iter().map(|s| s.to_owned()).collect();
    let rows: Vec<Vec<String>> =
        r.records().map(|x| x.unwrap().iter().map(|s| s.to_owned()).collect()).collect();
    let at = |n: &str| head.iter().position(|h| h == n).unwrap();
    let (sp, tg, id) = (at("split"), at("target"), at("lead_id"));
    let tr: Vec<usize> = (0..rows.len()).filter(|i| rows[*i][sp] == "train").collect();
    let va: Vec<usize> = (0..rows.len()).filter(|i| rows[*i][sp] == "valid").collect();
    let mut feats = vec![];
    let mut cols: Vec<(bool, Vec<f64>)> = vec![];
    for c in 0..head.len() {
        if c == sp || c == tg || c == id {
            continue;
        }
        let num = rows.iter().all(|r| r[c].is_empty() || r[c].parse::<f64>().is_ok());
        let name = head[c].clone();
        if num {
            cols.push((true, rows.iter().map(|r| r[c].parse().unwrap_or(f64::NAN)).collect()));
            feats.push(Feature {
                name: name.clone(),
                sources: vec![name],
                kind: FeatureKind::Number,
            });
        } else {
            let mut n: BTreeMap<&str, usize> = BTreeMap::new();
            for i in &tr {
                if !rows[*i][c].is_empty() {
                    *n.entry(&rows[*i][c]).or_default() += 1;
                }
            }
            let mut v: Vec<_> = n.into_iter().filter(|x| x.1 >= 20).collect();
            v.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
            let mut levels = vec!["missing".to_owned(), "other".to_owned()];
            levels.extend(v.iter().map(|x| x.0.to_owned()));
            let code: BTreeMap<&str, usize> =
                v.iter().enumerate().map(|(i, x)| (x.0, i + 2)).collect();
            cols.push((
                false,
                rows.iter()
                    .map(|r| {
                        if r[c].is_empty() {
                            0.0
                        } else {
                            *code.get(r[c].as_str()).unwrap_or(&1) as f64
                        }
                    })
                    .collect(),
            ));
            feats.push(Feature {
                name: name.clone(),
                sources: vec![name],
                kind: FeatureKind::Category { levels },
            });
        }
    }
    let (mut nums, mut codes) = (vec![], vec![]);
    for i in 0..rows.len() {
        for c in &cols {
            if c.0 { nums.push(c.1[i] as f32) } else { codes.push(c.1[i] as u32) }
        }
    }
    let x = Matrix::new(feats.into(), rows.len(), nums, codes).unwrap();
    let y = Labels::new(rows.iter().map(|r| r[tg] == "1").collect());
    let (xt, yt, xv, yv) = (x.take(&tr), y.take(&tr), x.take(&va), y.take(&va));
    let folds = if args[1].contains("time") {
        rolling_folds(&(0..tr.len()).collect::<Vec<_>>(), 4).unwrap()
    } else {
        stratified_folds(yt.as_slice(), 5, Seed(1)).unwrap()
    };
    let specs: Vec<ModelSpec> = if args.len() > 2 {
        let o = ron::Options::default().with_default_extension(
            ron::extensions::Extensions::IMPLICIT_SOME
                | ron::extensions::Extensions::UNWRAP_VARIANT_NEWTYPES,
        );
        args[2..].iter().map(|a| o.from_str(a).unwrap()).collect()
    } else {
        ModelSpec::all()
    };
    for spec in specs {
        let t = std::time::Instant::now();
        let cv = args[0].is_empty();
        let _ = cv;
        let trainer = spec.trainer().unwrap();
        let task = Task {
            x: &xt,
            y: &yt,
            watch: Some((&xv, &yv)),
            folds: &folds,
            rounds: None,
            seed: Seed(1),
            threads: 2,
            progress: &|_| ControlFlow::Continue(()),
        };
        let f = trainer.fit(&task).unwrap();
        let secs = t.elapsed().as_secs_f64();
        let t = std::time::Instant::now();
        let m = f.model.margins(&xv).unwrap();
        let ps = t.elapsed().as_secs_f64();
        let p: Vec<f64> = m.iter().map(|m| sigmoid(*m)).collect();
        let cal = calibration::fit(
            &m,
            yv.as_slice(),
            &[
                CalibrationKind::Identity,
                CalibrationKind::Platt,
                CalibrationKind::Beta,
                CalibrationKind::Isotonic,
            ],
            Seed(1),
        )
        .unwrap();
        let auc = roc_auc(yv.as_slice(), &m).unwrap_or(f64::NAN);
        println!(
            "{:<14} auc {auc:.4} ll {:.4} cal {:?} {:.4} rounds {:?} fit {secs:.1}s pred {:.1}us bytes {}k  {:?}",
            trainer.name(),
            log_loss(yv.as_slice(), &p).unwrap(),
            cal.calibrator.kind(),
            log_loss(yv.as_slice(), &cal.out_of_fold).unwrap(),
            f.rounds,
            ps * 1e6 / va.len() as f64,
            f.model.to_bytes().unwrap().len() / 1024,
            if args.len() > 2 { Some(&spec) } else { None }
        );
    }
}
