//! Forest files of every format version that was ever released load and give the figures they gave.

#![allow(clippy::unwrap_used)]

use leadsight_forest::TreeModel;
use serde::Deserialize;
use std::fs;
use std::path::Path;

#[derive(Deserialize)]
struct Figures {
    rows: Vec<Vec<Option<f32>>>,
    margins: Vec<Vec<f64>>,
    predictions: Vec<Vec<f64>>,
}

#[test]
fn frozen_forests_predict_as_they_did() {
    let formats = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compat");
    let mut checked = 0;
    for folder in fs::read_dir(&formats).unwrap() {
        for entry in fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "forest") {
                continue;
            }
            let model = TreeModel::from_bytes(&fs::read(&path).unwrap()).unwrap();
            let figures: Figures =
                serde_json::from_slice(&fs::read(path.with_extension("json")).unwrap()).unwrap();
            for (i, row) in figures.rows.iter().enumerate() {
                let row: Vec<f32> = row.iter().map(|v| v.unwrap_or(f32::NAN)).collect();
                let place = format!("{}, row {i}", path.display());
                assert_eq!(model.margins(&row).unwrap(), figures.margins[i], "{place}");
                // The exponential may differ in the last bit between platforms.
                let found = model.predict(&row).unwrap();
                let close = |(f, e): (&f64, &f64)| (f - e).abs() <= 1e-14;
                assert!(found.iter().zip(&figures.predictions[i]).all(close), "{place}: {found:?}");
                checked += 1;
            }
        }
    }
    assert!(checked >= 60, "{checked} rows in {}", formats.display());
}
