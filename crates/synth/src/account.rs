//! The companies that leads work for.

use crate::SynthOptions;
use crate::dice::Dice;
use crate::words::{
    COMPANY_STEMS, COMPANY_TAILS, COUNTRIES, Country, INDUSTRIES, LEGAL_FORMS, TECH, Word,
};

/// A company.
#[derive(Clone)]
pub struct Account {
    pub id: String,
    pub name: String,
    pub domain: String,
    pub country: &'static Country,
    pub industry: &'static Word,
    pub employees: f64,
    pub revenue: f64,
    pub tech: String,
    pub founded: u32,
}

/// How many accounts there are.
pub fn count(options: &SynthOptions) -> usize {
    (options.leads * 9 / 20).max(1)
}

/// The account of a number.
pub fn account(options: &SynthOptions, number: usize) -> Account {
    let dice = &mut Dice::new(options.seed, "account", number);
    let (stem, tail) = (dice.pick(&COMPANY_STEMS), dice.pick(&COMPANY_TAILS));
    let legal = dice.pick(&LEGAL_FORMS);
    // Names recur in large CRMs; the domain tells the companies apart.
    let domain = format!("{}{tail}{number}.example", stem.to_lowercase());
    let employees = (4.6 + 1.5 * dice.normal()).exp().clamp(2.0, 60_000.0).round();
    let per_head = (11.6 + 0.5 * dice.normal()).exp();
    let (first, second) = (dice.pick(&TECH), dice.pick(&TECH));
    let tech = if first == second { (*first).to_owned() } else { format!("{first};{second}") };
    Account {
        id: format!("A{number:06}"),
        name: format!("{stem}{tail} {legal}"),
        domain,
        country: dice.weighted(&COUNTRIES, |c| c.word.share),
        industry: dice.weighted(&INDUSTRIES, |w| w.share),
        employees,
        revenue: (employees * per_head / 1000.0).round() * 1000.0,
        tech,
        founded: 2024 - (dice.unit().powi(2) * 60.0) as u32,
    }
}
