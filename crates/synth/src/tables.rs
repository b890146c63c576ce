//! The files that do not grow row by row with the leads: accounts, campaigns, reps, products.

use crate::account::{self, account};
use crate::dice::Dice;
use crate::dirt;
use crate::market::{self, Campaign, PRODUCTS, Rep};
use crate::profile::DAY;
use crate::sheet::Sheet;
use crate::{SynthError, SynthOptions};
use leadsight_schema::Timestamp;
use std::path::Path;

/// Writes `accounts.csv` and returns its rows.
pub fn accounts(options: &SynthOptions, dir: &Path) -> Result<u64, SynthError> {
    let header = [
        "account_id",
        "account_name",
        "domain",
        "industry",
        "hq_country",
        "account_employees",
        "annual_revenue",
        "tech_stack",
        "founded_year",
    ];
    let mut sheet = Sheet::create(dir, "accounts.csv", &header)?;
    for number in 0..account::count(options) {
        let account = account(options, number);
        let dice = &mut Dice::new(options.seed, "account dirt", number);
        let industry = dirt::word(account.industry.name, account.industry.variants, 0.04, dice);
        sheet.row(&[
            &account.id,
            &account.name,
            &account.domain,
            &industry,
            account.country.word.name,
            &dirt::number(account.employees, 0.06, dice),
            &dirt::number(account.revenue, 0.2, dice),
            &account.tech,
            &account.founded.to_string(),
        ])?;
    }
    sheet.finish()
}

/// Writes `campaigns.csv` and returns its rows.
pub fn campaigns(
    options: &SynthOptions,
    campaigns: &[Campaign],
    dir: &Path,
) -> Result<u64, SynthError> {
    let header = ["campaign_id", "name", "source", "starts_on", "ends_on", "cost", "currency"];
    let mut sheet = Sheet::create(dir, "campaigns.csv", &header)?;
    let quarters = market::quarters(options) as i64;
    let day = |quarter: i64| Timestamp(options.start.0 + options.span() * quarter / quarters);
    for campaign in campaigns {
        let quarter = campaign.quarter as i64;
        sheet.row(&[
            campaign.id.as_str(),
            &format!("{} {}", campaign.source.name, day(quarter).to_month()),
            campaign.source.name,
            &day(quarter).to_date(),
            &Timestamp(day(quarter + 1).0 - DAY).to_date(),
            &campaign.cost.to_string(),
            "USD",
        ])?;
    }
    sheet.finish()
}

/// Writes `reps.csv` and returns its rows.
pub fn reps(options: &SynthOptions, reps: &[Rep], dir: &Path) -> Result<u64, SynthError> {
    let header = [
        "rep_id",
        "name",
        "email",
        "territory",
        "segment",
        "capacity_per_day",
        "weight",
        "absent_from",
        "absent_until",
    ];
    let mut sheet = Sheet::create(dir, "reps.csv", &header)?;
    for (number, rep) in reps.iter().enumerate() {
        // One rep is away when the months end: routing has something to get round.
        let end = options.start.0 + options.span();
        let away = number == 1;
        let day = |at: i64| if away { Timestamp(at).to_date() } else { String::new() };
        sheet.row(&[
            rep.id.as_str(),
            &rep.name,
            &format!("{}@leadsight.example", rep.id.to_lowercase()),
            rep.territory,
            rep.segment,
            &rep.capacity.to_string(),
            &format!("{:.2}", rep.weight),
            &day(end - 5 * DAY),
            &day(end + 9 * DAY),
        ])?;
    }
    sheet.finish()
}

/// Writes `products.csv` and returns its rows.
pub fn products(dir: &Path) -> Result<u64, SynthError> {
    let header = ["product_id", "name", "category", "list_price", "min_employees", "max_employees"];
    let mut sheet = Sheet::create(dir, "products.csv", &header)?;
    for product in &PRODUCTS {
        sheet.row(&[
            product.id,
            product.name,
            product.category,
            &product.price.to_string(),
            &product.employees.0.to_string(),
            &product.employees.1.to_string(),
        ])?;
    }
    sheet.finish()
}
