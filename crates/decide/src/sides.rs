//! Fit and intent: a field says either who a lead is, or what it does.

/// Words in the names of fields that say what a lead does.
const DOING: &str = "visit visits visited visitor page pages pageview pageviews view views viewed click clicks clicked open opens opened \
    download downloads downloaded webinar webinars event events attend attended attendance chat chats message messages demo demos \
    trial trials session sessions minutes activity activities engagement engaged login logins usage used reply replies replied \
    responded response search searches subscribed newsletter requested started watched played purchase purchases order orders \
    cart timeline";

/// Whether a field of this name says what a lead does rather than who it is. A guess: the list in the policy decides.
pub fn tells_intent(field: &str) -> bool {
    let mut words = field.split(|c: char| !c.is_alphanumeric()).flat_map(camel);
    words.any(|word| DOING.split_whitespace().any(|known| word.eq_ignore_ascii_case(known)))
}

/// The words of `pageViews`: `page`, `Views`.
fn camel(name: &str) -> Vec<&str> {
    let mut starts = vec![0];
    let mut small = false;
    for (i, c) in name.char_indices() {
        if c.is_uppercase() && small {
            starts.push(i);
        }
        small = c.is_lowercase();
    }
    let ends = starts.iter().skip(1).copied().chain([name.len()]);
    starts.iter().zip(ends).map(|(&start, end)| &name[start..end]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_which_side_a_field_is_of() {
        for name in
            ["pages_viewed", "Total Visits", "emailOpens", "page_view in 7 d", "demo_requested"]
        {
            assert!(tells_intent(name), "{name}");
        }
        for name in ["industry", "employees", "country", "title", "homepage_url", "budget", ""] {
            assert!(!tells_intent(name), "{name}");
        }
    }
}
