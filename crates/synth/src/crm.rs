//! The files of the generated CRM.

use crate::b2c;
use crate::dice::Dice;
use crate::dirt;
use crate::history::history;
use crate::journey::{self, Deal, Ending, Event};
use crate::market::{self, Campaign, Rep};
use crate::notes::{self, Note};
use crate::person::{Person, person};
use crate::profile::{DAY, Profile, created, first_entry, profile};
use crate::sheet::Sheet;
use crate::tables;
use crate::truth;
use crate::words::{FORMS, TIMELINES};
use crate::{Preset, SynthError, SynthOptions};
use leadsight_schema::Timestamp;
use serde::Serialize;
use std::fs;
use std::path::Path;

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SynthSummary {
    /// Leads, each with its own id.
    pub leads: u64,
    /// Rows of `leads.csv`: the leads and those that stand twice.
    pub lead_rows: u64,
    /// Rows of `new_leads.csv`.
    pub new_leads: u64,
    /// Leads that are a second entry of a person who was there before.
    pub second_entries: u64,
    /// Leads that became customers.
    pub conversions: u64,
    /// Rows of `events.csv`.
    pub events: u64,
    /// Rows of `accounts.csv`.
    pub accounts: u64,
    /// Rows of `contacts.csv`.
    pub contacts: u64,
    /// Rows of `deals.csv`.
    pub deals: u64,
    /// Rows of `history.csv`.
    pub history: u64,
    /// Rows of `campaigns.csv`.
    pub campaigns: u64,
    /// Rows of `reps.csv`.
    pub reps: u64,
    /// Rows of `products.csv`.
    pub products: u64,
    /// Rows of `tickets.csv`.
    pub tickets: u64,
    /// The names of the files, in the order in which they were finished.
    pub files: Vec<String>,
}

const LEADS: [&str; 36] = [
    "lead_id",
    "created_at",
    "contact_id",
    "account_id",
    "record_type",
    "source",
    "campaign_id",
    "full_name",
    "title",
    "email",
    "phone",
    "company",
    "country",
    "employees",
    "form_type",
    "budget",
    "timeline",
    "message",
    "device",
    "web_visits",
    "pages_viewed",
    "pricing_page_views",
    "minutes_on_site",
    "content_downloads",
    "webinar_attended",
    "email_opens",
    "email_clicks",
    "chat_messages",
    "demo_requested",
    "trial_started",
    "newsletter",
    "owner_id",
    "contract_value",
    "onboarding_call_at",
    "converted",
    "notes",
];

/// What is filled in once somebody works a lead: the new leads do not have it.
const LATER: [&str; 4] = ["owner_id", "contract_value", "onboarding_call_at", "converted"];
/// The days before the end of the data whose leads are new.
const NEW_DAYS: i64 = 2;

/// Writes the CRM into `out_dir`, which is made if need be. [`Preset::Demo`]: leads, `new_leads.csv` (those of the last two days, as nobody has worked them yet), accounts, contacts, events, history (the
/// stages that each lead entered), reps, products, deals, campaigns, tickets, and `truth.csv` (lead_id, true_probability, note_topic), which is for tests alone. [`Preset::B2c`]: leads and truth. Each file appears whole or not at
/// all. The same options give the same bytes.
///
/// # Errors
/// [`SynthError`] for options outside their range or a folder that cannot be written.
pub fn generate(options: &SynthOptions, out_dir: &Path) -> Result<SynthSummary, SynthError> {
    generate_until(options, out_dir, &|| false)
}

/// As [`generate`], asking `stopped` before each lead.
///
/// # Errors
/// As [`generate`], and [`SynthError::Stopped`]; then no file was finished.
pub fn generate_until(
    options: &SynthOptions,
    out_dir: &Path,
    stopped: &dyn Fn() -> bool,
) -> Result<SynthSummary, SynthError> {
    options.check()?;
    fs::create_dir_all(out_dir)
        .map_err(|source| SynthError::Write { path: out_dir.to_owned(), source })?;
    if options.preset == Preset::B2c {
        return b2c::generate(options, out_dir, stopped);
    }
    let campaigns = market::campaigns(options);
    let reps = market::reps(options);
    let mut crm = Crm::create(out_dir)?;
    let counts = crm.leads(options, &campaigns, &reps, stopped)?;
    Ok(SynthSummary {
        leads: options.leads as u64,
        lead_rows: crm.leads.finish()?,
        new_leads: crm.new_leads.finish()?,
        second_entries: counts.second_entries,
        conversions: counts.conversions,
        events: crm.events.finish()?,
        contacts: crm.contacts.finish()?,
        deals: crm.deals.finish()?,
        history: crm.history.finish()?,
        tickets: crm.tickets.finish()?,
        accounts: tables::accounts(options, out_dir)?,
        campaigns: tables::campaigns(options, &campaigns, out_dir)?,
        reps: tables::reps(options, &reps, out_dir)?,
        products: tables::products(out_dir)?,
        files: {
            crm.truth.finish()?;
            let names = [
                "leads",
                "new_leads",
                "events",
                "contacts",
                "deals",
                "history",
                "tickets",
                "accounts",
                "campaigns",
                "reps",
                "products",
                "truth",
            ];
            names.map(|name| format!("{name}.csv")).to_vec()
        },
    })
}

