//! What people and systems do to data: blanks, numbers in words, other spellings, other date formats.

use crate::dice::Dice;
use crate::person::Person;
use leadsight_schema::Timestamp;

/// A name without its accents, as a second system writes it.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    for letter in text.chars() {
        match letter {
            'ü' => out.push_str("ue"),
            'ö' => out.push_str("oe"),
            'ä' => out.push_str("ae"),
            'é' | 'è' | 'ë' => out.push('e'),
            'É' => out.push('E'),
            'á' => out.push('a'),
            'í' => out.push('i'),
            'ú' => out.push('u'),
            'ñ' => out.push('n'),
            other => out.push(other),
        }
    }
    out
}

/// The same person as typed another day: no accents, names turned round or shortened, the address in capitals or with
/// a tag, the number without blanks.
pub fn respell(person: &Person, dice: &mut Dice) -> Person {
    let (first, last) = (plain(&person.first), plain(&person.last));
    let (first, last) = match dice.below(4) {
        0 => (first.chars().take(1).chain(['.']).collect(), last),
        1 => (first.to_uppercase(), last.to_uppercase()),
        2 => (format!("{last},"), first),
        _ => (first.to_lowercase(), last.to_lowercase()),
    };
    let email = match dice.below(3) {
        0 => person.email.to_uppercase(),
        1 => person.email.replacen('@', "+info@", 1),
        _ => person.email.clone(),
    };
    let phone = match dice.below(3) {
        0 => person.phone.replace(' ', ""),
        1 => person.phone.replace('+', "00").replace(' ', "-"),
        _ => String::new(),
    };
    Person { first, last, email, phone }
}

/// A number as a form or a spreadsheet may hold it: missing with probability `blank`, mistyped in 6 of 1,000 cells.
pub fn number(value: f64, blank: f64, dice: &mut Dice) -> String {
    if dice.chance(blank) {
        return String::new();
    }
    if !dice.chance(0.006) {
        return value.to_string();
    }
    match dice.below(4) {
        0 => "n/a".to_owned(),
        1 => "unknown".to_owned(),
        2 if value >= 1000.0 => format!("{}k", (value / 1000.0).round()),
        2 => format!("{value}+"),
        _ => format!("approx {value}"),
    }
}

/// A word in its usual spelling, or in one of its variants in 4 of 100 cells; missing with probability `blank`.
pub fn word(usual: &str, variants: &[&str], blank: f64, dice: &mut Dice) -> String {
    if dice.chance(blank) {
        return String::new();
    }
    let other = !variants.is_empty() && dice.chance(0.04);
    if other { dice.pick(variants).to_owned() } else { usual.to_owned() }
}

/// A moment in RFC 3339, or as a spreadsheet rewrote it in 1 of 1,000 cells.
pub fn moment(seconds: i64, dice: &mut Dice) -> String {
    let text = Timestamp(seconds).to_rfc3339();
    if !dice.chance(0.001) {
        return text;
    }
    let (year, month, day) = (&text[..4], &text[5..7], &text[8..10]);
    match dice.below(2) {
        0 => format!("{month}/{day}/{year}"),
        _ => format!("{day}.{month}.{year} {}", &text[11..16]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadsight_schema::Seed;

    #[test]
    fn a_second_spelling_differs_but_is_the_same_person() {
        let person = Person {
            first: "Jürgen".into(),
            last: "Müller".into(),
            email: "juergen.mueller@bluesoft1.example".into(),
            phone: "+49 30 23125 012".into(),
        };
        for row in 0..50 {
            let other = respell(&person, &mut Dice::new(Seed(1), "test", row));
            assert_ne!((&other.first, &other.last), (&person.first, &person.last));
            let together = format!("{}{}", other.first, other.last).to_lowercase();
            assert!(together.contains("mueller"), "{together}");
        }
    }

    #[test]
    fn few_numbers_are_mistyped() {
        let dice = &mut Dice::new(Seed(1), "test", 0);
        let cells: Vec<String> = (0..20_000).map(|_| number(120.0, 0.1, dice)).collect();
        let blank = cells.iter().filter(|c| c.is_empty()).count() as f64 / 20_000.0;
        let wrong = cells.iter().filter(|c| !c.is_empty() && *c != "120").count();
        assert!((blank - 0.1).abs() < 0.01, "{blank}");
        assert!((50..200).contains(&wrong), "{wrong}");
    }
}
