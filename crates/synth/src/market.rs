//! What the company itself brings: products, reps with territory and capacity, campaigns with cost.

use crate::SynthOptions;
use crate::dice::Dice;
use crate::words::{FIRST_NAMES, LAST_NAMES, SOURCES, Source};

/// A product: id, name, list price a year, the fewest and most employees of a company that it suits.
pub struct Product {
    pub id: &'static str,
    pub name: &'static str,
    pub category: &'static str,
    pub price: f64,
    pub employees: (f64, f64),
}

/// The products.
pub const PRODUCTS: [Product; 5] = [
    product("P1", "Starter", "suite", 2_400.0, (1.0, 40.0)),
    product("P2", "Team", "suite", 9_600.0, (25.0, 400.0)),
    product("P3", "Enterprise", "suite", 48_000.0, (250.0, 100_000.0)),
    product("P4", "Analytics", "add-on", 14_000.0, (80.0, 100_000.0)),
    product("P5", "Onboarding package", "one-time", 3_500.0, (1.0, 2_000.0)),
];

const fn product(
    id: &'static str,
    name: &'static str,
    category: &'static str,
    price: f64,
    employees: (f64, f64),
) -> Product {
    Product { id, name, category, price, employees }
}

/// The territories, with the number of reps in each.
const TERRITORIES: [(&str, usize); 4] = [("NA", 5), ("EMEA", 5), ("APAC", 2), ("LATAM", 1)];

/// A rep.
pub struct Rep {
    pub id: String,
    pub name: String,
    pub territory: &'static str,
    pub segment: &'static str,
    /// New leads a day.
    pub capacity: usize,
    /// Share of the territory's leads.
    pub weight: f64,
}

/// The reps, in order of id. Each territory with more than one rep has enterprise and small-business reps.
pub fn reps(options: &SynthOptions) -> Vec<Rep> {
    let mut reps = Vec::new();
    for (territory, count) in TERRITORIES {
        for place in 0..count {
            let number = reps.len();
            let dice = &mut Dice::new(options.seed, "rep", number);
            let segment = match (count, place % 2) {
                (1, _) => "all",
                (_, 0) => "smb",
                _ => "enterprise",
            };
            reps.push(Rep {
                id: format!("R{:02}", number + 1),
                name: format!("{} {}", dice.pick(&FIRST_NAMES), dice.pick(&LAST_NAMES)),
                territory,
                segment,
                capacity: 4 + dice.below(9),
                weight: 0.5 + dice.unit(),
            });
        }
    }
    reps
}

/// The rep of a lead: by territory and the size of its company.
pub fn owner<'a>(reps: &'a [Rep], territory: &str, employees: f64, dice: &mut Dice) -> &'a Rep {
    let segment = if employees >= 250.0 { "enterprise" } else { "smb" };
    dice.weighted(reps, |rep| {
        let fits = rep.territory == territory && (rep.segment == segment || rep.segment == "all");
        if fits { rep.weight } else { 0.0 }
    })
}

/// A campaign: one source in one quarter.
pub struct Campaign {
    pub id: String,
    pub source: &'static Source,
    pub quarter: usize,
    pub cost: f64,
    /// Effect on the log-odds of the leads it brings: some campaigns are better than others.
    pub effect: f64,
}

/// How many quarters the leads span.
pub fn quarters(options: &SynthOptions) -> usize {
    options.months.div_ceil(3) as usize
}

/// The campaigns, by source and then quarter: every source that costs money has one each quarter.
pub fn campaigns(options: &SynthOptions) -> Vec<Campaign> {
    let quarters = quarters(options);
    let paid = SOURCES.iter().filter(|source| source.cost > 0.0);
    paid.flat_map(|source| (0..quarters).map(move |quarter| (source, quarter)))
        .enumerate()
        .map(|(number, (source, quarter))| {
            let dice = &mut Dice::new(options.seed, "campaign", number);
            let at = (quarter as f64 + 0.5) / quarters as f64;
            let share = source.share.0 + (source.share.1 - source.share.0) * at;
            let leads = options.leads as f64 * share / quarters as f64;
            let spent = leads * source.cost * (0.25 * dice.normal()).exp();
            Campaign {
                id: format!("CMP{:03}", number + 1),
                source,
                quarter,
                cost: (spent / 10.0).round().max(1.0) * 10.0,
                effect: 0.3 * dice.normal(),
            }
        })
        .collect()
}
