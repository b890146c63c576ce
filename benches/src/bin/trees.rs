//! Leadsight's side of `cargo xtask compare --speed trees`; the peers' is `benches/peers/trees/`.
//!
//! `trees TASK FOLDER ROWS DRAW` does one task on the files that the peers' script wrote and prints what it took as JSON. Seconds are those of the work,
//! without reading the files; CPU seconds are those of all threads, told where the system keeps `/proc`.

use leadsight_forest::Forest;
use leadsight_forest::import::xgboost_json;
use leadsight_forest::train::{
    BagParams, Bagger, Bins, BoostParams, Booster, Growth, Input, OrderedStatistics, Sample, Target,
};
use leadsight_schema::sigmoid;
use rayon::prelude::*;
use serde_json::{Value, json};
use std::error::Error;
use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::time::Instant;

const WIDTH: usize = 40;
const WIDE: usize = 50;
const LEVELS: [u32; 10] = [2, 5, 10, 20, 50, 100, 200, 400, 700, 1000];
const EXPLAINED: usize = 10_000;
const THREADS: usize = 2;
const ROUNDS: usize = 300;
const TREES: usize = 100;
const ETA: f64 = 0.1;
const SEED: u64 = 0;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let [task, folder, rows, draw] = args[..] else {
        return Err("usage: trees boosting|forest|symmetric|shap|scoring FOLDER ROWS DRAW".into());
    };
    let (folder, rows): (_, usize) = (Path::new(folder), rows.parse()?);
    rayon::ThreadPoolBuilder::new().num_threads(THREADS).build_global()?;
    let took = match task {
        "boosting" => boosting(folder, &format!("train_{rows}_{draw}"))?,
        "forest" => forest(folder, &format!("train_{rows}_{draw}"))?,
        "symmetric" => symmetric(folder, &format!("levels_{rows}_{draw}"))?,
        "shap" => shap(folder, rows)?,
        "scoring" => scoring(folder, rows)?,
        other => return Err(format!("`{other}` is none of the tasks").into()),
    };
    writeln!(std::io::stdout(), "{took}")?;
    Ok(())
}

fn boosting(folder: &Path, train: &str) -> Result<Value> {
    let growth = Growth::Levels { max_depth: 6 };
    let params = BoostParams { eta: ETA, growth, ..BoostParams::default() };
    fit(folder, train, "test", |x, y| {
        let bins = Bins::fit(x, &[Input::Number; WIDTH], 255)?;
        boosted(params, &bins, y)
    })
}

fn symmetric(folder: &Path, train: &str) -> Result<Value> {
    let params =
        BoostParams { eta: ETA, growth: Growth::Symmetric { depth: 6 }, ..BoostParams::default() };
    let numbers = [Input::Number; WIDTH - LEVELS.len()];
    let categories = LEVELS.map(|levels| Input::Category { levels });
    let inputs: Vec<Input> = numbers.into_iter().chain(categories).collect();
    fit(folder, train, "levels_test", |x, y| {
        let bins = Bins::fit(x, &inputs, 255)?;
        let sample = Sample { bins: &bins, target: Target::Outcomes(y), weights: None };
        let bins = OrderedStatistics::default().apply(&sample, x, &inputs, SEED)?;
        boosted(params, &bins, y)
    })
}

fn boosted(params: BoostParams, bins: &Bins, y: &[bool]) -> Result<Forest> {
    let sample = Sample { bins, target: Target::Outcomes(y), weights: None };
    let mut booster = Booster::new(params, sample, SEED)?;
    for _ in 0..ROUNDS {
        booster.round();
    }
    Ok(booster.forests()?.remove(0))
}

fn forest(folder: &Path, train: &str) -> Result<Value> {
    // The default's leaves of 60 rows were chosen on validation rows of other sets (`benches/defaults.txt`): a mean of log-odds wants
    // larger ones than scikit-learn's mean of rates. What is compared is the loss.
    let params = BagParams { max_depth: 64, ..BagParams::default() };
    fit(folder, train, "test", |x, y| {
        let bins = Bins::fit(x, &[Input::Number; WIDTH], 255)?;
        let sample = Sample { bins: &bins, target: Target::Outcomes(y), weights: None };
        let mut bagger = Bagger::new(params, sample, SEED)?;
        bagger.grow(TREES);
        Ok(bagger.finish()?.forests.remove(0))
    })
}

