//! What holds for every routing and every batch.

use crate::world::{leads, monday, router, routing};
use leadsight_route::{Batch, Stream};
use proptest::prelude::*;
use std::collections::BTreeMap;

const COUNTRIES: [&str; 5] = ["DE", "AT", "SE", "US", ""];
const LANGUAGES: [&str; 4] = ["de", "en", "sv", ""];
const PRODUCTS: [&str; 3] = ["X", "Y", ""];

#[derive(Debug, Clone)]
struct Rep {
    territories: Vec<&'static str>,
    languages: Vec<&'static str>,
    products: Vec<&'static str>,
    law: bool,
    seniority: u8,
    cap: u32,
    taken: u32,
    away: bool,
}

#[derive(Debug, Clone)]
struct Lead {
    chance: Option<u32>,
    budget: u32,
    cold: bool,
    country: usize,
    language: usize,
    product: usize,
    law: bool,
    employees: u32,
    owner: Option<usize>,
}

fn some(of: &'static [&'static str]) -> impl Strategy<Value = Vec<&'static str>> {
    prop::sample::subsequence(of, 0..=of.len())
}

fn rep() -> impl Strategy<Value = Rep> {
    let lists = (some(&["DACH", "Nordics"]), some(&LANGUAGES[..3]), some(&PRODUCTS[..2]));
    (lists, any::<bool>(), 0..3_u8, 0..5_u32, 0..2_u32, prop::bool::weighted(0.2)).prop_map(
        |((territories, languages, products), law, seniority, cap, taken, away)| Rep {
            territories,
            languages,
            products,
            law,
            seniority,
            cap,
            taken,
            away,
        },
    )
}

fn lead() -> impl Strategy<Value = Lead> {
    let who = (0..5_usize, 0..4_usize, 0..3_usize, any::<bool>(), 0..2000_u32);
    let worth = (prop::option::weighted(0.9, 0..=100_u32), 0..5000_u32, prop::bool::weighted(0.2));
    (worth, who, prop::option::weighted(0.2, 0..9_usize)).prop_map(
        |((chance, budget, cold), (country, language, product, law, employees), owner)| Lead {
            chance,
            budget,
            cold,
            country,
            language,
            product,
            law,
            employees,
            owner,
        },
    )
}

