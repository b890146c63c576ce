//! What a lead did, moment by moment: the first day that its profile sums up, then the way through the funnel.
//!
//! The funnel: demo requested, meeting booked, meeting held, proposal sent, won. Its weak step is the second: only
//! about one demo request in four leads to a meeting, while every other step passes more than half.

use crate::SynthOptions;
use crate::dice::Dice;
use crate::market::{PRODUCTS, Product};
use crate::profile::{DAY, Profile};
use crate::words::FORMS;

/// Outcomes are known this many days after a lead came in.
pub const FOLLOW_UP_DAYS: f64 = 120.0;

/// Something that happened.
pub struct Event {
    pub at: i64,
    pub kind: &'static str,
    pub detail: &'static str,
    /// The visit of the web site that it was part of, counted from 1.
    pub session: Option<u32>,
}

/// How an opportunity ended.
pub enum Ending {
    /// Sold; the moment of the first call of the new customer.
    Won { onboarding: i64 },
    /// Not sold, and why.
    Lost { reason: &'static str },
}

/// An opportunity.
pub struct Deal {
    pub opened: i64,
    pub closed: i64,
    pub ending: Ending,
    pub product: &'static Product,
    pub amount: f64,
}

const PAGES: [&str; 6] = ["home", "product", "docs", "blog", "customers", "security"];
const LOST_REASONS: [&str; 5] =
    ["no budget", "competitor", "no decision", "timing", "missing feature"];

/// What happened up to the end of the first day, in no order.
pub fn first_day(options: &SynthOptions, number: usize, p: &Profile) -> Vec<Event> {
    let dice = &mut Dice::new(options.seed, "first day", number);
    // Visits before the form are those of a browser that the form made known.
    let starts: Vec<i64> = (0..p.visits)
        .map(|visit| match visit {
            0 => p.created - 600,
            _ if dice.chance(0.6) => p.created - 3600 - (dice.unit() * 3.0 * DAY as f64) as i64,
            _ => p.created + 3600 + (dice.unit() * 20.0 * 3600.0) as i64,
        })
        .collect();
    let mut events = Vec::with_capacity(24);
    for page in 0..p.pages {
        // Every visit has a page; the rest fall where they fall.
        let visit = if page < p.visits { page as usize } else { dice.below(starts.len()) };
        let detail = if page < p.pricing { "pricing" } else { dice.pick(&PAGES) };
        let at = starts[visit] + 40 * i64::from(page) % 560;
        events.push(Event { at, kind: "page_view", detail, session: Some(visit as u32 + 1) });
    }
    let later = |dice: &mut Dice| p.created + 900 + (dice.unit() * 22.0 * 3600.0) as i64;
    let mut add = |at: i64, kind, detail| events.push(Event { at, kind, detail, session: None });
    add(p.created, "form_submitted", FORMS[p.form].0);
    for _ in 0..p.opens {
        add(later(dice), "email_open", "welcome");
    }
    for _ in 0..p.clicks {
        add(later(dice), "email_click", "welcome");
    }
    for _ in 0..p.downloads {
        add(later(dice), "content_download", dice.pick(&["whitepaper", "case study", "checklist"]));
    }
    for _ in 0..p.chats {
        add(later(dice), "chat", "web");
    }
    if p.webinar {
        add(later(dice), "webinar_attended", "product tour");
    }
    if p.demo {
        add(p.created + 60, "demo_requested", "");
    }
    if p.trial {
        add(p.created + 60, "trial_started", "");
    }
    events
}

/// The way through the funnel and the opportunity it led to. Events are appended.
pub fn funnel(
    options: &SynthOptions,
    number: usize,
    p: &Profile,
    converts: bool,
    events: &mut Vec<Event>,
) -> Option<Deal> {
    let dice = &mut Dice::new(options.seed, "funnel", number);
    let days = (3.6 + 0.6 * dice.normal()).exp().clamp(6.0, FOLLOW_UP_DAYS - 2.0);
    let at = |share: f64| p.created + DAY + (days * share * DAY as f64) as i64;
    let mut add =
        |share: f64, kind| events.push(Event { at: at(share), kind, detail: "", session: None });

    let asks_later = dice.chance(0.11 * (0.4 * p.interest).exp());
    if !p.demo && (converts || asks_later) {
        add(0.1, "demo_requested");
    } else if !p.demo {
        return None;
    }
    if !(converts || dice.chance(0.13)) {
        return None;
    }
    add(0.25, "meeting_booked");
    if !(converts || dice.chance(0.8)) {
        return None;
    }
    add(0.4, "meeting_held");
    let proposal = converts || dice.chance(0.6);
    if proposal {
        add(0.6, "proposal_sent");
    }
    let closed = at(1.0);
    add(1.0, if converts { "deal_won" } else { "deal_lost" });
    let ending = if converts {
        let onboarding = closed + DAY * (2 + dice.below(9) as i64);
        let kind = "onboarding_call";
        events.push(Event { at: onboarding, kind, detail: "", session: None });
        Ending::Won { onboarding }
    } else {
        Ending::Lost { reason: dice.pick(&LOST_REASONS) }
    };
    let product = dice.weighted(&PRODUCTS, |product| suits(product, p));
    let seats = (p.employees / product.employees.0.max(20.0)).powf(0.35).clamp(0.5, 8.0);
    let amount = product.price * seats * (0.3 * dice.normal()).exp();
    let amount = (amount / 10.0).round() * 10.0;
    Some(Deal { opened: at(0.4), closed, ending, product, amount })
}

/// The weight of a product for a lead: the size of the company above all, then its industry.
fn suits(product: &Product, p: &Profile) -> f64 {
    let (least, most) = product.employees;
    let size = if (least..=most).contains(&p.employees) { 1.0 } else { 0.06 };
    let industry = p.account.as_ref().map_or("", |a| a.industry.name);
    let taste = match (product.id, industry) {
        ("P4", "Financial Services" | "Retail") => 1.2,
        ("P4", _) => 0.35,
        ("P5", _) => 0.2,
        _ => 1.0,
    };
    size * taste
}

/// What follows the first day by itself: mailings and returning visits. Events are appended.
pub fn afterwards(
    options: &SynthOptions,
    number: usize,
    p: &Profile,
    count: usize,
    events: &mut Vec<Event>,
) {
    const KINDS: [(&str, &str, f64); 6] = [
        ("email_sent", "nurture", 0.46),
        ("email_open", "nurture", 0.18),
        ("email_click", "nurture", 0.05),
        ("page_view", "", 0.25),
        ("content_download", "whitepaper", 0.03),
        ("social", "post liked", 0.03),
    ];
    let dice = &mut Dice::new(options.seed, "afterwards", number);
    for visit in 0..count as u32 {
        // Most of it comes early.
        let days = 1.0 + dice.unit().powi(2) * (FOLLOW_UP_DAYS - 1.0);
        let at = p.created + (days * DAY as f64) as i64;
        let (kind, detail, _) = *dice.weighted(&KINDS, |k| k.2);
        let seen = kind == "page_view";
        let detail = match detail {
            "" if dice.chance(0.1) => "pricing",
            "" => dice.pick(&PAGES),
            other => other,
        };
        let session = seen.then_some(p.visits + 1 + visit);
        events.push(Event { at, kind, detail, session });
    }
}
