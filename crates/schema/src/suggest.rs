//! "Did you mean": the nearest known name.

/// Longer texts, in bytes, are nobody's slip of the finger, and comparing two costs the product of their lengths.
const LONGEST: usize = 200;

/// The known name most like `name`, if any is like enough (Jaro-Winkler, Winkler 1990, at least 0.8).
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > LONGEST {
        return None;
    }
    let wanted = name.to_lowercase();
    known
        .into_iter()
        .filter(|k| k.len() <= LONGEST)
        .map(|k| (strsim::jaro_winkler(&wanted, &k.to_lowercase()), k))
        .filter(|(likeness, _)| *likeness >= 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, k)| k)
}

/// ` (did you mean `x`?)` or nothing: the tail of an error that names an unknown thing.
pub fn or_nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, known).map(|k| format!(" (did you mean `{k}`?)")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_slip_of_the_finger_and_refuses_a_stranger() {
        assert_eq!(nearest("convertd", ["converted", "created"]), Some("converted"));
        assert_eq!(nearest("zzz", ["converted", "created"]), None);
        let long = "x".repeat(1_000_000);
        assert_eq!(nearest(&long, [long.as_str()]), None);
        assert_eq!(nearest("x", [long.as_str()]), None);
    }
}
