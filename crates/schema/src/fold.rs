//! Words without case: `Website`, `website` and `WEBSITE` are one level of a category.

use std::cmp::Ordering;

/// A word that compares without case, letter by letter and without a copy.
#[derive(Debug, Clone, Copy)]
pub struct Folded<'a>(pub &'a str);

impl Ord for Folded<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.0.is_ascii() && other.0.is_ascii() {
            let (a, b) = (self.0.bytes(), other.0.bytes());
            return a.map(|x| x.to_ascii_lowercase()).cmp(b.map(|x| x.to_ascii_lowercase()));
        }
        let (a, b) = (self.0.chars(), other.0.chars());
        a.flat_map(char::to_lowercase).cmp(b.flat_map(char::to_lowercase))
    }
}

impl PartialOrd for Folded<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Folded<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Folded<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_count_in_any_script() {
        for (a, b, expect) in [
            ("Website", "website", Ordering::Equal),
            ("MÜNCHEN", "münchen", Ordering::Equal),
            ("abc", "ABD", Ordering::Less),
            ("z", "é", Ordering::Less),
        ] {
            assert_eq!(Folded(a).cmp(&Folded(b)), expect, "{a} {b}");
        }
    }
}
