//! Generated contacts of whom it is known who is who: doubles as people and systems make them, and strangers who look alike.

use rand::prelude::*;
use rand_chacha::ChaCha8Rng;

/// A row of the sheet, and who it is.
#[derive(Debug, Clone, Default)]
pub struct Contact {
    pub who: usize,
    pub given: String,
    pub family: String,
    pub mail: String,
    pub phone: String,
    pub company: String,
    pub country: &'static str,
}

/// Given names, each with a short form where there is one.
const GIVEN: [(&str, &str); 60] = [
    ("Robert", "Bob"),
    ("William", "Bill"),
    ("Elizabeth", "Liz"),
    ("Michael", "Mike"),
    ("James", "Jim"),
    ("Katherine", "Kate"),
    ("Thomas", "Tom"),
    ("Andreas", "Andi"),
    ("Christian", "Chris"),
    ("Johannes", "Hannes"),
    ("Stefanie", "Steffi"),
    ("Maximilian", "Max"),
    ("Sebastian", "Basti"),
    ("Susanne", "Susi"),
    ("Ulrich", "Uli"),
    ("Matthias", "Matze"),
    ("Jennifer", "Jenny"),
    ("Richard", "Rick"),
    ("Daniel", "Dan"),
    ("Anthony", "Tony"),
    ("Jürgen", ""),
    ("Günther", ""),
    ("Björn", ""),
    ("Jörg", ""),
    ("Käthe", ""),
    ("Anna", ""),
    ("Anna-Lena", ""),
    ("Karl-Heinz", ""),
    ("Lukas", ""),
    ("Laura", ""),
    ("Julia", ""),
    ("Julian", ""),
    ("Daniela", ""),
    ("Martin", ""),
    ("Martina", ""),
    ("Simon", ""),
    ("Simone", ""),
    ("Mario", ""),
    ("Maria", ""),
    ("Sarah", ""),
    ("Emily", ""),
    ("Oliver", ""),
    ("Sophie", ""),
    ("Felix", ""),
    ("Paul", ""),
    ("Paula", ""),
    ("Jan", ""),
    ("Jana", ""),
    ("Frank", ""),
    ("Heike", ""),
    ("Petra", ""),
    ("Peter", ""),
    ("Marie", ""),
    ("René", ""),
    ("Zoë", ""),
    ("Søren", ""),
    ("Łukasz", ""),
    ("Irène", ""),
    ("Wei", ""),
    ("Priya", ""),
];
const STEM: [&str; 40] = [
    "Müll", "Schmid", "Schneid", "Fisch", "Web", "Mey", "Wagn", "Beck", "Schulz", "Hoffm", "Schäf",
    "Koch", "Bau", "Richt", "Klein", "Wolf", "Schröd", "Neum", "Schwarz", "Zimm", "Braun", "Krüg",
    "Hofm", "Hartm", "Lang", "Smith", "John", "Brown", "Tayl", "Wils", "Dav", "Evan", "Thom",
    "Rob", "Walk", "Wright", "Green", "Hall", "Köhl", "Größ",
];
const ENDING: [&str; 10] = ["er", "ann", "son", "mann", "ing", "ke", "s", "stein", "berg", "t"];
const TRADE: [&str; 16] = [
    "Maschinenbau",
    "Software",
    "Logistik",
    "Consulting",
    "Systems",
    "Bau",
    "Medien",
    "Foods",
    "Energy",
    "Pharma",
    "Technik",
    "Solutions",
    "Handel",
    "Labs",
    "Optik",
    "Labels",
];
const FORM: [&str; 6] = ["GmbH", "AG", "GmbH & Co. KG", "Inc.", "Ltd", ""];

/// A few families have many members, as names do.
fn family(rng: &mut ChaCha8Rng) -> String {
    let rank = (rng.random::<f64>().powi(2) * 400.0) as usize;
    format!("{}{}", STEM[rank % 40], ENDING[rank / 40])
}

fn given(rng: &mut ChaCha8Rng) -> &'static str {
    GIVEN[(rng.random::<f64>().powf(1.3) * 60.0) as usize].0
}

fn ascii(text: &str) -> String {
    let mut plain = String::new();
    for c in text.to_lowercase().chars() {
        match c {
            'ä' => plain += "ae",
            'ö' => plain += "oe",
            'ü' => plain += "ue",
            'ß' => plain += "ss",
            'é' | 'è' | 'ë' => plain.push('e'),
            'ø' => plain.push('o'),
            'ł' => plain.push('l'),
            c if c.is_ascii_alphanumeric() || c == '-' => plain.push(c),
            _ => {}
        }
    }
    plain
}

