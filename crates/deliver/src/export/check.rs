//! Whether what a team declares holds together.

use super::{AudienceSpec, Export, Sending, Webhook};
use crate::{DeliverError, neutral};
use leadsight_rules::Condition::{self, All, Any, Missing, OneOf};
use leadsight_rules::{Use, Value, check_order, fields_used};
use std::collections::BTreeSet;

/// Where conditions stand, for messages.
pub(crate) const TASKS: &str = "`when` of the tasks";
/// As above.
pub(crate) const DRAFT: &str = "the draft's `when`";
/// A condition that every lead fulfils.
const EVERY: &str = "Known(\"lead_id\")";
const TIER: &str = "tier";

impl Export {
    /// # Errors
    /// What contradicts itself.
    pub(super) fn check(&self) -> Result<(), DeliverError> {
        if self.version != 1 {
            return Err(DeliverError::Version { what: "the export", found: self.version });
        }
        names("the audience", self.audiences.iter().map(|audience| &audience.id))?;
        names("the webhook", self.webhooks.iter().map(|webhook| &webhook.id))?;
        if let Some(name) = repeated(&self.tiers) {
            return Err(DeliverError::Duplicate { what: "the tier", name });
        }
        if let Some(name) = repeated(self.fields.iter().map(|field| &field.from)) {
            return Err(DeliverError::Duplicate { what: "the column under `fields`", name });
        }
        let named = |label: &str| {
            label.contains(|c: char| c.is_ascii_alphanumeric())
                && !label.contains(char::is_control)
                && neutral(label) == label
        };
        if let Some(field) = self.fields.iter().find(|field| !named(&field.label)) {
            return Err(DeliverError::Label {
                label: field.label.clone(),
                from: field.from.clone(),
            });
        }
        let blank = |name: &String| name.trim().is_empty();
        if let Some((name, of)) = self.owners.iter().find(|(name, of)| blank(name) || blank(of)) {
            return Err(DeliverError::Owner { name: name.clone(), of: of.clone() });
        }
        if let Some(zone) = &self.time_zone {
            crate::value::time_zone(zone)?;
        }
        for webhook in &self.webhooks {
            let found = match (&webhook.url, &webhook.url_env) {
                (Some(_), Some(_)) => "both",
                (None, None) => "neither",
                _ => continue,
            };
            return Err(DeliverError::Address { id: webhook.id.clone(), found });
        }
        self.check_conditions()?;
        self.sending.check()?;
        if self.rows_per_file == Some(0) {
            let expected = "at least one row";
            return Err(DeliverError::Number { key: "rows_per_file", found: 0.0, expected });
        }
        Ok(())
    }

    /// A condition that no lead can fulfil is a slip, and would deliver nothing without a word.
    fn check_conditions(&self) -> Result<(), DeliverError> {
        let conditions = self.conditions();
        for (place, when) in &conditions {
            check_order(&[when], &[], |_| place.clone(), EVERY)?;
            // Nor may it look for a tier that is not declared.
            let tier = fields_used([*when])?.iter().any(|f| f.name == TIER && f.used == Use::Words);
            if tier && !self.tiers.is_empty() {
                let tiers = self.tiers.iter().map(|tier| Value::Text(tier.clone())).collect();
                let known = Any(vec![OneOf(TIER.to_owned(), tiers), Missing(TIER.to_owned())]);
                let place = || format!("{place}, among the declared `tiers`,");
                check_order(&[&All(vec![(*when).clone(), known])], &[], |_| place(), EVERY)?;
            }
        }
        fields_used(conditions.into_iter().map(|(_, when)| when))?;
        Ok(())
    }

    /// Every condition, with what it decides.
    fn conditions(&self) -> Vec<(String, &Condition)> {
        let tasks = self.tasks.when.iter().map(|when| (TASKS.to_owned(), when));
        let audiences = self.audiences.iter().map(|audience| (audience.place(), &audience.when));
        let draft = self.draft.iter().flat_map(|draft| &draft.when);
        let draft = draft.map(|when| (DRAFT.to_owned(), when));
        let webhooks = self.webhooks.iter().map(|webhook| (webhook.place(), &webhook.when));
        tasks.chain(audiences).chain(draft).chain(webhooks).collect()
    }
}

impl AudienceSpec {
    /// What its condition decides, for messages.
    pub(crate) fn place(&self) -> String {
        format!("the audience `{}`", self.id)
    }
}

impl Webhook {
    /// What its condition decides, for messages.
    pub(crate) fn place(&self) -> String {
        format!("the webhook `{}`", self.id)
    }
}

impl Sending {
    fn check(&self) -> Result<(), DeliverError> {
        let seconds = [
            ("timeout_seconds", self.timeout_seconds, 0.001),
            ("total_seconds", self.total_seconds, 0.001),
            ("first_wait_seconds", self.first_wait_seconds, 0.0),
            ("longest_wait_seconds", self.longest_wait_seconds, 0.0),
        ];
        for (key, found, least) in seconds {
            if !(least..=86_400.0).contains(&found) {
                return Err(DeliverError::Number {
                    key,
                    found,
                    expected: "seconds, at most a day",
                });
            }
        }
        if !(1..=100).contains(&self.attempts) {
            let found = f64::from(self.attempts);
            return Err(DeliverError::Number { key: "attempts", found, expected: "from 1 to 100" });
        }
        Ok(())
    }
}

