//! Leads one by one.

use crate::size::team;
use crate::world::{BERLIN, at, lead, leads, monday, router, routing};
use leadsight_route::{Prices, Stream};

/// Two days like the one that was learned from, a slow one, and a busy one that was foreseen.
fn check(size: usize, usual: usize) {
    let (text, yesterday) = team(size, 0, usual);
    let learned = router(&text).batch(leads(&yesterday).as_slice(), monday()).prices;
    let days =
        [(1, usual, 0.95), (2, usual, 0.95), (3, usual * 7 / 10, 0.9), (4, usual * 3 / 2, 0.85)];
    for (day, count, least) in days {
        let learned = Prices { leads: count.max(usual), ..learned.clone() };
        let today = leads(&team(size, day, count).1);
        let best = router(&text).batch(today.as_slice(), monday()).value;
        let value = |prices: &Prices| -> f64 {
            let mut stream = Stream::new(router(&text), prices, monday());
            let all = (0..today.len()).map(|row| stream.assign(today.as_slice(), row, monday()));
            all.filter(|a| a.owner_id.is_some()).filter_map(|a| a.expected_value).sum()
        };
        let share = value(&learned) / best;
        assert!((least..=1.0).contains(&share), "{share} with {count} leads for {size} reps");
    }
}

#[test]
fn a_day_of_single_leads_brings_nearly_what_the_batch_brings() {
    check(200, 5000);
    check(12, 400);
}

#[test]
fn a_day_ends_and_another_begins() {
    let reps = format!(
        r#"(id: "anna", {BERLIN}, daily_cap: 2, taken: 1), (id: "ben", {BERLIN}, daily_cap: 1, absent: [(from: "2026-11-23", to: "2026-11-23")])"#
    );
    let mut stream = Stream::new(router(&routing("", &reps)), &Prices::default(), monday());
    let leads = [lead("a, 0.5, Hot, DE"), lead("b, 0.5, Hot, DE"), lead("c, 0.5, Cold, DE")];
    let mut told = |row: usize, moment: &str, to: &str, reason: &str| {
        let assignment = stream.assign(&leads[..], row, at(moment));
        assert_eq!(assignment.owner_id.or(assignment.queue).unwrap(), to);
        assert!(assignment.route_reason.contains(reason), "{}", assignment.route_reason);
    };
    told(0, "2026-11-23T10:00:00Z", "anna", "the only rep");
    told(1, "2026-11-23T11:00:00Z", "open", "no room: the only rep who may take it is full");
    told(2, "2026-11-23T11:00:00Z", "marketing", "it goes to the queue");
    // After five the next day counts.
    told(1, "2026-11-23T16:00:00Z", "anna", "one of 2 reps");
    told(1, "2026-11-24T15:00:00Z", "ben", "one of 2 reps");
    told(1, "2026-11-24T16:00:00Z", "anna", "one of 2 reps");
}

#[test]
fn places_are_kept_for_better_leads() {
    let text = routing("", &format!(r#"(id: "anna", {BERLIN}, daily_cap: 2)"#));
    let prices = Prices {
        price: [("anna".to_owned(), 400.0), ("gone".to_owned(), f64::NAN)].into(),
        leads: 10,
    };
    let mut stream = Stream::new(router(&text), &prices, monday());
    let leads = leads("a, 0.1, Hot, DE\nb, 0.6, Hot, DE");
    let poor = stream.assign(leads.as_slice(), 0, monday());
    assert_eq!(poor.queue.as_deref(), Some("open"));
    let told =
        "places are kept for better leads: expected value 100 (10 % of 1000), a place is worth 400";
    assert!(poor.route_reason.contains(told), "{}", poor.route_reason);
    assert_eq!(stream.assign(leads.as_slice(), 1, monday()).owner_id.as_deref(), Some("anna"));
}
