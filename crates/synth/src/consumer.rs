//! A consumer as known a week after signing up with a shop that rents out e-bikes by the month, and the true probability
//! that it orders within the 60 days that follow.
//!
//! p = reach x sigmoid(b + 0.85 (main effects + interactions) + 0.3 z), z standard normal. `reach` is 1, and one in ten
//! thousand for each thing that keeps a lead from ordering at all: under age, outside the delivery area, an address that
//! bounced (orders are confirmed by e-mail), consent withdrawn, no visit to the shop since. That makes more than half of
//! the leads practically never convert, as in lists filled by giveaways and social forms.

use crate::SynthOptions;
use crate::dice::Dice;
use crate::profile::DAY;
use leadsight_schema::sigmoid;

/// What is left of the probability for each thing that keeps a lead from ordering.
const BARRED: f64 = 1e-4;

/// Where a lead signed up.
pub struct Door {
    pub name: &'static str,
    /// As a careless hand writes it.
    pub variant: &'static str,
    share: f64,
    effect: f64,
    interest: f64,
    /// How much more often than elsewhere people under age sign up here.
    young: f64,
}

const fn door(
    name: &'static str,
    variant: &'static str,
    [share, effect, interest, young]: [f64; 4],
) -> Door {
    Door { name, variant, share, effect, interest, young }
}

const DOORS: [Door; 8] = [
    door("giveaway", "Giveaway 2025", [0.24, -0.6, -0.7, 2.2]),
    door("social_form", "Social lead form", [0.22, -0.3, -0.4, 1.4]),
    door("newsletter", "Newsletter", [0.14, 0.0, 0.0, 0.8]),
    door("search", "Search ads", [0.14, 0.3, 0.4, 0.5]),
    door("price_portal", "Price portal", [0.10, 0.4, 0.5, 0.4]),
    door("app", "App", [0.06, 0.5, 0.6, 0.9]),
    door("referral", "Friend", [0.06, 0.8, 0.7, 0.6]),
    door("shop_event", "Test ride", [0.04, 0.9, 0.8, 0.3]),
];

/// Regions: name, share of the leads, how much of it is delivered to, effect on the log-odds.
const REGIONS: [(&str, f64, f64, f64); 8] = [
    ("North", 0.10, 0.86, 0.0),
    ("Coast", 0.09, 0.90, 0.2),
    ("Capital", 0.22, 0.99, 0.3),
    ("Midlands", 0.16, 0.88, 0.0),
    ("West", 0.14, 0.93, 0.1),
    ("Valleys", 0.08, 0.62, -0.1),
    ("Highlands", 0.06, 0.35, -0.5),
    ("South", 0.15, 0.91, 0.1),
];

/// Models: name, share, effect.
const MODELS: [(&str, f64, f64); 5] = [
    ("city", 0.38, 0.2),
    ("trekking", 0.22, 0.1),
    ("cargo", 0.12, 0.35),
    ("mountain", 0.16, -0.2),
    ("undecided", 0.12, -0.5),
];

const DEVICES: [(&str, f64); 3] = [("mobile", 0.71), ("desktop", 0.23), ("tablet", 0.06)];
const HOMES: [(&str, f64, f64); 3] =
    [("flat", 0.55, 0.2), ("house", 0.37, 0.0), ("shared", 0.08, -0.3)];

/// A lead as it truly is, before any dirt.
pub struct Consumer {
    /// Seconds since 1970.
    pub created: i64,
    pub door: &'static Door,
    pub region: &'static str,
    pub delivered: bool,
    pub age: u32,
    pub home: &'static str,
    pub model: &'static str,
    pub device: &'static str,
    pub bounced: bool,
    pub confirmed: bool,
    pub withdrawn: bool,
    pub sms: bool,
    pub visits: u32,
    pub pages: u32,
    pub model_views: u32,
    pub price_checks: u32,
    pub reviews: u32,
    pub baskets: u32,
    pub checkout: bool,
    pub minutes: f64,
    /// None where there was no visit.
    pub days_since_visit: Option<u32>,
    pub sent: u32,
    pub opens: u32,
    pub clicks: u32,
    pub app: bool,
    pub coupon: bool,
    pub chats: u32,
    pub test_ride: bool,
    pub rented_before: bool,
    /// Log-odds without the intercept.
    pub log_odds: f64,
    /// The factor on the probability that follows from what keeps the lead from ordering.
    pub reach: f64,
}

