//! Numbers as people and exports write them: thousands, percentages, amounts of money.

use crate::FieldKind;

/// Currencies by their marks, as codes of ISO 4217; a mark that several countries use stands for itself. Longer marks go
/// before their parts.
const MARKS: [(&str, &str); 39] = [
    ("US$", "USD"),
    ("CA$", "CAD"),
    ("AU$", "AUD"),
    ("NZ$", "NZD"),
    ("HK$", "HKD"),
    ("MX$", "MXN"),
    ("R$", "BRL"),
    ("C$", "CAD"),
    ("A$", "AUD"),
    ("S$", "SGD"),
    ("$", "USD"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("¥", "¥"),
    ("￥", "¥"),
    ("₹", "INR"),
    ("₽", "RUB"),
    ("₺", "TRY"),
    ("₩", "KRW"),
    ("₪", "ILS"),
    ("₴", "UAH"),
    ("₫", "VND"),
    ("₱", "PHP"),
    ("฿", "THB"),
    ("₦", "NGN"),
    ("zł", "PLN"),
    ("Kč", "CZK"),
    ("Ft", "HUF"),
    ("lei", "RON"),
    ("kr.", "kr"),
    ("kr", "kr"),
    ("SFr.", "CHF"),
    ("Fr.", "CHF"),
    ("Rs.", "INR"),
    ("Rs", "INR"),
    ("RM", "MYR"),
    ("Rp", "IDR"),
    ("元", "CNY"),
    ("円", "JPY"),
];

/// ISO 4217, as far as sales are booked in them.
const CODES: [&str; 49] = [
    "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP",
    "EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KES", "KRW", "KWD", "MAD",
    "MXN", "MYR", "NGN", "NOK", "NZD", "PEN", "PHP", "PKR", "PLN", "QAR", "RON", "RSD", "RUB",
    "SAR", "SEK", "SGD", "THB", "TRY", "TWD", "UAH", "USD", "VND", "ZAR",
];

/// What may stand between digits to group them, beside the mark that is not the decimal one.
const GROUPS: [char; 6] = [' ', '\u{a0}', '\u{202f}', '\u{2009}', '\'', '\u{2019}'];

/// The currency of an amount such as `$1,200.50`, `1.200,50 €` or `CHF 1'200.-`: its code of ISO 4217, or the mark itself
/// where several countries use it (`kr`, `¥`). `None` where the text names none, or is no amount.
pub fn currency(text: &str) -> Option<&'static str> {
    let kinds = [FieldKind::Number, FieldKind::DecimalComma];
    let is_amount = || kinds.iter().any(|kind| number(*kind, text).is_some());
    Amount::of(text)?.currency.filter(|_| is_amount())
}

/// A finite number, or `None`. Groups of thousands, a trailing `%`, one currency before or behind, and the brackets that
/// mean minus in accounts are accepted.
pub(crate) fn number(kind: FieldKind, text: &str) -> Option<f64> {
    let (mark, thousands) = if kind == FieldKind::DecimalComma { (',', '.') } else { ('.', ',') };
    // The plain form is nearly every cell; the rest may cost an allocation.
    if mark == '.'
        && let Ok(value) = text.parse::<f64>()
    {
        return value.is_finite().then_some(value);
    }
    let amount = Amount::of(text)?;
    let (whole, fraction) = amount.digits.split_once(mark).unwrap_or((amount.digits, ""));
    let groups: Vec<&str> = whole.split(|c| c == thousands || GROUPS.contains(&c)).collect();
    // 0.512 is no 512: nobody writes thousands of nothing.
    let well_grouped = groups.len() == 1
        || (groups[1..].iter().all(|g| g.len() == 3 && g.bytes().all(|b| b.is_ascii_digit()))
            && (1..=3).contains(&groups[0].len())
            && !groups[0].starts_with('0'));
    if !well_grouped || fraction.contains([thousands, mark]) {
        return None;
    }
    let sign = if amount.negative { "-" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    let plain = format!("{sign}{}{point}{fraction}", groups.concat());
    plain.parse::<f64>().ok().filter(|v| v.is_finite())
}

/// A number's text, taken apart.
struct Amount<'a> {
    /// Digits with their marks, without sign.
    digits: &'a str,
    negative: bool,
    currency: Option<&'static str>,
}