/// The files that grow with the leads.
struct Crm {
    leads: Sheet,
    new_leads: Sheet,
    contacts: Sheet,
    events: Sheet,
    deals: Sheet,
    history: Sheet,
    tickets: Sheet,
    truth: Sheet,
}

#[derive(Default)]
struct Counts {
    second_entries: u64,
    conversions: u64,
    deals: u64,
    tickets: u64,
    events: usize,
    /// Events that follow from what the leads are, without those that fill up to the number asked for.
    own_events: usize,
}

/// A lead on its way into the files.
struct Lead<'a> {
    number: usize,
    id: String,
    /// False for a second entry of a person.
    first: bool,
    profile: Profile,
    person: Person,
    owner: &'a Rep,
    campaign: &'a str,
    note: Option<Note>,
    converts: bool,
    deal: Option<Deal>,
}

impl Crm {
    fn create(dir: &Path) -> Result<Self, SynthError> {
        Ok(Self {
            leads: Sheet::create(dir, "leads.csv", &LEADS)?,
            new_leads: {
                let known: Vec<&str> = as_new(&LEADS).copied().collect();
                Sheet::create(dir, "new_leads.csv", &known)?
            },
            contacts: Sheet::create(
                dir,
                "contacts.csv",
                &[
                    "contact_id",
                    "account_id",
                    "first_name",
                    "last_name",
                    "title",
                    "email",
                    "phone",
                    "country",
                    "opted_in",
                ],
            )?,
            events: Sheet::create(
                dir,
                "events.csv",
                &["event_id", "lead_id", "occurred_at", "event", "detail", "session"],
            )?,
            deals: Sheet::create(
                dir,
                "deals.csv",
                &[
                    "deal_id",
                    "lead_id",
                    "account_id",
                    "product_id",
                    "rep_id",
                    "opened_on",
                    "stage",
                    "amount",
                    "close_date",
                    "won_date",
                    "lost_reason",
                ],
            )?,
            history: Sheet::create(dir, "history.csv", &["lead_id", "stage", "entered_at"])?,
            tickets: Sheet::create(
                dir,
                "tickets.csv",
                &["ticket_id", "lead_id", "account_id", "opened_at", "subject", "text"],
            )?,
            truth: Sheet::create(dir, "truth.csv", &["lead_id", "true_probability", "note_topic"])?,
        })
    }

    fn leads(
        &mut self,
        options: &SynthOptions,
        campaigns: &[Campaign],
        reps: &[Rep],
        stopped: &dyn Fn() -> bool,
    ) -> Result<Counts, SynthError> {
        let intercept = truth::intercept(options, campaigns);
        let mut counts = Counts::default();
        let mut events = Vec::new();
        for number in 0..options.leads {
            if stopped() {
                return Err(SynthError::Stopped);
            }
            let before = first_entry(options, number);
            let origin = before.unwrap_or(number);
            let mut profile = profile(options, origin);
            let p = truth::probability(options, origin, &profile, campaigns, intercept);
            let converts = Dice::new(options.seed, "outcome", origin).chance(p);
            let mut person = person(options, origin, &profile);

            events.clear();
            events.append(&mut journey::first_day(options, origin, &profile));
            let deal = journey::funnel(options, origin, &profile, converts, &mut events);
            if before.is_some() {
                // The person is known by the first entry; the second repeats the first day and nothing else.
                let (again, _) = created(options, number);
                events.retain(|event| event.at < profile.created + DAY);
                events.iter_mut().for_each(|event| event.at += again - profile.created);
                profile.created = again;
                person = dirt::respell(&person, &mut Dice::new(options.seed, "respell", number));
                counts.second_entries += 1;
            }
            let stages = history(options, number, &profile, &events);
            let mut chance = Dice::new(options.seed, "owner", origin);
            let territory = profile.country.territory;
            let lead = Lead {
                number,
                id: format!("L{:06}", number + 1),
                first: before.is_none(),
                owner: market::owner(reps, territory, profile.employees, &mut chance),
                campaign: profile.campaign.and_then(|c| campaigns.get(c)).map_or("", |c| &c.id),
                note: notes::note(options, number, origin, &profile),
                profile,
                person,
                converts,
                deal,
            };
            counts.own_events += events.len();
            let rest = counts.rest(options, number, events.len(), &lead.profile);
            journey::afterwards(options, number, &lead.profile, rest, &mut events);
            counts.conversions += u64::from(converts);

            for entered in &stages {
                let at = Timestamp(entered.at).to_rfc3339();
                self.history.row(&[lead.id.as_str(), entered.stage, &at])?;
            }
            let topic = lead.note.as_ref().map_or("", |note| note.topic);
            self.truth.row(&[lead.id.as_str(), &format!("{p:.6}"), topic])?;
            self.lead(options, &lead)?;
            self.contact(options, &lead)?;
            self.events(&lead, &mut events, &mut counts)?;
            self.deal(&lead, &mut counts)?;
            self.tickets(options, &lead, &mut counts)?;
        }
        Ok(counts)
    }