/// The lead of a number: a pure function of the seed and the number.
pub fn consumer(options: &SynthOptions, number: usize) -> Consumer {
    let dice = &mut Dice::new(options.seed, "consumer", number);
    let at = (number as f64 + dice.unit()) / options.leads as f64;
    let day = (at * options.span() as f64) as i64 / DAY;
    let hour = 7.0 + 8.0 * (dice.unit() + dice.unit());
    let door = dice.weighted(&DOORS, |d| d.share);
    let (region, _, covered, region_effect) = *dice.weighted(&REGIONS, |r| r.1);
    let (model, _, model_effect) = *dice.weighted(&MODELS, |m| m.1);
    let (home, _, home_effect) = *dice.weighted(&HOMES, |h| h.1);
    let delivered = dice.chance(covered);
    let age = if dice.chance(0.05 * door.young) {
        12 + dice.below(6) as u32
    } else {
        (37.0 + 13.0 * dice.normal()).clamp(18.0, 84.0) as u32
    };
    let interest = dice.normal() + door.interest;
    let bounced = dice.chance(0.07 * door.young.sqrt());
    let withdrawn = dice.chance(sigmoid(-2.9 - 0.4 * interest));
    let sent = if bounced { 1 } else { 3 + dice.below(4) as u32 };
    let opens = if bounced { 0 } else { dice.poisson((-0.1 + 0.5 * interest).exp()).min(sent + 2) };
    let clicks = (0..opens).filter(|_| dice.chance(0.3)).count() as u32;

    let came = clicks > 0 || dice.chance(sigmoid(0.55 + 1.1 * interest));
    let visits = if came { 1 + dice.poisson((-0.3 + 0.5 * interest).exp()) } else { 0 };
    let pages =
        if came { visits + dice.poisson((1.1 + 0.4 * interest).exp().min(40.0)) } else { 0 };
    let model_views = (0..pages).filter(|_| dice.chance(0.4)).count() as u32;
    let keen = |rate: f64, gain: f64| if came { (rate + gain * interest).exp() } else { 0.0 };
    let price_checks = dice.poisson(keen(-1.2, 0.7).min(8.0));
    let reviews = dice.poisson(keen(-1.0, 0.3));
    let baskets = dice.poisson(keen(-2.2, 0.8).min(5.0));
    let checkout = baskets > 0 && dice.chance(sigmoid(-0.8 + 0.5 * interest));
    let minutes = (f64::from(pages) * (0.7 * dice.normal() - 0.2).exp() * 10.0).round() / 10.0;
    let days_since_visit =
        came.then(|| (7.0 * dice.unit().powf((0.9 + 0.35 * interest).max(0.3))) as u32);
    let app = door.name == "app" || dice.chance(sigmoid(-2.2 + 0.5 * interest));
    let coupon = dice.chance(if door.name == "giveaway" { 0.5 } else { 0.12 });
    let chats = dice.poisson(keen(-2.6, 0.4));
    let test_ride =
        door.name == "shop_event" || (delivered && dice.chance(keen(-4.0, 0.7).min(1.0)));
    let rented_before = dice.chance(0.03);

    let when = |holds: bool, effect: f64| if holds { effect } else { 0.0 };
    let much = |count: u32| f64::from(count).ln_1p();
    let main = door.effect + region_effect + model_effect + home_effect
        - 0.5 * ((f64::from(age) - 38.0) / 14.0).powi(2).min(4.0)
        + 0.5 * much(visits)
        + 0.5 * much(model_views)
        + 0.9 * much(price_checks)
        + 0.3 * much(reviews)
        + 1.3 * much(baskets)
        + when(checkout, 1.5)
        + 0.4 * f64::from(clicks.min(4))
        + 0.1 * f64::from(opens.min(5))
        + when(app, 0.5)
        + 0.3 * f64::from(chats.min(2))
        + when(test_ride, 1.4)
        + when(rented_before, 0.9)
        - days_since_visit.map_or(1.0, |days| 0.22 * f64::from(days));
    let interactions = when(coupon, if door.name == "giveaway" { -0.5 } else { 0.4 })
        + when(model == "cargo" && home == "house", 0.6)
        + when(test_ride && price_checks > 0, 0.7);
    let bars = [age < 18, !delivered, bounced, withdrawn, !came];
    let reach = BARRED.powi(bars.iter().filter(|b| **b).count().min(1) as i32);
    Consumer {
        created: options.start.0.div_euclid(DAY) * DAY + day * DAY + (hour * 3600.0) as i64,
        door,
        region,
        delivered,
        age,
        home,
        model,
        device: dice.weighted(&DEVICES, |d| d.1).0,
        bounced,
        confirmed: !bounced && dice.chance(sigmoid(1.0 + 0.6 * interest)),
        withdrawn,
        sms: dice.chance(0.35),
        visits,
        pages,
        model_views,
        price_checks,
        reviews,
        baskets,
        checkout,
        minutes,
        days_since_visit,
        sent,
        opens,
        clicks,
        app,
        coupon,
        chats,
        test_ride,
        rented_before,
        log_odds: 0.85 * (main + interactions) + 0.3 * dice.normal(),
        reach,
    }
}
