//! The vocabulary of the generated company, with each word's frequency and its effect on the log-odds.

/// Where a lead came from. The share and the effect move from the first value to the second over the months: the drift.
pub struct Source {
    pub name: &'static str,
    /// As a careless hand writes it.
    pub variant: &'static str,
    pub share: (f64, f64),
    pub effect: (f64, f64),
    /// Shift of the interest that drives behaviour.
    pub interest: f64,
    /// Money spent for a lead; 0 where no campaign brings it.
    pub cost: f64,
}

/// The sources. Paid social grows from 6 to 22 % of the leads while paid search wears out.
pub const SOURCES: [Source; 9] = [
    source("organic", "Organic Search", (0.24, 0.18), (0.0, 0.0), 0.1, 0.0),
    source("paid_search", "Paid Search", (0.20, 0.15), (0.3, -0.7), 0.0, 62.0),
    source("paid_social", "paid-social", (0.06, 0.22), (-0.6, -1.0), -0.5, 34.0),
    source("webinar", "Webinar", (0.12, 0.11), (0.2, 0.2), 0.2, 48.0),
    source("event", "Trade Show", (0.09, 0.07), (0.1, 0.1), -0.1, 140.0),
    source("referral", "Referral", (0.08, 0.08), (0.9, 1.0), 0.4, 0.0),
    source("partner", "PARTNER", (0.06, 0.07), (0.5, 0.6), 0.2, 75.0),
    source("purchased_list", "List import", (0.10, 0.06), (-1.2, -1.2), -0.9, 9.0),
    source("chat", "Chat", (0.05, 0.06), (0.3, 0.3), 0.3, 0.0),
];

const fn source(
    name: &'static str,
    variant: &'static str,
    share: (f64, f64),
    effect: (f64, f64),
    interest: f64,
    cost: f64,
) -> Source {
    Source { name, variant, share, effect, interest, cost }
}

/// A word with its share, its effect and other ways of writing it.
pub struct Word {
    pub name: &'static str,
    pub share: f64,
    pub effect: f64,
    pub variants: &'static [&'static str],
}

const fn word(
    name: &'static str,
    share: f64,
    effect: f64,
    variants: &'static [&'static str],
) -> Word {
    Word { name, share, effect, variants }
}

/// Industries of accounts.
pub const INDUSTRIES: [Word; 9] = [
    word("Software", 0.20, 0.55, &["software", "Software / SaaS", "SOFTWARE"]),
    word("Financial Services", 0.13, 0.40, &["financial services", "Finance"]),
    word("Healthcare", 0.12, 0.10, &["healthcare", "Health care"]),
    word("Manufacturing", 0.15, 0.0, &["manufacturing", "MANUFACTURING"]),
    word("Retail", 0.12, -0.25, &["retail", "Retail "]),
    word("Education", 0.09, -0.7, &["education", "EDU"]),
    word("Government", 0.06, -0.5, &["government", "Public Sector"]),
    word("Logistics", 0.08, 0.15, &["logistics", "Transport & Logistics"]),
    word("Media", 0.05, -0.1, &["media"]),
];

/// A country: its words, its territory and what its telephone numbers look like.
pub struct Country {
    pub word: Word,
    pub territory: &'static str,
    /// Telephone numbers: `#` is a digit, `N` one from 2 to 9. None is ever assigned: 555 01 is kept for fiction, and no
    /// local number begins with 0 elsewhere.
    pub phone: &'static str,
}

/// Countries of accounts and leads.
pub const COUNTRIES: [Country; 10] = [
    country("US", 0.38, 0.25, &["USA", "United States", "us"], "NA", "+1 N## 555 01##"),
    country("GB", 0.12, 0.15, &["UK", "United Kingdom", "gb"], "EMEA", "+44 20 0### ####"),
    country("DE", 0.11, 0.10, &["Germany", "Deutschland", "de"], "EMEA", "+49 30 0#######"),
    country("FR", 0.08, 0.0, &["France", "fr"], "EMEA", "+33 1 00 ## ## ##"),
    country("NL", 0.05, 0.10, &["Netherlands", "nl"], "EMEA", "+31 20 0## ####"),
    country("CA", 0.06, 0.15, &["Canada", "ca"], "NA", "+1 N## 555 01##"),
    country("AU", 0.05, 0.05, &["Australia", "au"], "APAC", "+61 2 0### ####"),
    country("IN", 0.08, -0.5, &["India", "in"], "APAC", "+91 11 0### ####"),
    country("BR", 0.04, -0.4, &["Brazil", "Brasil"], "LATAM", "+55 11 0###-####"),
    country("ES", 0.03, -0.05, &["Spain", "es"], "EMEA", "+34 910 0## ###"),
];

const fn country(
    name: &'static str,
    share: f64,
    effect: f64,
    variants: &'static [&'static str],
    territory: &'static str,
    phone: &'static str,
) -> Country {
    Country { word: word(name, share, effect, variants), territory, phone }
}

/// How senior a person is, with the share, the effect and the titles that say so.
pub struct Seniority {
    pub share: f64,
    pub effect: f64,
    /// Whether the person can sign: the half of an interaction with the pricing page.
    pub signs: f64,
    pub titles: &'static [&'static str],
}

