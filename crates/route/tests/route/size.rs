//! A batch of the size that a large team routes: exact, and as fast as it must be.

use crate::world::{leads, monday, router, routing};

fn dice(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    move |below| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    }
}

/// The leads of a day and some reps: two territories and the rest of the world, three languages, two skills that help, caps that
/// do not do for 5,000.
pub fn team(size: usize, day: u64, count: usize) -> (String, String) {
    let mut draw = dice(11);
    let reps: Vec<String> = (0..size)
        .map(|i| {
            let languages = [r#""de""#, r#""en""#, r#""sv", "en""#, r#""de", "en""#][draw(4) as usize];
            let territories = ["", r#""DACH""#, r#""Nordics""#, r#""DACH", "Nordics""#][draw(4) as usize];
            let skills = ["", r#""law""#, r#""care""#, r#""law", "care""#][draw(4) as usize];
            format!(
                r#"(id: "r{i:03}", languages: [{languages}], territories: [{territories}], skills: [{skills}], weight: {}, daily_cap: {}, time_zone: "Europe/Berlin")"#,
                0.5 + draw(4) as f64 / 2.0,
                10 + draw(20),
            )
        })
        .collect();
    let text = routing(
        r#"skills: [(skill: "law", when: Is("industry", "Law"), without: 0.7), (skill: "care", when: Is("industry", "Care"), without: 0.4)],
           band: (at_least: 0.8, at_most: 1.25),"#,
        &reps.join(", "),
    );
    let mut draw = dice(100 + day);
    let pick = |of: &[&'static str], n: u64| of[n as usize % of.len()];
    let lines = (0..count)
        .map(|i| {
            format!(
                "l{i},{},{},{},{},,{},{},{}\n",
                (draw(1000) as f64 / 1000.0).powi(3),
                pick(&["Hot", "Warm"], draw(2)),
                pick(&["DE", "AT", "SE", "US", "GB"], draw(5)),
                pick(&["de", "en", "en", "sv", ""], draw(5)),
                pick(&["Law", "Care", "Bank", "Shop"], draw(4)),
                draw(3000),
                500 + draw(20_000),
            )
        })
        .collect();
    (text, lines)
}

#[test]
fn a_large_batch_is_within_one_in_a_hundred_of_the_best_and_in_its_band() {
    let (text, lines) = team(200, 0, 5000);
    let batch = router(&text).batch(leads(&lines).as_slice(), monday());
    let taken = batch.assignments.iter().filter(|a| a.owner_id.is_some()).count();
    let places: u32 = batch.reps.iter().map(|rep| rep.room).sum();
    assert!(taken > 3000 && taken <= places as usize, "{taken} of {places}");
    assert!(batch.gap() < 0.01, "gap {}", batch.gap());
    let conflicts: Vec<&str> =
        batch.reps.iter().filter_map(|rep| rep.conflict.as_deref()).collect();
    assert!(conflicts.is_empty(), "{conflicts:?}");
}