/// Names that become those of files.
fn names<'a>(
    what: &'static str,
    names: impl Iterator<Item = &'a String> + Clone,
) -> Result<(), DeliverError> {
    let sound = |name: &str| {
        (1..=64).contains(&name.len())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
    };
    if let Some(name) = names.clone().find(|name| !sound(name)) {
        return Err(DeliverError::Name { what, name: name.clone() });
    }
    match repeated(names) {
        Some(name) => Err(DeliverError::Duplicate { what, name }),
        None => Ok(()),
    }
}

fn repeated<'a>(names: impl IntoIterator<Item = &'a String>) -> Option<String> {
    let mut seen = BTreeSet::new();
    names.into_iter().find(|name| !seen.insert(name.to_lowercase())).cloned()
}

#[cfg(test)]
mod tests {
    use super::Export;

    #[track_caller]
    fn refused(fields: &str, expect: &str) {
        let error =
            Export::from_ron(&format!("Export(version: 1, {fields})")).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    }

    #[test]
    fn only_the_version_is_needed() {
        assert_eq!(Export::from_ron("Export(version: 1)").unwrap(), Export::default());
        let error = Export::from_ron("Export(version: 2)").unwrap_err().to_string();
        assert_eq!(error, "the export has version 2; this program reads version 1");
    }

    #[test]
    fn a_condition_that_can_never_hold_is_refused_with_its_place() {
        let never = "All([Above(\"lead_score\", 80), Below(\"lead_score\", 20)])";
        for (fields, place) in [
            (format!("tasks: (when: {never})"), "`when` of the tasks can never hold"),
            (format!("draft: (when: {never})"), "the draft's `when` can never hold"),
            (
                format!("audiences: [(id: \"warm\", when: {never})]"),
                "the audience `warm` can never hold: `lead_score` above 80",
            ),
            (
                format!("webhooks: [(id: \"a\", url: \"https://x.y\", when: {never}, form: Json)]"),
                "the webhook `a` can never hold",
            ),
        ] {
            refused(&fields, place);
        }
        refused(
            "audiences: [(id: \"all\", when: All([]))]",
            "looks at no field; what holds for every lead goes into `Known(\"lead_id\")`",
        );
        refused(
            "tasks: (when: Is(\"tier\", \"Hot\")), draft: (when: Above(\"tier\", 2))",
            "the field `tier` is taken for words by",
        );
    }

    #[test]
    fn a_tier_that_is_not_declared_is_refused() {
        let export = |when: &str| {
            format!("tiers: [\"Hot\", \"Cold\"], audiences: [(id: \"a\", when: {when})]")
        };
        refused(
            &export("Is(\"tier\", \"Hott\")"),
            "the audience `a`, among the declared `tiers`, can never hold",
        );
        for when in [
            "Is(\"tier\", \"hot\")",
            "IsNot(\"tier\", \"Cold\")",
            "Missing(\"tier\")",
            "Not(Is(\"tier\", \"Hot\"))",
            "Matches(\"tier\", \"^H\")",
            "Above(\"tier\", 2)",
        ] {
            Export::from_ron(&format!("Export(version: 1, {})", export(when))).unwrap();
        }
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        refused("owner: {}", "did you mean `owners`?");
        refused("tiers: [\"Hot\", \"hot\"]", "the tier `hot` stands twice");
        refused(
            "owners: {\"anna\": \" \"}",
            "`owners` calls `anna` ` `; expected a name on both sides",
        );
        let field = |label: &str| format!("(from: \"budget\", label: \"{label}\", kind: Text)");
        for label in ["=cmd()", "", "...", "\u{65e5}", "a\\nb"] {
            refused(
                &format!("fields: [{}]", field(label)),
                "the field of `budget` cannot be labelled",
            );
        }
        refused(
            &format!("fields: [{}, {}]", field("A"), field("B")),
            "the column under `fields` `budget` stands twice",
        );
        refused("owners: {\"\": \"x@y.z\"}", "`owners` calls `` `x@y.z`");
        refused("time_zone: \"Europe/Berln\"", "did you mean `Europe/Berlin`?");
        refused("rows_per_file: 0", "`rows_per_file` is 0");
        refused("sending: (attempts: 0)", "`attempts` is 0");
        refused("sending: (timeout_seconds: NaN)", "`timeout_seconds` is NaN");
        refused("audiences: [(id: \"../x\", when: Is(\"tier\", \"Hot\"))]", "`../x` is no name");
        let hook = |more: &str| {
            format!("webhooks: [(id: \"a\", when: Is(\"tier\", \"Hot\"), form: Json{more})]")
        };
        refused(&hook(""), "has neither");
        refused(&hook(", url: \"https://x.y\", url_env: \"X\""), "has both");
    }
}
