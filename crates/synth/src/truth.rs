//! The true probability: logistic in what the first day shows, plus a little that no column tells.
//!
//! eta = b + 0.82 (main effects + interactions + curves) + 0.35 z, z standard normal. Interactions: pricing page x signing
//! power, webinar x e-mail clicks, trial x industry, free mail x company size. Curves: company size has a best range,
//! pages rise and then tell a scraper, pricing views saturate. The intercept b is set so that the mean probability is
//! the one asked for.

use crate::SynthOptions;
use crate::dice::Dice;
use crate::market::Campaign;
use crate::profile::{Profile, profile, ramp};
use crate::words::{FORMS, MESSAGES, TIMELINES};
use leadsight_schema::sigmoid;

/// At most this many leads are looked at to set the intercept.
const PILOT: usize = 20_000;

/// Scales all effects, so that the best possible AUC is near 0.88: good sales data, no more.
const STRENGTH: f64 = 0.82;

/// Log-odds without the intercept.
pub fn log_odds(profile: &Profile, campaigns: &[Campaign], unknown: f64) -> f64 {
    let when = |holds: bool, effect: f64| if holds { effect } else { 0.0 };
    let p = profile;
    let source = p.source.effect.0 + (p.source.effect.1 - p.source.effect.0) * ramp(p.at);
    let campaign = p.campaign.and_then(|place| campaigns.get(place)).map_or(0.0, |c| c.effect);
    let industry = p.account.as_ref().map_or("", |a| a.industry.name);
    let industry_effect = p.account.as_ref().map_or(-0.2, |a| a.industry.effect);

    let size = p.employees.log10();
    let best_size = 0.35 - 0.55 * (size - 2.3).powi(2);
    let pricing = (1.0 + f64::from(p.pricing)).ln();
    let pages = f64::from(p.pages);
    let pages_curve = 0.30 * (pages.min(9.0) - 3.0) - 0.35 * (pages - 14.0).max(0.0);
    let budget = p.budget.map_or(-0.35, |b| 0.35 * (b.log10() - 4.0).clamp(-1.5, 1.5) + 0.15);

    let main = source
        + campaign
        + industry_effect
        + p.country.word.effect
        + p.seniority.effect
        + FORMS[p.form].3
        + TIMELINES[p.timeline].2
        + p.message.map_or(-0.1, |(topic, _)| MESSAGES[topic].0)
        + budget
        + when(p.demo, 0.6)
        + when(p.webinar, 0.35)
        + when(p.newsletter, -0.1)
        + 0.12 * f64::from(p.opens.min(5))
        + 0.2 * f64::from(p.clicks.min(4))
        + 0.15 * f64::from(p.downloads.min(3))
        + 0.3 * f64::from(p.chats.min(2));
    let curves = best_size + pages_curve + 0.5 * pricing;
    let interactions = 0.7 * pricing * p.seniority.signs
        + when(p.webinar && p.clicks > 0, 0.7)
        + when(p.trial && matches!(industry, "Software" | "Media"), 0.8)
        + when(p.free_mail, if p.employees > 50.0 { -0.9 } else { -0.2 });
    STRENGTH * (main + curves + interactions) + 0.35 * unknown
}

/// The probability of a lead under an intercept.
pub fn probability(
    options: &SynthOptions,
    number: usize,
    profile: &Profile,
    campaigns: &[Campaign],
    intercept: f64,
) -> f64 {
    let unknown = Dice::new(options.seed, "unknown", number).normal();
    sigmoid(intercept + log_odds(profile, campaigns, unknown))
}

/// The intercept that gives the mean probability asked for, by bisection over leads spread evenly.
pub fn intercept(options: &SynthOptions, campaigns: &[Campaign]) -> f64 {
    let etas = pilot(options).map(|number| {
        let unknown = Dice::new(options.seed, "unknown", number).normal();
        (log_odds(&profile(options, number), campaigns, unknown), 1.0)
    });
    intercept_of(&etas.collect::<Vec<_>>(), options.conversion_rate)
}

/// Leads spread evenly over all, by number.
pub fn pilot(options: &SynthOptions) -> impl Iterator<Item = usize> {
    (0..options.leads).step_by(options.leads.div_ceil(PILOT))
}

/// The intercept at which the mean of reach x sigmoid(intercept + eta) is `rate`, by bisection over pairs (eta, reach).
pub fn intercept_of(leads: &[(f64, f64)], rate: f64) -> f64 {
    let (mut low, mut high) = (-40.0, 40.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        let sum: f64 = leads.iter().map(|(eta, reach)| reach * sigmoid(middle + eta)).sum();
        if sum / (leads.len() as f64) < rate { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}