impl<'a> Amount<'a> {
    /// `None` where the text is no number with at most one sign, one currency and one pair of brackets.
    fn of(text: &'a str) -> Option<Self> {
        // Words are told apart at a glance.
        if !text.bytes().any(|b| b.is_ascii_digit()) {
            return None;
        }
        let mut rest = text.trim();
        let (mut signs, mut negative, mut currency) = (0, false, None);
        loop {
            rest = rest.trim();
            if let Some(inner) = rest.strip_prefix('(').and_then(|r| r.strip_suffix(')')) {
                (rest, negative, signs) = (inner, true, signs + 1);
            } else if let Some(behind) = rest.strip_prefix(['-', '\u{2212}']) {
                (rest, negative, signs) = (behind, true, signs + 1);
            } else if let Some(behind) = rest.strip_prefix('+') {
                (rest, signs) = (behind, signs + 1);
            } else if currency.is_none()
                && let Some((found, others)) = without_currency(rest)
            {
                (rest, currency) = (others, Some(found));
            } else {
                break;
            }
        }
        // `1200.-` and `1200,--` are whole amounts.
        let dashes = rest.trim_end_matches(['-', '\u{2013}', '\u{2014}']);
        if dashes.len() < rest.len() {
            rest = dashes.strip_suffix(['.', ','])?;
        }
        let digits = rest.trim_end_matches('%').trim_end();
        let is_number = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == ',');
        (signs < 2 && is_number).then_some(Self { digits, negative, currency })
    }
}

