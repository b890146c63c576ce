//! What a representative noted of a lead on its first day, and the tickets that accounts write later: texts with planted topics.
//!
//! A note is about one topic. Which one depends on what is already true of the lead: on the part of its truth that no column
//! tells, on its interest and on its seniority. So a text says something that nothing else does, and the truth stays as it was
//! without any text. Texts draw from streams of their own: no other column changes by their being there.

use crate::SynthOptions;
use crate::dice::Dice;
use crate::journey::{Deal, Ending};
use crate::profile::{DAY, Profile};

/// A subject of notes.
pub struct NoteTopic {
    /// Its name, in `truth.csv` alone.
    pub name: &'static str,
    /// How much likelier it is for a lead that is better than its columns tell.
    pub tilt: f64,
    /// Its words in English notes; no other topic has them.
    pub words: [&'static str; 8],
    /// Its words in German notes.
    pub german: [&'static str; 5],
}

/// The planted topics.
pub const NOTE_TOPICS: [NoteTopic; 7] = [
    NoteTopic {
        name: "price",
        tilt: 0.5,
        words: ["price", "discount", "quote", "seats", "invoice", "terms", "tariff", "payment"],
        german: ["Preis", "Rabatt", "Angebot", "Rechnung", "Zahlungsziel"],
    },
    NoteTopic {
        name: "replacement",
        tilt: 0.7,
        words: [
            "licence",
            "renewal",
            "incumbent",
            "migration",
            "replacement",
            "vendor",
            "expiry",
            "legacy",
        ],
        german: ["Lizenz", "Ablösung", "Altsystem", "Umstieg", "Kündigungsfrist"],
    },
    NoteTopic {
        name: "integration",
        tilt: 0.0,
        words: ["API", "import", "sync", "webhook", "connector", "export", "fields", "mapping"],
        german: ["Schnittstelle", "Datenimport", "Abgleich", "Felder", "Export"],
    },
    NoteTopic {
        name: "security",
        tilt: 0.2,
        words: [
            "audit",
            "hosting",
            "encryption",
            "certificate",
            "compliance",
            "backup",
            "login",
            "region",
        ],
        german: ["Datenschutz", "Serverstandort", "Zertifikat", "Verschlüsselung", "Prüfung"],
    },
    NoteTopic {
        name: "rollout",
        tilt: 0.9,
        words: [
            "rollout",
            "training",
            "workshop",
            "onboarding",
            "kickoff",
            "stakeholders",
            "timeline",
            "pilot",
        ],
        german: ["Einführung", "Schulung", "Zeitplan", "Auftakt", "Pilot"],
    },
    NoteTopic {
        name: "study",
        tilt: -0.9,
        words: [
            "thesis",
            "university",
            "survey",
            "semester",
            "professor",
            "research",
            "interview",
            "students",
        ],
        german: ["Masterarbeit", "Universität", "Umfrage", "Semester", "Professorin"],
    },
    NoteTopic {
        name: "browsing",
        tilt: -0.7,
        words: [
            "newsletter",
            "blog",
            "article",
            "podcast",
            "curiosity",
            "templates",
            "glossary",
            "videos",
        ],
        german: ["Newsletter", "Blogbeitrag", "Fachartikel", "Vorlagen", "Neugier"],
    },
];

const SENTENCES: [&str; 20] = [
    "They ask about {a} and {b}.",
    "Asked me about {a}, then {b}.",
    "Mainly wants to talk about {a}, also about {b}.",
    "We talked about the {a} and about {b}.",
    "Would like to know more on {a} and on the {b}.",
    "Needs to know how {a} works with {b}.",
    "First question was {a}, the other {b}.",
    "Questions on {a}, {b} and {c}.",
    "It is about {a}, {b} and {c}.",
    "Their topic is {a}; {b} matters too.",
    "{a} and {b} matter most to them.",
    "Interested in {a}, less in {b}.",
    "Not sure about {a}, but {b} is what they need.",
    "Wants our view on {a} before {b}.",
    "The call was about {a}, {b} and some {c}.",
    "They need {a} first and {b} later.",
    "Looking for {a} and {b}.",
    "Told me about {a}, {b}, and {c} at their company.",
    "Works on {a} now, {b} comes next.",
    "Sent them our page on {a} and the one on {b}.",
];
const MORE: [&str; 20] = [
    "",
    "",
    "",
    "",
    "Call again on Tuesday.",
    "Call back next month.",
    "Prefers e-mail.",
    "Please write an e-mail first.",
    "Friendly on the phone.",
    "Left a voicemail.",
    "No answer on the phone at first.",
    "A colleague was on the line too.",
    "Short of time today.",
    "Afternoons are best.",
    "Sent a summary.",
    "Send a summary next week.",
    "Speaks for the whole department.",
    "Met at the fair.",
    "New in the company.",
    "Knows us from a colleague.",
];
const GERMAN_SENTENCES: [&str; 4] = [
    "Es geht um {a} und {b}.",
    "Möchte mehr über {a} wissen, auch über {b}.",
    "Die erste Frage war {a}, dann {b}.",
    "Vor allem {a}, {b} und {c} sind wichtig.",
];
const GERMAN_MORE: [&str; 6] = [
    "",
    "",
    "Am Dienstag noch einmal anrufen.",
    "Lieber per E-Mail.",
    "Freundlich am Telefon.",
    "Hat heute wenig Zeit.",
];

/// A note.
pub struct Note {
    /// The planted topic's name.
    pub topic: &'static str,
    /// The text.
    pub text: String,
}

/// The note on lead `number`, whose truth is that of lead `origin`; two of five leads have none.
pub fn note(options: &SynthOptions, number: usize, origin: usize, p: &Profile) -> Option<Note> {
    let dice = &mut Dice::new(options.seed, "note", number);
    if dice.chance(0.4) {
        return None;
    }
    // The stream from which the truth draws what no column tells.
    let unknown = Dice::new(options.seed, "unknown", origin).normal();
    let weight = |topic: &NoteTopic| {
        let studies = if topic.name == "study" { -0.5 * p.seniority.effect } else { 0.0 };
        (topic.tilt * (unknown + 0.3 * p.interest) + studies).exp()
    };
    let topic = dice.weighted(&NOTE_TOPICS, weight);
    let german = p.country.word.name == "DE" && dice.chance(0.6);
    let mut text = if german {
        sentences(&topic.german, &GERMAN_SENTENCES, &GERMAN_MORE, dice)
    } else {
        sentences(&topic.words, &SENTENCES, &MORE, dice)
    };
    if p.demo && dice.chance(0.5) {
        text.push_str(if german { " Demo vereinbaren." } else { " Would like to book a demo." });
    }
    Some(Note { topic: topic.name, text })
}

/// One or two sentences with words of a topic, and perhaps another without.
fn sentences(words: &[&str], about: &[&str], more: &[&str], dice: &mut Dice) -> String {
    let mut text = String::new();
    for _ in 0..1 + dice.below(2) {
        let first = dice.below(words.len());
        let word = |step: usize| words[(first + step) % words.len()];
        let second = 1 + dice.below(words.len() - 2);
        let sentence = dice.pick(about).replace("{a}", word(0)).replace("{b}", word(second));
        text.push_str(&sentence.replace("{c}", word(second + 1)));
        text.push(' ');
    }
    text.push_str(dice.pick(more));
    text.truncate(text.trim_end().len());
    text
}

/// A request for help.
pub struct Ticket {
    /// Seconds since 1970.
    pub at: i64,
    /// What it is about, in words.
    pub subject: &'static str,
    /// The text.
    pub text: String,
}

/// A subject of tickets: its name, its share, its words.
type Subject = (&'static str, f64, [&'static str; 6]);

/// Those of people who try the product.
const TRIAL: [Subject; 3] = [
    ("setup", 0.5, ["installation", "password", "invitation", "browser", "workspace", "error"]),
    ("data", 0.3, ["spreadsheet", "columns", "upload", "duplicates", "encoding", "dates"]),
    ("limits", 0.2, ["limit", "seats", "extension", "storage", "quota", "upgrade"]),
];

/// Those of customers.
const CUSTOMER: [Subject; 3] = [
    ("billing", 0.4, ["invoice", "address", "payment", "receipt", "reminder", "bank"]),
    ("reports", 0.35, ["dashboard", "filter", "chart", "export", "totals", "permission"]),
    ("growth", 0.25, ["seats", "plan", "department", "upgrade", "subsidiary", "module"]),
];

const REQUESTS: [&str; 4] = [
    "We have a problem with the {a}: the {b} does not look right.",
    "How do we change the {a}? The {b} is in the way.",
    "Please help us with {a} and {b}.",
    "A question on {a}, {b} and {c}.",
];

/// The tickets of a lead: of its trial within two weeks, and of a new customer after the sale.
pub fn tickets(
    options: &SynthOptions,
    number: usize,
    p: &Profile,
    deal: Option<&Deal>,
) -> Vec<Ticket> {
    let dice = &mut Dice::new(options.seed, "tickets", number);
    let mut tickets = Vec::new();
    let mut write = |subjects: &[Subject; 3], from: i64, days: f64, mean: f64, dice: &mut Dice| {
        for _ in 0..dice.poisson(mean) {
            let (subject, _, words) = dice.weighted(subjects, |s| s.1);
            let text = sentences(words, &REQUESTS, &[""], dice);
            tickets.push(Ticket {
                at: from + (dice.unit() * days * DAY as f64) as i64,
                subject,
                text,
            });
        }
    };
    if p.trial {
        write(&TRIAL, p.created + 3600, 14.0, 0.9, dice);
    }
    if let Some(Ending::Won { onboarding }) = deal.map(|deal| &deal.ending) {
        write(&CUSTOMER, *onboarding, 90.0, 1.6, dice);
    }
    tickets.sort_by_key(|ticket| ticket.at);
    tickets
}