    fn lead(&mut self, options: &SynthOptions, lead: &Lead<'_>) -> Result<(), SynthError> {
        let row = lead_row(options, lead);
        self.leads.row(&row)?;
        let end = options.start.0 + options.span();
        if lead.profile.created >= end - NEW_DAYS * DAY {
            let known: Vec<&String> = as_new(&row).collect();
            self.new_leads.row(&known)?;
        }
        // A sync that ran twice: a few rows stand twice, id and all.
        if lead.number % 7000 == (options.leads / 2).min(3500) {
            self.leads.row(&row)?;
        }
        Ok(())
    }

    fn contact(&mut self, options: &SynthOptions, lead: &Lead<'_>) -> Result<(), SynthError> {
        let dice = &mut Dice::new(options.seed, "contact", lead.number);
        let (p, person) = (&lead.profile, &lead.person);
        let id = format!("C{:06}", lead.number + 1);
        let title = dirt::word(p.title, &[], 0.02, dice);
        let phone = if dice.chance(0.3) { "" } else { &person.phone };
        let account = p.account.as_ref().map_or("", |a| &a.id);
        let opted_in = if p.newsletter || dice.chance(0.6) { "yes" } else { "no" };
        let country = p.country.word.name;
        let email = &person.email;
        let (first, last) = (&person.first, &person.last);
        self.contacts.row(&[&id, account, first, last, &title, email, phone, country, opted_in])
    }

    fn events(
        &mut self,
        lead: &Lead<'_>,
        events: &mut [Event],
        counts: &mut Counts,
    ) -> Result<(), SynthError> {
        // Stable, so that events of one second keep the order in which they were made.
        events.sort_by_key(|event| event.at);
        for event in events {
            counts.events += 1;
            let id = format!("E{:08}", counts.events);
            let at = Timestamp(event.at).to_rfc3339();
            let session = event.session.map_or(String::new(), |s| s.to_string());
            self.events.row(&[&id, &lead.id, &at, event.kind, event.detail, &session])?;
        }
        Ok(())
    }

    fn deal(&mut self, lead: &Lead<'_>, counts: &mut Counts) -> Result<(), SynthError> {
        let Some(deal) = lead.deal.as_ref().filter(|_| lead.first) else { return Ok(()) };
        counts.deals += 1;
        let id = format!("D{:06}", counts.deals);
        let day = |at: i64| Timestamp(at).to_date();
        let closed = day(deal.closed);
        let (stage, won, reason) = match deal.ending {
            Ending::Won { .. } => ("won", closed.as_str(), ""),
            Ending::Lost { reason } => ("lost", "", reason),
        };
        let account = lead.profile.account.as_ref().map_or("", |a| &a.id);
        let (opened, amount) = (day(deal.opened), deal.amount.to_string());
        let (product, rep) = (deal.product.id, &lead.owner.id);
        self.deals.row(&[
            &id, &lead.id, account, product, rep, &opened, stage, &amount, &closed, won, reason,
        ])
    }

    fn tickets(
        &mut self,
        options: &SynthOptions,
        lead: &Lead<'_>,
        counts: &mut Counts,
    ) -> Result<(), SynthError> {
        if !lead.first {
            return Ok(());
        }
        let account = lead.profile.account.as_ref().map_or("", |a| &a.id);
        for ticket in notes::tickets(options, lead.number, &lead.profile, lead.deal.as_ref()) {
            counts.tickets += 1;
            let id = format!("T{:06}", counts.tickets);
            let at = Timestamp(ticket.at).to_rfc3339();
            self.tickets.row(&[&id, &lead.id, account, &at, ticket.subject, &ticket.text])?;
        }
        Ok(())
    }
}

