//! Amounts of money as exports write them, and the numbers with scale words that they share with headcounts.

use crate::ContactError;
use crate::text::{fold, read};
use serde::{Deserialize, Serialize};

const FIELD: &str = "amount of money";
const EXPECTED: &str = "expected an amount such as `$1.2M`, `1,5 Mio. EUR` or `250000`";

/// A currency by ISO 4217.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    /// US dollar.
    Usd,
    /// Euro.
    Eur,
    /// Pound sterling.
    Gbp,
    /// Swiss franc.
    Chf,
    /// Yen.
    Jpy,
    /// Indian rupee.
    Inr,
    /// Brazilian real.
    Brl,
}

impl Currency {
    /// Its three letters.
    pub fn code(self) -> &'static str {
        match self {
            Self::Usd => "USD",
            Self::Eur => "EUR",
            Self::Gbp => "GBP",
            Self::Chf => "CHF",
            Self::Jpy => "JPY",
            Self::Inr => "INR",
            Self::Brl => "BRL",
        }
    }
}

/// Signs and words, longest first where one holds another.
const CURRENCIES: [(&str, Currency); 18] = [
    ("r$", Currency::Brl),
    ("brl", Currency::Brl),
    ("us$", Currency::Usd),
    ("usd", Currency::Usd),
    ("dollar", Currency::Usd),
    ("$", Currency::Usd),
    ("€", Currency::Eur),
    ("eur", Currency::Eur),
    ("£", Currency::Gbp),
    ("gbp", Currency::Gbp),
    ("pound", Currency::Gbp),
    ("chf", Currency::Chf),
    ("sfr", Currency::Chf),
    ("franken", Currency::Chf),
    ("¥", Currency::Jpy),
    ("jpy", Currency::Jpy),
    ("₹", Currency::Inr),
    ("inr", Currency::Inr),
];

/// Words behind a number that multiply it.
const SCALES: [(&str, f64); 17] = [
    ("k", 1e3),
    ("tsd", 1e3),
    ("thousand", 1e3),
    ("tausend", 1e3),
    ("m", 1e6),
    ("mm", 1e6),
    ("mn", 1e6),
    ("mio", 1e6),
    ("million", 1e6),
    ("millions", 1e6),
    ("millionen", 1e6),
    ("b", 1e9),
    ("bn", 1e9),
    ("mrd", 1e9),
    ("billion", 1e9),
    ("billions", 1e9),
    ("milliarden", 1e9),
];

/// An amount of money, or a range of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Revenue {
    /// At least, in units of the currency.
    pub low: f64,
    /// At most; equal to `low` for one amount.
    pub high: f64,
    /// The currency, where the text says.
    pub currency: Option<Currency>,
}

impl Revenue {
    /// From `$1.2M`, `1,5 Mio. €`, `EUR 250.000`, `$10M - $50M`, `10-50 million`.
    ///
    /// # Errors
    /// [`ContactError::Empty`], [`ContactError::Long`], [`ContactError::Shape`].
    pub fn parse(text: &str) -> Result<Self, ContactError> {
        let folded = fold(&read(FIELD, text)?).replace(['–', '—', '−'], "-");
        let currency = CURRENCIES.iter().find(|(word, _)| folded.contains(word)).map(|(_, c)| *c);
        let mut numbers = scaled(&folded);
        // "10-50 million" means ten million.
        if let [low, high] = &mut numbers[..]
            && !low.named
            && high.named
        {
            low.value *= high.scale;
        }
        match numbers[..] {
            [one] => Ok(Self { low: one.value, high: one.value, currency }),
            [low, high] if low.value <= high.value => {
                Ok(Self { low: low.value, high: high.value, currency })
            }
            _ => Err(ContactError::shape(FIELD, text, EXPECTED)),
        }
    }

    /// One number for the range: its geometric middle, the amount itself where it is one.
    pub fn typical(self) -> f64 {
        if self.low > 0.0 { (self.low * self.high).sqrt() } else { (self.low + self.high) / 2.0 }
    }
}

/// A number and the scale word behind it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scaled {
    /// Number times scale.
    pub value: f64,
    /// 1 where no word says more.
    pub scale: f64,
    /// Whether a word says the scale.
    pub named: bool,
}

/// The numbers of a folded text, each with its scale word.
pub(crate) fn scaled(folded: &str) -> Vec<Scaled> {
    let mut numbers = Vec::new();
    let mut rest = folded;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        rest = &rest[start..];
        let end = rest
            .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | '’')))
            .unwrap_or(rest.len());
        let (digits, tail) = rest.split_at(end);
        let word: String = tail.trim_start().chars().take_while(|c| c.is_alphabetic()).collect();
        let scale = SCALES.iter().find(|(name, _)| *name == word).map(|(_, scale)| *scale);
        if let Some(value) = number(digits) {
            let by = scale.unwrap_or(1.0);
            numbers.push(Scaled { value: value * by, scale: by, named: scale.is_some() });
        }
        rest = tail;
    }
    numbers
}

/// `1.234,5`, `1,234.5`, `1'234`, `1,5`: the last mark is the decimal one unless three digits follow each mark.
fn number(text: &str) -> Option<f64> {
    let text = text.trim_end_matches(['.', ',', '\'', '’']);
    let marks: Vec<usize> = text.match_indices(['.', ',', '\'', '’']).map(|(at, _)| at).collect();
    let digits = |part: &str| part.chars().filter(char::is_ascii_digit).collect::<String>();
    let Some(&last) = marks.last() else { return text.parse().ok() };
    let mark = text[last..].chars().next()?;
    let (whole, fraction) = (&text[..last], digits(&text[last..]));
    let repeated = text.matches(mark).count() > 1;
    let mixed = marks.iter().any(|at| !text[*at..].starts_with(mark));
    let grouped = fraction.len() == 3 && !mixed && whole != "0";
    if repeated || grouped || matches!(mark, '\'' | '’') {
        digits(text).parse().ok()
    } else {
        format!("{}.{fraction}", digits(whole)).parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_ranges() {
        use Currency::{Brl, Chf, Eur, Usd};
        for (text, low, high, currency) in [
            ("$1.2M", 1.2e6, 1.2e6, Some(Usd)),
            ("1,5 Mio. €", 1.5e6, 1.5e6, Some(Eur)),
            ("EUR 250.000", 250_000.0, 250_000.0, Some(Eur)),
            ("1.234.567,89", 1_234_567.89, 1_234_567.89, None),
            ("1,234,567.89 USD", 1_234_567.89, 1_234_567.89, Some(Usd)),
            ("$10M - $50M", 1e7, 5e7, Some(Usd)),
            ("10-50 million", 1e7, 5e7, None),
            ("CHF 1'200'000.-", 1_200_000.0, 1_200_000.0, Some(Chf)),
            ("R$ 3,5 bn", 3.5e9, 3.5e9, Some(Brl)),
            ("2 Mrd", 2e9, 2e9, None),
            ("0.512", 0.512, 0.512, None),
        ] {
            assert_eq!(Revenue::parse(text).unwrap(), Revenue { low, high, currency }, "{text}");
        }
        for text in ["", "undisclosed", "5-3"] {
            assert!(Revenue::parse(text).is_err(), "{text}");
        }
    }
}