fn shap(folder: &Path, rows: usize) -> Result<Value> {
    let (forest, x) = (model(folder)?, numbers(&folder.join("wide.f32"))?);
    let rows = rows.min(EXPLAINED);
    let x = &x[..rows * WIDE];
    let mut out = vec![0.0; x.len()];
    let (done, took) = timed(|| {
        let blocks = x.par_chunks(512 * WIDE).zip(out.par_chunks_mut(512 * WIDE));
        blocks.try_for_each(|(x, out)| forest.shap_rows(x, out).map(drop))
    });
    done?;
    let margins = forest.margins(x)?;
    for (margin, contributions) in margins.iter().zip(out.chunks(WIDE)) {
        let sum = forest.expected_value() + contributions.iter().sum::<f64>();
        if (sum - margin).abs() > 1e-9 * (1.0 + margin.abs()) {
            return Err(
                format!("the contributions sum to {sum}, not to the margin {margin}").into()
            );
        }
    }
    Ok(with(took, json!({ "rows": rows })))
}

fn scoring(folder: &Path, rows: usize) -> Result<Value> {
    let (forest, x) = (model(folder)?, numbers(&folder.join("wide.f32"))?);
    let x = &x[..x.len().min(rows * WIDE)];
    let score = || -> std::result::Result<Vec<Vec<f64>>, _> {
        x.par_chunks(4096 * WIDE).map(|x| forest.margins(x)).collect()
    };
    score()?;
    let (scored, took) = timed(score);
    Ok(with(took, json!({ "rows": scored?.iter().map(Vec::len).sum::<usize>() })))
}

fn model(folder: &Path) -> Result<Forest> {
    let text = fs::read_to_string(folder.join("model.json"))?;
    Ok(xgboost_json(&text)?.into_forest()?)
}

fn fit(
    folder: &Path,
    train: &str,
    test: &str,
    fitted: impl FnOnce(&[f32], &[bool]) -> Result<Forest>,
) -> Result<Value> {
    let (x, y) = load(folder, train)?;
    let (forest, took) = timed(|| fitted(&x, &y));
    let (forest, peak) = (forest?, peak());
    let (x, y) = load(folder, test)?;
    let loss = |(margin, y): (f64, &bool)| {
        let p = sigmoid(margin);
        -if *y { p } else { 1.0 - p }.max(1e-15).ln()
    };
    let sum: f64 = forest.margins(&x)?.into_iter().zip(&y).map(loss).sum();
    Ok(with(took, json!({ "log_loss": sum / y.len() as f64, "bytes": peak })))
}

fn load(folder: &Path, name: &str) -> Result<(Vec<f32>, Vec<bool>)> {
    let y = fs::read(folder.join(format!("{name}.y")))?;
    let x = numbers(&folder.join(format!("{name}.f32")))?;
    Ok((x, y.into_iter().map(|y| y == 1).collect()))
}

fn numbers(path: &Path) -> Result<Vec<f32>> {
    // Bytes and numbers side by side would count twice in the peak.
    let mut reader = std::io::BufReader::new(fs::File::open(path)?);
    let size = usize::try_from(fs::metadata(path)?.len())? / 4;
    let mut out = Vec::with_capacity(size);
    let mut bytes = [0; 4];
    for _ in 0..size {
        reader.read_exact(&mut bytes)?;
        out.push(f32::from_le_bytes(bytes));
    }
    Ok(out)
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Value) {
    let (wall, before) = (Instant::now(), cpu());
    let result = work();
    let seconds = wall.elapsed().as_secs_f64();
    let cpu = before.zip(cpu()).map(|(before, after)| after - before);
    (result, json!({ "seconds": seconds, "cpu": cpu }))
}

/// CPU seconds of this process so far, in steps of a hundredth.
fn cpu() -> Option<f64> {
    let text = fs::read_to_string("/proc/self/stat").ok()?;
    // The program's name, which may hold spaces, ends with the last bracket.
    let fields: Vec<&str> = text.rsplit(')').next()?.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / 100.0)
}

/// The most resident bytes of this process so far.
fn peak() -> Option<f64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<f64>().ok()? * 1024.0)
}

fn with(mut a: Value, b: Value) -> Value {
    if let (Some(a), Value::Object(b)) = (a.as_object_mut(), b) {
        a.extend(b);
    }
    a
}