fn text(reps: &[Rep], band: bool, hold: &str) -> String {
    let list = |words: &[&str]| format!("{words:?}");
    let reps: Vec<String> = reps
        .iter()
        .enumerate()
        .map(|(i, rep)| {
            let absent =
                if rep.away { r#"(from: "2026-11-23", to: "2026-11-23")"# } else { "" };
            format!(
                r#"(id: "r{i}", territories: {}, languages: {}, products: {}, skills: {}, seniority: {}, daily_cap: {}, taken: {}, absent: [{absent}], time_zone: "Europe/Berlin")"#,
                list(&rep.territories),
                list(&rep.languages),
                list(&rep.products),
                if rep.law { r#"["law"]"# } else { "[]" },
                rep.seniority,
                rep.cap,
                rep.taken,
            )
        })
        // One who can do everything, so that the routing is let through.
        .chain([r#"(id: "all", skills: ["law"], seniority: 9, daily_cap: 1, time_zone: "Europe/Berlin")"#.to_owned()])
        .collect();
    let band = if band { "band: (at_least: 0.8, at_most: 1.25)," } else { "" };
    routing(
        &format!(
            r#"owners: [(column: "account_owner", of: Account, hold: {hold})],
               skills: [(skill: "law", when: Is("industry", "Law"))],
               seniority: [(at_least: 1, when: AtLeast("employees", 1000))], {band}"#
        ),
        &reps.join(", "),
    )
}

fn line(i: usize, lead: &Lead) -> String {
    let chance = lead.chance.map(|p| (f64::from(p) / 100.0).to_string()).unwrap_or_default();
    let owner = lead.owner.map(|r| format!("r{r}")).unwrap_or_default();
    format!(
        "l{i:03},{chance},{},{},{},{},{},{},{},{owner}",
        if lead.cold { "Cold" } else { "Hot" },
        COUNTRIES[lead.country],
        LANGUAGES[lead.language],
        PRODUCTS[lead.product],
        if lead.law { "Law" } else { "Bank" },
        lead.employees,
        lead.budget,
    )
}

/// Whether a rep may take a lead, from the words of the declaration alone.
fn may(rep: &Rep, lead: &Lead) -> bool {
    let lets =
        |list: &[&str], word: &str| list.is_empty() || word.is_empty() || list.contains(&word);
    let territory = match COUNTRIES[lead.country] {
        "DE" | "AT" => rep.territories.is_empty() || rep.territories.contains(&"DACH"),
        "SE" => rep.territories.is_empty() || rep.territories.contains(&"Nordics"),
        "US" => rep.territories.is_empty(),
        _ => true,
    };
    territory
        && lets(&rep.languages, LANGUAGES[lead.language])
        && lets(&rep.products, PRODUCTS[lead.product])
        && (rep.law || !lead.law)
        && (rep.seniority >= 1 || lead.employees < 1000)
}

fn everything() -> Rep {
    Rep {
        territories: vec![],
        languages: vec![],
        products: vec![],
        law: true,
        seniority: 9,
        cap: 1,
        taken: 0,
        away: false,
    }
}

fn route(text: &str, lines: &[String]) -> Batch {
    router(text).batch(leads(&lines.join("\n")).as_slice(), monday())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_constraint_is_broken_and_no_lead_is_stranded(
        reps in prop::collection::vec(rep(), 1..8),
        all in prop::collection::vec(lead(), 0..40),
        band in any::<bool>(),
        only in any::<bool>(),
    ) {
        let text = text(&reps, band, if only { "Only" } else { "First" });
        let lines: Vec<String> = all.iter().enumerate().map(|(i, lead)| line(i, lead)).collect();
        let batch = route(&text, &lines);
        let mut named: BTreeMap<String, Rep> =
            reps.iter().enumerate().map(|(i, rep)| (format!("r{i}"), rep.clone())).collect();
        named.insert("all".to_owned(), everything());
        let room = |rep: &Rep| if rep.away { 0 } else { rep.cap.saturating_sub(rep.taken) };
        let mut taken: BTreeMap<&str, u32> = BTreeMap::new();
        for assignment in &batch.assignments {
            if let Some(rep) = &assignment.owner_id {
                *taken.entry(rep).or_default() += 1;
            }
        }
        let load = |name: &str| taken.get(name).copied().unwrap_or(0);
        for (name, rep) in &named {
            prop_assert!(load(name) <= room(rep), "{name} takes {}", load(name));
        }
        for (lead, assignment) in all.iter().zip(&batch.assignments) {
            let reason = &assignment.route_reason;
            prop_assert!(assignment.owner_id.is_some() != assignment.queue.is_some(), "{reason}");
            prop_assert!(assignment.respond_by.is_some() || lead.cold);
            let owner = lead.owner.map(|r| format!("r{r}")).filter(|name| named.contains_key(name));
            let full = |name: &str| load(name) >= room(&named[name]);
            match &assignment.owner_id {
                Some(rep) => {
                    prop_assert!(!lead.cold);
                    prop_assert!(reason.contains(rep.as_str()), "{rep}: {reason}");
                    let owns = owner.as_ref() == Some(rep);
                    prop_assert!(owns || may(&named[rep], lead), "{rep} may not: {reason}");
                    // Another than the owner only where the owner is away or full, and lets go.
                    prop_assert!(owns || owner.as_ref().is_none_or(|o| full(o) && !only), "{reason}");
                }
                None if lead.cold => prop_assert!(reason.contains("it goes to the queue")),
                None if only && owner.is_some() => {
                    prop_assert!(owner.as_ref().is_some_and(|o| full(o)), "{reason}");
                    prop_assert!(reason.contains("nobody else may take it"), "{reason}");
                }
                None => {
                    let able: Vec<&String> =
                        named.iter().filter(|(_, rep)| !rep.away && may(rep, lead)).map(|(n, _)| n).collect();
                    let expect = if able.is_empty() { "no rep may take it: " } else { "no room: " };
                    prop_assert!(reason.contains(expect), "{reason}");
                    prop_assert!(able.iter().all(|name| full(name)), "stranded: {reason}");
                }
            }
        }
        prop_assert!(batch.value <= batch.bound * (1.0 + 1e-9) + 1e-9);
        prop_assert!(batch.gap() < 1e-9, "gap {}", batch.gap());
        let sum: f64 = batch.reps.iter().map(|rep| rep.expected_value).sum();
        prop_assert!((sum - batch.value).abs() < 1e-6 * (1.0 + sum));
        for rep in &batch.reps {
            prop_assert_eq!(rep.fair_share.is_some(), band);
            let Some(fair) = rep.fair_share else { continue };
            let within = rep.expected_value >= 0.8 * fair - 1e-3 && rep.expected_value <= 1.25 * fair + 1e-3;
            prop_assert!(within != rep.conflict.is_some(), "{rep:?}");
        }
    }

    #[test]
    fn one_by_one_no_constraint_is_broken_either(
        reps in prop::collection::vec(rep(), 1..8),
        all in prop::collection::vec(lead(), 0..40),
        only in any::<bool>(),
    ) {
        let text = text(&reps, false, if only { "Only" } else { "First" });
        let lines: Vec<String> = all.iter().enumerate().map(|(i, lead)| line(i, lead)).collect();
        let cells = leads(&lines.join("\n"));
        let prices = router(&text).batch(cells.as_slice(), monday()).prices;
        let mut stream = Stream::new(router(&text), &prices, monday());
        let mut taken: BTreeMap<String, u32> = BTreeMap::new();
        for (row, lead) in all.iter().enumerate() {
            let assignment = stream.assign(cells.as_slice(), row, monday());
            let reason = &assignment.route_reason;
            prop_assert!(assignment.owner_id.is_some() != assignment.queue.is_some(), "{reason}");
            prop_assert!(assignment.respond_by.is_some() || lead.cold);
            let left = |i: usize, rep: &Rep| {
                let load = taken.get(&format!("r{i}")).copied().unwrap_or(0);
                if rep.away { 0 } else { rep.cap.saturating_sub(rep.taken).saturating_sub(load) }
            };
            let owner = lead.owner.filter(|owner| *owner < reps.len());
            if let Some(owner) = owner.filter(|owner| !lead.cold && left(*owner, &reps[*owner]) > 0) {
                let name = format!("r{owner}");
                prop_assert_eq!(assignment.owner_id.as_ref(), Some(&name), "{}", reason);
            }
            let Some(name) = assignment.owner_id else {
                let room = reps.iter().enumerate().any(|(i, rep)| may(rep, lead) && left(i, rep) > 0);
                let told = match room {
                    _ if lead.cold => "it goes to the queue",
                    _ if only && owner.is_some() => "nobody else may take it",
                    // Room is left to be kept for better leads, never for nothing.
                    true => "places are kept for better leads",
                    false => "no r",
                };
                let all_is_kept = !room && reason.contains("places are kept for better leads");
                prop_assert!(reason.contains(told) || all_is_kept, "{told}: {reason}");
                continue;
            };
            let owner = owner.map(|owner| format!("r{owner}"));
            prop_assert!(!only || owner.is_none() || owner.as_ref() == Some(&name), "{}", reason);
            *taken.entry(name.clone()).or_default() += 1;
            let rep = reps.get(name.trim_start_matches('r').parse::<usize>().unwrap_or(99));
            let rep = rep.cloned().unwrap_or_else(everything);
            let owns = lead.owner.is_some_and(|r| name == format!("r{r}"));
            prop_assert!(!lead.cold && !rep.away && (owns || may(&rep, lead)), "{reason}");
            prop_assert!(taken[&name] <= rep.cap.saturating_sub(rep.taken), "{reason}");
        }
    }

    #[test]
    fn the_order_of_leads_and_reps_does_not_matter(
        reps in prop::collection::vec(rep(), 1..8),
        lines in prop::collection::vec(lead(), 0..40).prop_map(|all| {
            // Some rows share an id, some have none.
            let id = |i: usize, line: String| if i % 7 == 3 { line[4..].to_owned() } else { line };
            all.iter().enumerate().map(|(i, lead)| id(i, line(i % 30, lead))).collect::<Vec<_>>()
        }).prop_flat_map(|lines| (Just(lines.clone()), Just(lines).prop_shuffle())),
        band in any::<bool>(),
    ) {
        let text = text(&reps, band, "First");
        let (lines, shuffled) = lines;
        let sorted = |batch: Batch| {
            let mut rows = batch.assignments;
            // Who has no id is called by the row.
            let nameless = rows.iter_mut().filter(|a| a.lead_id.starts_with("row-"));
            nameless.for_each(|a| a.lead_id.clear());
            let mut rows: Vec<String> = rows.iter().map(|a| format!("{a:?}")).collect();
            rows.sort();
            (rows, batch.reps, batch.value.to_bits(), batch.prices)
        };
        prop_assert_eq!(sorted(route(&text, &lines)), sorted(route(&text, &shuffled)));
    }
}