/// A text without the currency before or behind it. A mark of letters must not be part of a word.
fn without_currency(text: &str) -> Option<(&'static str, &str)> {
    // What begins and ends with a digit has none: that is nearly every cell with groups.
    let ends = (text.chars().next()?, text.chars().next_back()?);
    if ends.0.is_ascii_digit() && ends.1.is_ascii_digit() {
        return None;
    }
    let marks = MARKS.iter().copied().chain(CODES.iter().map(|code| (*code, *code)));
    for (mark, code) in marks {
        if let Some(rest) = text.strip_prefix(mark)
            && !(mark.ends_with(char::is_alphabetic) && rest.starts_with(char::is_alphabetic))
        {
            return Some((code, rest));
        }
        if let Some(rest) = text.strip_suffix(mark)
            && !(mark.starts_with(char::is_alphabetic) && rest.ends_with(char::is_alphabetic))
        {
            return Some((code, rest));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const POINT: FieldKind = FieldKind::Number;
    const COMMA: FieldKind = FieldKind::DecimalComma;

    #[track_caller]
    fn check(kind: FieldKind, text: &str, expect: Option<f64>) {
        assert_eq!(number(kind, text), expect, "{text}");
    }

    #[test]
    fn reads_numbers_as_exports_write_them() {
        check(POINT, "1234.5", Some(1234.5));
        check(POINT, "1,234.5", Some(1234.5));
        check(POINT, "-1,234", Some(-1234.0));
        check(POINT, "12 %", Some(12.0));
        check(COMMA, "1.234,5", Some(1234.5));
        check(COMMA, "0,5", Some(0.5));
        check(COMMA, "-,5", Some(-0.5));
        check(COMMA, "1E+05", Some(1e5));
        check(COMMA, "1,5E+05", Some(1.5e5));
        check(COMMA, "0.512", None);
        check(POINT, "1,2,3", None);
        check(POINT, "inf", None);
        check(COMMA, "inf", None);
        check(POINT, "12a", None);
        check(POINT, "--5", None);
        check(POINT, ".", None);
        check(COMMA, "", None);
    }

    #[test]
    fn reads_money_before_and_behind_with_either_mark() {
        check(POINT, "$1,200.50", Some(1200.5));
        check(POINT, "-$5", Some(-5.0));
        check(POINT, "$-5", Some(-5.0));
        check(POINT, "(1,200)", Some(-1200.0));
        check(POINT, "($1,200.50)", Some(-1200.5));
        check(POINT, "$ (1,200.50)", Some(-1200.5));
        check(POINT, "USD 1200", Some(1200.0));
        check(POINT, "1200USD", Some(1200.0));
        check(POINT, "CHF 1'200.-", Some(1200.0));
        check(POINT, "CHF 1\u{2019}200.\u{2013}", Some(1200.0));
        check(POINT, "R$ 5", Some(5.0));
        check(COMMA, "1.200,50 €", Some(1200.5));
        check(COMMA, "1\u{202f}200,50\u{a0}€", Some(1200.5));
        check(COMMA, "€ \u{2212}1.200,--", Some(-1200.0));
        check(COMMA, "1 200,50 zł", Some(1200.5));
        check(COMMA, "12 kr.", Some(12.0));
    }

    #[test]
    fn words_are_no_money() {
        for text in [
            "$",
            "EUR",
            "$$5",
            "€5€",
            "EURO 5",
            "5 euros",
            "HAR5",
            "M$5",
            "(5",
            "-(5)",
            "((5))",
            "5-",
            "51-200",
            "5 km",
            "1200 - 1300 €",
            "$1.2M",
        ] {
            check(POINT, text, None);
            check(COMMA, text, None);
            assert_eq!(currency(text), None, "{text}");
        }
    }

    #[test]
    fn tells_the_currency_of_an_amount() {
        let cases = [
            ("$5", Some("USD")),
            ("US$ 5", Some("USD")),
            ("5 EUR", Some("EUR")),
            ("5,00 €", Some("EUR")),
            ("Fr. 5.-", Some("CHF")),
            ("5 kr", Some("kr")),
            ("(£5)", Some("GBP")),
            ("5", None),
            ("NZ$5", Some("NZD")),
        ];
        for (text, expect) in cases {
            assert_eq!(currency(text), expect, "{text}");
        }
    }

    proptest! {
        #[test]
        fn an_amount_reads_as_its_number_however_it_is_written(cents in -10_000_000_000_i64..10_000_000_000, style in 0..6_usize) {
            let digits = (cents.abs() / 100).to_string();
            let groups = |mark: &str| {
                let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|g| std::str::from_utf8(g).ok()).collect();
                groups.join(mark)
            };
            let (minus, cent) = (if cents < 0 { "-" } else { "" }, cents.abs() % 100);
            let (kind, text) = match style {
                0 => (POINT, format!("{minus}${}.{cent:02}", groups(","))),
                1 => (POINT, format!("USD {minus}{}.{cent:02}", groups(","))),
                2 => (COMMA, format!("{minus}{},{cent:02} €", groups("."))),
                3 => (COMMA, format!("{minus}{},{cent:02}\u{a0}zł", groups("\u{202f}"))),
                4 => (POINT, format!("CHF {minus}{}.{cent:02}", groups("\u{2019}"))),
                _ => (POINT, if cents < 0 { format!("({}.{cent:02})", groups(",")) } else { format!("{}.{cent:02}", groups(",")) }),
            };
            prop_assert_eq!(number(kind, &text), Some(cents as f64 / 100.0), "{}", text);
        }

        #[test]
        fn any_text_is_a_finite_number_or_none(text in "[-+(). ,'%$€kr0-9EURCHF]{0,12}") {
            for kind in [POINT, COMMA] {
                prop_assert!(number(kind, &text).is_none_or(f64::is_finite));
            }
            let _ = currency(&text);
        }
    }
}
