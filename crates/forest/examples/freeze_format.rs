//! Freezes files of the binary format as this build writes it, for `tests/compat/`.
//!
//! `cargo run --package leadsight-forest --example freeze_format`, once, in the commit that raises the format's version: it writes
//! `tests/compat/format-N/` from five of the imported models under `tests/golden/import/`, each with the figures that it gives twelve
//! rows. What is frozen is never written again: the command refuses where the folder is there.

use leadsight_forest::{FORMAT_VERSION, TreeModel, import};
use serde_json::{Value, json};
use std::error::Error;
use std::fs;
use std::path::Path;

/// Category sets, zero as missing, several outputs, a mean of probabilities, symmetric trees; each with its case in `cases.json`.
const FROZEN: [(&str, &str, &str); 5] = [
    ("xgboost_words", "xgboost_words.ubj", "xgboost_words_ubj"),
    ("lightgbm_zero", "lightgbm_zero.txt", "lightgbm_zero"),
    ("xgboost_multiclass", "xgboost_multiclass.json", "xgboost_multiclass_json"),
    ("sklearn_forest", "sklearn_forest.json", "sklearn_forest"),
    ("catboost_words", "catboost_words.json", "catboost_words"),
];

const ROWS: usize = 12;

fn main() -> Result<(), Box<dyn Error>> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let golden = tests.join("golden/import");
    let folder = tests.join(format!("compat/format-{FORMAT_VERSION}"));
    if folder.exists() {
        return Err(format!("{} is frozen: raise FORMAT_VERSION first", folder.display()).into());
    }
    fs::create_dir_all(&folder)?;
    let cases: Value = serde_json::from_slice(&fs::read(golden.join("cases.json"))?)?;
    for (name, file, case) in FROZEN {
        let model = import::read(&fs::read(golden.join(file))?)?;
        fs::write(folder.join(format!("{name}.forest")), model.to_bytes()?)?;
        let rows = cases["cases"][case]["rows"].as_str().ok_or("a case names its rows")?;
        let rows = cases["rows"][rows].as_array().ok_or("rows are a list")?;
        let rows: Vec<Vec<Option<f32>>> =
            rows.iter().take(ROWS).map(|r| cells(r, &model)).collect();
        let (mut margins, mut predictions) = (Vec::new(), Vec::new());
        for row in &rows {
            let row: Vec<f32> = row.iter().map(|cell| cell.unwrap_or(f32::NAN)).collect();
            margins.push(model.margins(&row)?);
            predictions.push(model.predict(&row)?);
        }
        let figures = json!({ "rows": rows, "margins": margins, "predictions": predictions });
        fs::write(folder.join(format!("{name}.json")), format!("{figures}\n"))?;
    }
    Ok(())
}

/// A row's cells as numbers: a word becomes its code, one that the model does not know the code behind the last.
fn cells(row: &Value, model: &TreeModel) -> Vec<Option<f32>> {
    let code = |feature: usize, word: &str| {
        let words = model.levels.get(&feature).map_or(&[][..], Vec::as_slice);
        words.iter().position(|known| known == word).unwrap_or(words.len()) as f32
    };
    let cells = row.as_array().into_iter().flatten().enumerate();
    cells
        .map(|(feature, cell)| match cell {
            Value::String(word) => Some(code(feature, word)),
            number => number.as_f64().map(|number| number as f32),
        })
        .collect()
}
