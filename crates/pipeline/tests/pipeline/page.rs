//! The page's slider in a headless browser: what it shows is what `eval` finds in `predictions.csv`.

use crate::experiment::{Place, experiment};
use leadsight_eval::Confusion;
use leadsight_report::files::{from_csv, from_json};
use leadsight_report::folder::{
    PREDICTIONS, PredictionRow, REPORT_HTML, SWEEP, SweepFile, TEST, VALID,
};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// The document after its scripts have run; `None` where no browser is installed.
fn opened(page: &Path, fragment: &str) -> Option<String> {
    let profile = tempfile::tempdir().unwrap();
    for browser in BROWSERS {
        let made = Command::new(browser)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update"])
            .args(["--disable-sync", "--dump-dom"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(format!("file://{}{fragment}", page.display()))
            .output();
        match made {
            Ok(output) => return Some(String::from_utf8(output.stdout).unwrap()),
            Err(problem) if problem.kind() == ErrorKind::NotFound => {}
            Err(problem) => panic!("{browser}: {problem}"),
        }
    }
    eprintln!("skipped: none of {} is installed", BROWSERS.join(", "));
    None
}

/// The text of an element of the document.
fn text<'a>(document: &'a str, id: &str) -> &'a str {
    let after = document.split_once(&format!("id=\"{id}\"")).unwrap_or_else(|| panic!("no {id}")).1;
    after.split_once('>').unwrap().1.split_once('<').unwrap().0
}

/// A number as the page writes it: `1,234`, `−56`, `12.3&nbsp;%`.
fn number(document: &str, id: &str) -> f64 {
    let shown = text(document, id);
    let first = shown.split(" (").next().unwrap();
    let plain = first.replace(',', "").replace('\u{2212}', "-");
    let plain = plain.trim_end_matches(['%', '\u{a0}']).replace("&nbsp;", "");
    plain.trim_end_matches('%').parse().unwrap_or_else(|_| panic!("{id}: {shown}"))
}

/// Compares every figure on the page with the one found anew.
fn check(document: &str, predictions: &[PredictionRow], threshold: f64, value: f64, cost: f64) {
    for split in [VALID, TEST] {
        let rows = || predictions.iter().filter(|r| r.split == split);
        let labels: Vec<bool> = rows().map(|r| r.label == 1).collect();
        let p: Vec<f64> = rows().map(|r| r.probability).collect();
        let c = Confusion::at(&labels, &p, threshold).unwrap();
        let shown = |key: &str| number(document, &format!("s-{split}-{key}"));
        let counts = [("called", c.flagged()), ("won", c.tp), ("missed", c.fn_)];
        for (key, count) in counts {
            assert_eq!(shown(key), count as f64, "{key} of {split} at {threshold}");
        }
        let rates = [
            ("precision", c.precision().map(|x| 100.0 * x), 0.051),
            ("recall", c.recall().map(|x| 100.0 * x), 0.051),
            ("f1", c.f1(), 0.000_51),
            ("each", (c.tp > 0).then(|| c.flagged() as f64 / c.tp as f64), 0.051),
            ("profit", Some(c.tp as f64 * value - c.flagged() as f64 * cost), 0.51),
        ];
        for (key, rate, rounding) in rates {
            let Some(rate) = rate else {
                assert_eq!(text(document, &format!("s-{split}-{key}")), "\u{2013}", "{key}");
                continue;
            };
            assert!((shown(key) - rate).abs() < rounding, "{key} of {split}: {rate}");
        }
        if split == TEST {
            for (id, count) in [("m-tp", c.tp), ("m-fp", c.fp), ("m-tn", c.tn), ("m-fn", c.fn_)] {
                assert_eq!(number(document, id), count as f64, "{id} at {threshold}");
            }
        }
    }
}

#[test]
fn the_slider_shows_what_the_predictions_hold() {
    let place = Place::new();
    let outcome = place.run(&experiment(), u32::MAX).unwrap();
    let bytes = |file: &str| fs::read(outcome.folder.join(file)).unwrap();
    let mut predictions: Vec<PredictionRow> = from_csv(PREDICTIONS, &bytes(PREDICTIONS)).unwrap();
    predictions.retain(|row| row.model == outcome.run.manifest.chosen_model);
    let sweep: SweepFile = from_json(SWEEP, &bytes(SWEEP)).unwrap();
    assert!(sweep.thresholds.len() <= 210, "{}", sweep.thresholds.len());
    assert!(sweep.thresholds.contains(&outcome.run.metrics.threshold));
    let page = outcome.folder.join(REPORT_HTML);

    // By the address.
    let asked = sweep.thresholds[sweep.thresholds.len() / 3];
    let link = format!("#threshold={asked}&value=500&cost=20");
    let Some(document) = opened(&page, &link) else { return };
    check(&document, &predictions, asked, 500.0, 20.0);

    // By hand: the element is moved, a field is filled, and their events are sent as a user's would be.
    let at = sweep.thresholds.len() / 2;
    let moved = format!(
        "<script>const user = (id, value) => {{ const e = document.getElementById(id); e.value = value; \
         e.dispatchEvent(new Event('input', {{ bubbles: true }})); }}; \
         user('slider', {at}); user('s-value', '1200.5'); user('s-cost', '7');</script></body>"
    );
    let html = String::from_utf8(bytes(REPORT_HTML)).unwrap().replace("</body>", &moved);
    let wrapped = outcome.folder.join("moved.html");
    fs::write(&wrapped, html).unwrap();
    let document = opened(&wrapped, "").unwrap();
    check(&document, &predictions, sweep.thresholds[at], 1200.5, 7.0);
    assert!(document.contains("aria-valuetext=\""));

    // A field that holds no amount gives no profit, and says so.
    let html = fs::read_to_string(&wrapped).unwrap().replace("'1200.5'", "''");
    fs::write(&wrapped, html).unwrap();
    let document = opened(&wrapped, "").unwrap();
    assert_eq!(text(&document, "s-test-profit"), "\u{2013}");
    assert!(document.contains("aria-invalid=\"true\""));
}