struct Company {
    name: String,
    form: &'static str,
    domain: String,
    switchboard: String,
    german: bool,
}

fn company(rng: &mut ChaCha8Rng, number: usize) -> Company {
    let name = format!("{} {}", family(rng), TRADE[rng.random_range(0..TRADE.len())]);
    let german = rng.random_bool(0.7);
    let domain = format!("{}{number}.{}", ascii(&name), if german { "de" } else { "com" });
    // A number tells two companies of one name apart, as places do.
    let name = if rng.random_bool(0.5) { name } else { format!("{name} {}", family(rng)) };
    let switchboard = digits(rng, german, false);
    Company { name, form: FORM[rng.random_range(0..FORM.len())], domain, switchboard, german }
}

/// National digits of a number.
fn digits(rng: &mut ChaCha8Rng, german: bool, mobile: bool) -> String {
    match (german, mobile) {
        (true, true) => {
            format!("17{}{:07}", rng.random_range(0..10), rng.random_range(0..10_000_000))
        }
        (true, false) => format!("89{:06}", rng.random_range(100_000..1_000_000)),
        _ => format!("212{}{:06}", rng.random_range(2..10), rng.random_range(0..1_000_000)),
    }
}

fn dial(rng: &mut ChaCha8Rng, digits: &str, german: bool) -> String {
    let (head, tail) = digits.split_at(3);
    match (german, rng.random_range(0..4)) {
        (true, 0) => format!("+49 {head} {tail}"),
        (true, 1) => format!("0{head} / {tail}"),
        (true, 2) => format!("0049 (0){head}-{tail}").replace("(0)", ""),
        (true, _) => format!("0{digits}"),
        (false, 0) => format!("+1 {head} {tail}"),
        (false, 1) => format!("({head}) {}-{}", &tail[..3], &tail[3..]),
        (false, 2) => format!("1-{head}-{tail}"),
        (false, _) => digits.to_owned(),
    }
}

/// One letter lost, doubled, exchanged with its neighbour or hit beside, not the first.
fn slip(rng: &mut ChaCha8Rng, text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() < 4 {
        return text.to_owned();
    }
    let at = rng.random_range(1..letters.len() - 1);
    match rng.random_range(0..4) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        2 => letters.swap(at, at + 1),
        _ => letters[at] = 'r',
    }
    letters.into_iter().collect()
}

fn address(
    given: &str,
    family: &str,
    number: usize,
    company: Option<&Company>,
    rng: &mut ChaCha8Rng,
) -> String {
    let (given, family) = (ascii(given), ascii(family));
    match company {
        Some(company) if rng.random_bool(0.8) => format!("{given}.{family}@{}", company.domain),
        Some(company) => format!("{}{family}@{}", &given[..1], company.domain),
        None => {
            let host = ["gmail.com", "gmx.de", "web.de", "outlook.com"][rng.random_range(0..4)];
            format!("{given}.{family}{}@{host}", number % 1000)
        }
    }
}

