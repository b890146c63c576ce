//! What is known of a lead at the end of its first day: who it is, what it answered, what it did.
//!
//! A profile is a pure function of the seed and the lead's number. Interest, a standard normal shifted by source and
//! seniority, drives behaviour and is written nowhere.

use crate::SynthOptions;
use crate::account::{self, Account};
use crate::dice::Dice;
use crate::market;
use crate::words::{
    COUNTRIES, Country, DEVICES, FORMS, MESSAGES, SENIORITIES, SOURCES, Seniority, Source,
    TIMELINES,
};

/// Seconds in a day.
pub const DAY: i64 = 86_400;

/// A lead as it truly is, before any dirt.
#[derive(Clone)]
pub struct Profile {
    /// Seconds since 1970.
    pub created: i64,
    /// Where in the generated months, 0 to 1.
    pub at: f64,
    pub interest: f64,
    pub source: &'static Source,
    /// Position in the list of campaigns.
    pub campaign: Option<usize>,
    /// None where the person gave no company that is on file.
    pub account: Option<Account>,
    pub country: &'static Country,
    pub seniority: &'static Seniority,
    pub title: &'static str,
    pub free_mail: bool,
    pub employees: f64,
    /// Position in [`FORMS`].
    pub form: usize,
    pub budget: Option<f64>,
    /// Position in [`TIMELINES`].
    pub timeline: usize,
    /// Position in [`MESSAGES`], and the sentence.
    pub message: Option<(usize, &'static str)>,
    pub device: &'static str,
    pub visits: u32,
    pub pages: u32,
    pub pricing: u32,
    pub minutes: f64,
    pub downloads: u32,
    pub webinar: bool,
    pub opens: u32,
    pub clicks: u32,
    pub chats: u32,
    pub demo: bool,
    pub trial: bool,
    pub newsletter: bool,
}

/// The number of the lead that this one is a second entry of: the same person, a few days later. About 2 % are.
pub fn first_entry(options: &SynthOptions, number: usize) -> Option<usize> {
    let again = |number| {
        let mut dice = Dice::new(options.seed, "entered again", number);
        (number > 0 && dice.chance(0.02)).then(|| number - 1 - dice.below(number.min(200)))
    };
    again(number).filter(|first| again(*first).is_none())
}

/// The moment a lead came in, and where in the months that is. Leads grow by 60 % over the months; three weekends in
/// ten are worked.
pub fn created(options: &SynthOptions, number: usize) -> (i64, f64) {
    const GROWTH: f64 = 0.6;
    let dice = &mut Dice::new(options.seed, "created", number);
    let rank = (number as f64 + dice.unit()) / options.leads as f64;
    let at = ((1.0 + 2.0 * GROWTH * rank * (1.0 + GROWTH / 2.0)).sqrt() - 1.0).clamp(0.0, GROWTH)
        / GROWTH;
    let first_day = options.start.0.div_euclid(DAY);
    let last_day = first_day + (options.span() / DAY - 1).max(0);
    let mut day = (first_day + (at * (options.span() as f64) / DAY as f64) as i64).min(last_day);
    let weekday = (day + 3).rem_euclid(7); // 1970-01-01 was a Thursday; Monday is 0.
    if weekday >= 5 && dice.chance(0.7) {
        day = if day + 7 - weekday > last_day { day - weekday + 4 } else { day + 7 - weekday };
    }
    let hour = 6.0 + 7.0 * (dice.unit() + dice.unit());
    (day.max(first_day) * DAY + (hour * 3600.0) as i64, at)
}

/// The profile of a lead.
pub fn profile(options: &SynthOptions, number: usize) -> Profile {
    let (created, at) = created(options, number);
    let dice = &mut Dice::new(options.seed, "profile", number);
    let source = dice.weighted(&SOURCES, |s| s.share.0 + (s.share.1 - s.share.0) * ramp(at));
    let quarters = market::quarters(options);
    let campaign = SOURCES
        .iter()
        .filter(|s| s.cost > 0.0)
        .position(|s| s.name == source.name)
        .map(|place| place * quarters + ((at * quarters as f64) as usize).min(quarters - 1));
    let account = dice.chance(0.84).then(|| {
        // Some companies send many people, most send one.
        let number = (dice.unit().powf(1.6) * account::count(options) as f64) as usize;
        account::account(options, number)
    });
    let country = match &account {
        Some(account) if dice.chance(0.96) => account.country,
        _ => dice.weighted(&COUNTRIES, |c| c.word.share),
    };
    let seniority = dice.weighted(&SENIORITIES, |s| s.share);
    let interest = dice.normal() + source.interest + 0.25 * seniority.effect;
    let own_size = (2.2 + 1.2 * dice.normal()).exp().clamp(1.0, 5_000.0).round();
    let employees = account.as_ref().map_or(own_size, |account| account.employees);
    let forms: Vec<(usize, f64)> = FORMS
        .iter()
        .enumerate()
        .map(|(place, (_, share, gain, _))| (place, share * (gain * interest).exp()))
        .collect();
    let form = dice.weighted(&forms, |f| f.1).0;
    let budget = dice.chance(squash(-0.3 + 0.7 * interest)).then(|| {
        let typical = 60.0 * employees.min(3000.0) + 3000.0;
        ((typical.ln() + 0.7 * dice.normal()).exp() / 500.0).round().max(1.0) * 500.0
    });
    let timelines: Vec<(usize, f64)> = TIMELINES
        .iter()
        .enumerate()
        .map(|(place, (_, share, effect))| (place, share * (0.6 * effect * interest).exp()))
        .collect();
    let timeline = dice.weighted(&timelines, |t| t.1).0;
    let message = dice.chance(0.22).then(|| {
        let topic = dice.below(MESSAGES.len());
        (topic, dice.pick(MESSAGES[topic].1))
    });
    let pages = 1 + dice.poisson((0.95 + 0.45 * interest).exp().min(24.0));
    let opens = dice.poisson((-0.4 + 0.4 * interest).exp());
    let pricing = dice.poisson((-1.0 + 0.65 * interest).exp()).min(pages);
    let downloads = dice.poisson((-1.3 + 0.2 * interest).exp());
    let form_name = FORMS[form].0;
    let signed_up = if form_name == "webinar_signup" { 0.55 } else { 0.04 };
    Profile {
        created,
        at,
        interest,
        source,
        campaign,
        country,
        seniority,
        title: dice.pick(seniority.titles),
        free_mail: dice.chance(if account.is_some() { 0.06 } else { 0.8 }),
        account,
        employees,
        form,
        budget,
        timeline,
        message,
        device: dice.weighted(&DEVICES, |d| d.1).0,
        visits: 1 + dice.poisson(f64::from(pages) / 4.0).min(pages - 1),
        pages,
        pricing,
        minutes: (f64::from(pages) * (0.1 + 0.6 * dice.normal()).exp() * 10.0).round() / 10.0,
        downloads: downloads + u32::from(form_name == "content_download"),
        webinar: dice.chance(signed_up),
        opens,
        clicks: (0..opens).filter(|_| dice.chance(0.3)).count() as u32,
        chats: dice.poisson(if source.name == "chat" { 1.6 } else { 0.08 }),
        demo: form_name == "demo" || dice.chance(0.02),
        trial: form_name == "trial",
        newsletter: form_name == "newsletter" || dice.chance(0.25),
    }
}

/// How far the drift has come: nothing in the first 40 % of the months, all of it in the last 15 %.
pub fn ramp(at: f64) -> f64 {
    ((at - 0.4) / 0.45).clamp(0.0, 1.0)
}

/// 1 / (1 + exp(-x)).
fn squash(x: f64) -> f64 {
    leadsight_schema::sigmoid(x)
}