impl Counts {
    /// How many events follow the first day by themselves, so that the total meets the number asked for: the mean
    /// still free, steered by what is behind or ahead, and without chance over the last leads.
    fn rest(&mut self, options: &SynthOptions, number: usize, own: usize, p: &Profile) -> usize {
        let each = f64::from(options.events_per_lead);
        let left = options.leads - number;
        let free = each - self.own_events as f64 / (number + 1) as f64;
        let behind = each * number as f64 - self.events as f64;
        if left == 1 {
            return (behind + each - own as f64).max(0.0) as usize;
        }
        let mean = (free + behind / (left.min(100) as f64)).max(0.0);
        if left <= 50 {
            return mean as usize;
        }
        let keen = (0.4 * p.interest - 0.1).exp();
        Dice::new(options.seed, "how many", number).poisson(mean * keen) as usize
    }
}

/// What is known of a lead as it comes in: the cells of [`LEADS`] without those of [`LATER`].
fn as_new<T>(row: &[T; LEADS.len()]) -> impl Iterator<Item = &T> {
    LEADS.iter().zip(row).filter(|(name, _)| !LATER.contains(name)).map(|(_, cell)| cell)
}

fn lead_row(options: &SynthOptions, lead: &Lead<'_>) -> [String; LEADS.len()] {
    let dice = &mut Dice::new(options.seed, "dirt", lead.number);
    let (p, person) = (&lead.profile, &lead.person);
    let yes = |holds: bool| if holds { "yes".to_owned() } else { "no".to_owned() };
    let count = |n: u32, dice: &mut Dice| dirt::number(f64::from(n), 0.01, dice);
    // Who is not interested leaves the telephone out: a blank that tells.
    let phone_blank = leadsight_schema::sigmoid(0.1 - 0.8 * p.interest);
    // A CRM keeps keys of accounts that were merged away.
    let account = match &p.account {
        Some(_) if dice.chance(0.003) => format!("A9{:05}", dice.below(100_000)),
        Some(account) => account.id.clone(),
        None => String::new(),
    };
    let source = dirt::word(p.source.name, &[p.source.variant], 0.01, dice);
    let sold = lead.deal.as_ref().and_then(|deal| match deal.ending {
        Ending::Won { onboarding } => Some((deal.amount, onboarding)),
        Ending::Lost { .. } => None,
    });
    let contract = sold.filter(|_| dice.chance(0.99)).map(|(amount, _)| amount.to_string());
    let call = sold.filter(|_| dice.chance(0.985)).map(|(_, at)| Timestamp(at).to_rfc3339());
    // Refused cookies: the time on the site is not known, for no reason of interest.
    let minutes = dirt::number(p.minutes, 0.12, dice);
    [
        lead.id.clone(),
        dirt::moment(p.created, dice),
        format!("C{:06}", lead.number + 1),
        account,
        "Lead".to_owned(),
        source,
        lead.campaign.to_owned(),
        format!("{} {}", person.first, person.last),
        title(p.title, dice),
        person.email.clone(),
        if dice.chance(phone_blank) { String::new() } else { person.phone.clone() },
        p.account.as_ref().map_or(String::new(), |a| dirt::word(&a.name, &[], 0.05, dice)),
        dirt::word(p.country.word.name, p.country.word.variants, 0.03, dice),
        dirt::number(p.employees, 0.1, dice),
        FORMS[p.form].0.to_owned(),
        p.budget.map_or(String::new(), |budget| dirt::number(budget, 0.0, dice)),
        TIMELINES[p.timeline].0.to_owned(),
        p.message.map_or("", |(_, text)| text).to_owned(),
        p.device.to_owned(),
        count(p.visits, dice),
        count(p.pages, dice),
        count(p.pricing, dice),
        minutes,
        count(p.downloads, dice),
        yes(p.webinar),
        count(p.opens, dice),
        count(p.clicks, dice),
        count(p.chats, dice),
        yes(p.demo),
        yes(p.trial),
        yes(p.newsletter),
        lead.owner.id.clone(),
        contract.unwrap_or_default(),
        call.unwrap_or_default(),
        u8::from(lead.converts).to_string(),
        lead.note.as_ref().map_or(String::new(), |note| note.text.clone()),
    ]
}

/// A title as people type it.
fn title(usual: &str, dice: &mut Dice) -> String {
    match dice.unit() {
        roll if roll < 0.03 => String::new(),
        roll if roll < 0.13 => usual.to_lowercase(),
        roll if roll < 0.17 => usual.to_uppercase(),
        _ => usual.to_owned(),
    }
}
