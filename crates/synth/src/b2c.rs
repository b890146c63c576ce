//! The files of the consumer preset: `leads.csv`, a row for each lead as known a week after it signed up, and `truth.csv`.

use crate::consumer::{Consumer, consumer};
use crate::crm::SynthSummary;
use crate::dice::Dice;
use crate::dirt;
use crate::sheet::Sheet;
use crate::truth;
use crate::words::{FIRST_NAMES, LAST_NAMES};
use crate::{SynthError, SynthOptions};
use leadsight_schema::sigmoid;
use std::path::Path;

const LEADS: [&str; 32] = [
    "lead_id",
    "signed_up_at",
    "source",
    "email",
    "age",
    "region",
    "in_delivery_area",
    "home",
    "model",
    "device",
    "email_status",
    "consent",
    "sms_consent",
    "web_visits",
    "pages_viewed",
    "model_views",
    "price_checks",
    "reviews_read",
    "baskets",
    "checkout_started",
    "minutes_on_site",
    "days_since_visit",
    "emails_sent",
    "email_opens",
    "email_clicks",
    "app_installed",
    "coupon",
    "chats",
    "test_ride",
    "rented_before",
    "newsletter_topic",
    "converted",
];

/// Writes both files into `dir`, which exists. A row leaves memory once it is written.
pub fn generate(
    options: &SynthOptions,
    dir: &Path,
    stopped: &dyn Fn() -> bool,
) -> Result<SynthSummary, SynthError> {
    let pilot = truth::pilot(options).map(|number| {
        let lead = consumer(options, number);
        (lead.log_odds, lead.reach)
    });
    let intercept = truth::intercept_of(&pilot.collect::<Vec<_>>(), options.conversion_rate);
    let mut leads = Sheet::create(dir, "leads.csv", &LEADS)?;
    let mut truths = Sheet::create(dir, "truth.csv", &["lead_id", "true_probability"])?;
    let mut conversions = 0;
    for number in 0..options.leads {
        if stopped() {
            return Err(SynthError::Stopped);
        }
        let lead = consumer(options, number);
        let p = lead.reach * sigmoid(intercept + lead.log_odds);
        let converts = Dice::new(options.seed, "converts", number).chance(p);
        conversions += u64::from(converts);
        let id = format!("L{:06}", number + 1);
        truths.row(&[id.as_str(), &format!("{p:.9}")])?;
        leads.row(&row(options, number, id, &lead, converts))?;
    }
    Ok(SynthSummary {
        leads: options.leads as u64,
        lead_rows: leads.finish()?,
        conversions,
        files: {
            truths.finish()?;
            vec!["leads.csv".to_owned(), "truth.csv".to_owned()]
        },
        ..SynthSummary::default()
    })
}

/// Dirt leaves a cell blank, unreadable or in another spelling; it never makes a lead look barred from ordering.
fn row(
    options: &SynthOptions,
    number: usize,
    id: String,
    c: &Consumer,
    converts: bool,
) -> [String; LEADS.len()] {
    let dice = &mut Dice::new(options.seed, "dirt", number);
    let yes = |holds: bool| if holds { "yes".to_owned() } else { "no".to_owned() };
    let count = |n: u32, dice: &mut Dice| dirt::number(f64::from(n), 0.002, dice);
    let (first, last) = (dice.pick(&FIRST_NAMES), dice.pick(&LAST_NAMES));
    let letters = |name: &str| -> String {
        dirt::plain(name).to_lowercase().chars().filter(char::is_ascii_alphabetic).collect()
    };
    let host = dice.pick(&["gmail.com", "gmail.com", "outlook.com", "yahoo.com"]);
    let status = match (c.bounced, c.confirmed) {
        (true, _) => "bounced",
        (_, true) => "confirmed",
        _ => "unconfirmed",
    };
    let topics = ["tours", "commuting", "family", "offers"];
    [
        id,
        dirt::moment(c.created, dice),
        dirt::word(c.door.name, &[c.door.variant], 0.01, dice),
        // The number keeps the address from being somebody's.
        format!("{}.{}.{number:06}@{host}", letters(first), letters(last)),
        dirt::number(f64::from(c.age), 0.02, dice),
        dirt::word(c.region, &[], 0.005, dice),
        yes(c.delivered),
        dirt::word(c.home, &[], 0.15, dice),
        dirt::word(c.model, &[], 0.03, dice),
        c.device.to_owned(),
        status.to_owned(),
        if c.withdrawn { "withdrawn" } else { "given" }.to_owned(),
        yes(c.sms),
        c.visits.to_string(),
        count(c.pages, dice),
        count(c.model_views, dice),
        count(c.price_checks, dice),
        count(c.reviews, dice),
        count(c.baskets, dice),
        yes(c.checkout),
        // Refused cookies: the time on the site is not known, for no reason of interest.
        dirt::number(c.minutes, 0.15, dice),
        c.days_since_visit.map_or(String::new(), |days| days.to_string()),
        count(c.sent, dice),
        count(c.opens, dice),
        count(c.clicks, dice),
        yes(c.app),
        yes(c.coupon),
        count(c.chats, dice),
        yes(c.test_ride),
        yes(c.rented_before),
        dirt::word(dice.pick(&topics), &[], 0.4, dice),
        u8::from(converts).to_string(),
    ]
}