/// Seniority, from the top.
pub const SENIORITIES: [Seniority; 6] = [
    Seniority {
        share: 0.08,
        effect: 0.5,
        signs: 1.0,
        titles: &["CEO", "CTO", "Chief Operating Officer", "Founder", "CFO", "Managing Director"],
    },
    Seniority {
        share: 0.11,
        effect: 0.7,
        signs: 1.0,
        titles: &["VP Sales", "VP of Engineering", "Vice President Operations", "VP Marketing"],
    },
    Seniority {
        share: 0.17,
        effect: 0.45,
        signs: 0.6,
        titles: &["Director of IT", "Head of Operations", "Sales Director", "Head of Marketing"],
    },
    Seniority {
        share: 0.28,
        effect: 0.0,
        signs: 0.0,
        titles: &["Marketing Manager", "IT Manager", "Operations Manager", "Project Manager"],
    },
    Seniority {
        share: 0.29,
        effect: -0.6,
        signs: 0.0,
        titles: &["Software Engineer", "Analyst", "Sales Representative", "Consultant"],
    },
    Seniority {
        share: 0.07,
        effect: -1.9,
        signs: 0.0,
        titles: &["Student", "Intern", "Research Assistant"],
    },
];

/// The form through which the lead came in: name, share, gain of the share with interest, effect.
pub const FORMS: [(&str, f64, f64, f64); 6] = [
    ("content_download", 0.30, -0.1, -0.2),
    ("newsletter", 0.22, -0.5, -0.6),
    ("webinar_signup", 0.17, 0.0, 0.0),
    ("contact", 0.14, 0.2, 0.25),
    ("demo", 0.09, 0.7, 0.5),
    ("trial", 0.08, 0.5, 0.4),
];

/// The answer to "when do you plan to decide?": words, share, effect. The last is "not answered".
pub const TIMELINES: [(&str, f64, f64); 5] = [
    ("this month", 0.08, 0.9),
    ("this quarter", 0.16, 0.45),
    ("this year", 0.18, -0.1),
    ("just looking", 0.20, -0.6),
    ("", 0.38, -0.15),
];

/// What a lead writes in the form: effect and sentences. A topic, for models that read text.
pub const MESSAGES: [(f64, &[&str]); 5] = [
    (0.5, &["What would 40 seats cost a year?", "Please send a quote.", "Pricing for our team?"]),
    (0.4, &["We want to replace our current tool.", "Our licence runs out in spring."]),
    (0.1, &["Does it work with our CRM?", "Is there an API?", "How do we import contacts?"]),
    (-0.3, &["Just curious.", "Looking around for now."]),
    (-1.2, &["For my thesis.", "Do you have open positions?", "We offer SEO services."]),
];

/// Devices with their share.
pub const DEVICES: [(&str, f64); 3] = [("desktop", 0.66), ("mobile", 0.28), ("tablet", 0.06)];

/// Technology that accounts run on.
pub const TECH: [&str; 8] =
    ["salesforce", "hubspot", "sap", "dynamics", "zendesk", "snowflake", "jira", "slack"];

/// First names; those with accents have a plain spelling in `dirt`.
pub const FIRST_NAMES: [&str; 40] = [
    "Anna", "James", "Maria", "Peter", "José", "Sarah", "Jürgen", "Priya", "Chloé", "Lucas",
    "Emma", "Oliver", "Sofía", "Liam", "Noah", "Mia", "Björn", "Ravi", "Thomas", "Julia", "André",
    "Katarina", "Daniel", "Laura", "Michael", "Isabel", "Zoë", "David", "Elena", "Jan", "Robert",
    "Amélie", "William", "Nina", "Samuel", "Grace", "Victor", "Helen", "Arjun", "Ines",
];

/// Last names.
pub const LAST_NAMES: [&str; 40] = [
    "Müller",
    "Smith",
    "García",
    "Jones",
    "Schmidt",
    "Patel",
    "Dubois",
    "Silva",
    "Brown",
    "Weber",
    "Jansen",
    "Wilson",
    "Fernández",
    "Taylor",
    "Lefèvre",
    "Sharma",
    "Köhler",
    "Clark",
    "Rossi",
    "Moreau",
    "Walker",
    "Santos",
    "de Vries",
    "Evans",
    "Schäfer",
    "Nguyen",
    "Costa",
    "Hall",
    "Bauer",
    "Martin",
    "Wright",
    "O'Neill",
    "Kumar",
    "Bernard",
    "Green",
    "Vogel",
    "Núñez",
    "Young",
    "Becker",
    "King",
];

/// The first half of a company's name.
pub const COMPANY_STEMS: [&str; 48] = [
    "North", "Blue", "Silver", "Bright", "Iron", "Green", "Swift", "Clear", "Stone", "River",
    "Summit", "Harbor", "Cedar", "Falcon", "Orbit", "Prime", "Delta", "Vertex", "Nova", "Atlas",
    "Beacon", "Cobalt", "Drift", "Ember", "Forge", "Grain", "Helio", "Indigo", "Juniper", "Kite",
    "Lumen", "Maple", "Nimbus", "Onyx", "Pioneer", "Quartz", "Ridge", "Sierra", "Tide", "Umbra",
    "Vector", "Willow", "Xeno", "Yarrow", "Zenith", "Aspen", "Birch", "Crest",
];

/// The second half of a company's name.
pub const COMPANY_TAILS: [&str; 24] = [
    "works", "soft", "bank", "med", "logic", "parts", "mart", "path", "line", "gate", "lab",
    "field", "point", "wave", "link", "core", "base", "craft", "yard", "flow", "port", "scape",
    "nest", "hub",
];

/// The legal forms that close a company's name.
pub const LEGAL_FORMS: [&str; 6] = ["Inc", "Ltd", "GmbH", "LLC", "SA", "Group"];