/// `people` people, of whom about a quarter stand in the sheet twice or more, and strangers who share something.
pub fn contacts(people: usize, seed: u64) -> Vec<Contact> {
    let rng = &mut ChaCha8Rng::seed_from_u64(seed);
    let companies: Vec<Company> = (0..people / 5 + 2).map(|number| company(rng, number)).collect();
    let mut firsts: Vec<(Contact, Option<usize>, String, bool)> = Vec::new();
    for who in 0..people {
        let mut employer = rng.random_bool(0.8).then(|| rng.random_range(0..companies.len()));
        let (mut first, mut last) = (given(rng).to_owned(), family(rng));
        let kind: f64 = rng.random();
        let before = (who > 10).then(|| rng.random_range(0..who));
        let mut german = employer.map_or(rng.random_bool(0.7), |c: usize| companies[c].german);
        let mut number = digits(rng, german, true);
        let mut mail = None;
        match before.map(|b| &firsts[b]) {
            // Another person of the same name, somewhere else.
            Some((other, ..)) if kind < 0.04 => {
                (first, last) = (other.given.clone(), other.family.clone());
            }
            // A member of the family: the same phone at home, at times the same address.
            Some((other, _, phone, theirs)) if kind < 0.08 => {
                last = other.family.clone();
                (number, german) = (phone.clone(), *theirs);
                employer = None;
                mail = rng.random_bool(0.3).then(|| other.mail.clone());
                while first == other.given {
                    first = given(rng).to_owned();
                }
            }
            // A colleague: the switchboard's number and the shared address.
            Some((_, Some(theirs), ..)) if kind < 0.16 => {
                employer = Some(*theirs);
                german = companies[*theirs].german;
                number = companies[*theirs].switchboard.clone();
                mail = rng.random_bool(0.5).then(|| format!("info@{}", companies[*theirs].domain));
            }
            // Of one name in one firm: a family business.
            Some((other, Some(theirs), ..)) if kind < 0.18 => {
                employer = Some(*theirs);
                german = companies[*theirs].german;
                last = other.family.clone();
                while first == other.given {
                    first = given(rng).to_owned();
                }
            }
            _ => {}
        }
        let at = employer.map(|c| &companies[c]);
        let mail = mail.unwrap_or_else(|| address(&first, &last, who, at, rng));
        // Nobody is entered without a way to reach him.
        let by_mail = rng.random_bool(0.93);
        let contact = Contact {
            who,
            given: first,
            family: last,
            mail: if by_mail { mail } else { String::new() },
            phone: if !by_mail || rng.random_bool(0.7) {
                dial(rng, &number, german)
            } else {
                String::new()
            },
            company: at
                .map(|c| format!("{} {}", c.name, c.form).trim().to_owned())
                .unwrap_or_default(),
            country: if german { "Germany" } else { "USA" },
        };
        firsts.push((contact, employer, number, german));
    }
    let mut all = Vec::new();
    for (contact, employer, number, german) in &firsts {
        let copies = [0, 0, 0, 0, 0, 0, 0, 1, 1, 2][rng.random_range(0..10)];
        for _ in 0..copies {
            all.push(again(rng, contact, employer.map(|c| &companies[c]), number, *german));
        }
    }
    all.extend(firsts.into_iter().map(|(contact, ..)| contact));
    all.shuffle(rng);
    all
}

/// The same person as typed another day.
fn again(
    rng: &mut ChaCha8Rng,
    first: &Contact,
    at: Option<&Company>,
    number: &str,
    german: bool,
) -> Contact {
    let mut contact = first.clone();
    let chance = |rng: &mut ChaCha8Rng, p: f64| rng.random_bool(p);
    if chance(rng, 0.2) {
        // Another address: private instead of business, or the other way.
        let other = if chance(rng, 0.5) { None } else { at };
        contact.mail = address(&first.given, &first.family, rng.random_range(0..1000), other, rng);
    } else if chance(rng, 0.1) {
        contact.mail = String::new();
    } else if chance(rng, 0.2) {
        contact.mail = contact.mail.replacen('@', "+news@", 1);
    }
    if chance(rng, 0.3) {
        contact.mail = contact.mail.to_uppercase();
    }
    contact.phone = match rng.random_range(0..100) {
        0..80 if !first.phone.is_empty() || chance(rng, 0.5) => dial(rng, number, german),
        80..88 => {
            let other = digits(rng, german, true);
            dial(rng, &other, german)
        }
        _ if contact.mail.is_empty() => dial(rng, number, german),
        _ => String::new(),
    };
    if chance(rng, 0.15) {
        let short = GIVEN.iter().find(|(name, short)| *name == first.given && !short.is_empty());
        contact.given = short.map_or(contact.given, |(_, short)| (*short).to_owned());
    }
    if chance(rng, 0.08) {
        contact.given = slip(rng, &contact.given);
    }
    if chance(rng, 0.08) {
        contact.family = slip(rng, &contact.family);
    }
    if chance(rng, 0.06) {
        contact.given = contact.given.chars().take(1).chain(['.']).collect();
    }
    match rng.random_range(0..10) {
        // Umlauts written out, or lost.
        0 => {
            contact.family = contact
                .family
                .replace('ü', "ue")
                .replace('ä', "ae")
                .replace('ö', "oe")
                .replace('ß', "ss")
        }
        1 => contact.family = contact.family.replace('ü', "u").replace('ä', "a").replace('ö', "o"),
        2 => {
            contact.given = contact.given.to_uppercase();
            contact.family = contact.family.to_uppercase();
        }
        3 => std::mem::swap(&mut contact.given, &mut contact.family),
        _ => {}
    }
    if let Some(company) = at {
        contact.company = match rng.random_range(0..10) {
            0..4 => company.name.clone(),
            4 => format!("{}, {}", company.name.to_uppercase(), company.form),
            5 => slip(rng, &company.name),
            6 => String::new(),
            _ => contact.company,
        };
    }
    contact
}
