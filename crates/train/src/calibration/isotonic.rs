//! The non-decreasing map of least squares: pool adjacent violators (Ayer and others 1955), O(n log n).
//!
//! A block of pooled rows gives a knot at its lowest and one at its highest margin; between blocks the map is linear. Rates are
//! kept 1 / (n + 2) away from 0 and 1, so that no lead is called certain.

use leadsight_models::Calibrator;

struct Block {
    low: f64,
    high: f64,
    rows: f64,
    positives: f64,
}

impl Block {
    fn rate(&self) -> f64 {
        self.positives / self.rows
    }
}

/// `margins` finite, not empty.
pub(crate) fn fit(margins: &[f64], labels: &[bool]) -> Calibrator {
    // Adding 0 makes -0 and 0 one margin.
    let mut rows: Vec<(f64, bool)> =
        margins.iter().zip(labels).map(|(m, y)| (*m + 0.0, *y)).collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut blocks: Vec<Block> = Vec::new();
    for (margin, outcome) in rows {
        let positives = f64::from(u8::from(outcome));
        match blocks.last_mut() {
            Some(last) if last.low == margin && last.high == margin => {
                last.rows += 1.0;
                last.positives += positives;
            }
            _ => {
                settle(&mut blocks);
                blocks.push(Block { low: margin, high: margin, rows: 1.0, positives });
            }
        }
    }
    settle(&mut blocks);
    let least = 1.0 / (margins.len() as f64 + 2.0);
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for block in &blocks {
        let rate = block.rate().clamp(least, 1.0 - least);
        x.push(block.low);
        y.push(rate);
        if block.high > block.low {
            x.push(block.high);
            y.push(rate);
        }
    }
    Calibrator::Isotonic { x, y }
}

/// Pools the last blocks while they do not rise. Called once the last block has all rows of its margin.
fn settle(blocks: &mut Vec<Block>) {
    while let [.., before, last] = &mut blocks[..] {
        if before.rate() < last.rate() {
            return;
        }
        before.high = last.high;
        before.rows += last.rows;
        before.positives += last.positives;
        blocks.pop();
    }
}
