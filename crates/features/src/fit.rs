//! Fitting a recipe: which words a category has, which steps tell anything.

use crate::{
    CategoryStep, ClockPart, FeatureError, FittedRecipe, NumberStep, Recipe, Unused,
    bound::{Codes, OTHER},
    contacts::technologies,
    fitted::Parts,
    step::word,
    text,
};
use leadsight_rules::{Condition, Criterion};
use leadsight_schema::{Cell, Cells, Field, FieldKind, Folded, LeadTable, Role, Schema};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) fn fit(
    recipe: &Recipe,
    table: &LeadTable,
    rows: &[usize],
) -> Result<FittedRecipe, FeatureError> {
    if rows.is_empty() {
        return Err(FeatureError::NoRows);
    }
    if let Some(&row) = rows.iter().find(|r| **r >= table.rows()) {
        return Err(FeatureError::NoSuchRow { row, rows: table.rows() });
    }
    recipe.text.check()?;
    let fields = table.schema().fields();
    let mut plan = plan(recipe, table, rows)?;
    let mut unused = std::mem::take(&mut plan.unused);
    // What is the same for every training lead tells nothing, and what it would do on a new value is a guess.
    plan.numbers.retain(|step| {
        let varies = varies(table, rows, |lead| step.number(lead, None).to_bits());
        if !varies {
            unused.push(constant(step.name(fields)));
        }
        varies
    });
    plan.categories.retain(|step| {
        let codes = Codes::new(step);
        let varies = varies(table, rows, |lead| codes.code(lead));
        if !varies {
            let name = step.name(fields);
            unused.push(match codes.code(&lead(table, rows[0])) {
                OTHER if recipe.max_levels > 0 => rare_alone(name, recipe.min_level_count),
                _ => constant(name),
            });
        }
        varies
    });
    if plan.numbers.is_empty() && plan.texts.is_empty() && plan.categories.is_empty() {
        let reasons = unused.iter().map(|u| format!("`{}` {}", u.name, u.reason)).collect();
        return Err(FeatureError::NoFeatures { reasons });
    }
    FittedRecipe::try_from(Parts { unused, ..keep_read_fields(plan) })
}

/// Every step that the recipe asks for, on positions of the table's schema.
fn plan(recipe: &Recipe, table: &LeadTable, rows: &[usize]) -> Result<Parts, FeatureError> {
    let schema = table.schema();
    let moment = schema
        .with_role(Role::Created)
        .find(|&p| matches!(schema.fields()[p].kind, FieldKind::Date(_)));
    let mut parts = Parts {
        fields: schema.fields().to_vec(),
        numbers: Vec::new(),
        texts: Vec::new(),
        categories: Vec::new(),
        unused: Vec::new(),
    };
    let contacts = recipe.contacts.columns();
    for field in schema.with_role(Role::Feature) {
        let leave = |reason: &str| Unused {
            name: schema.fields()[field].name.clone(),
            reason: reason.to_owned(),
        };
        match (schema.fields()[field].kind, moment) {
            _ if contacts.contains(&schema.fields()[field].name.as_str()) => {}
            (FieldKind::Number | FieldKind::DecimalComma, _) => {
                parts.numbers.push(NumberStep::Value { field })
            }
            (FieldKind::Category, _) => {
                let words = rows.iter().map(|&r| word(table.cell(r, field)));
                let levels = frequent(recipe, words, Folded);
                let words = rows.iter().filter_map(|&r| word(table.cell(r, field)));
                let rare = rare(words, &levels);
                let levels = levels.into_iter().map(str::to_owned).collect();
                parts.categories.push(CategoryStep::Word { field, levels, rare });
            }
            (FieldKind::Date(_), Some(moment)) => {
                parts.numbers.push(NumberStep::Age { field, moment });
            }
            (FieldKind::Date(_), None) => parts
                .unused
                .push(leave("is a date, and no created field says at which moment to look at it; set `data.created`")),
            (FieldKind::Text, _) => {
                let texts: Vec<Option<&str>> =
                    rows.iter().map(|&r| word(table.cell(r, field))).collect();
                let name = &schema.fields()[field].name;
                let (step, unused) =
                    text::fit(&recipe.text, recipe.min_level_count, field, name, &texts);
                parts.texts.extend(step);
                parts.unused.extend(unused);
            }
        }
        if recipe.missing_indicators {
            parts.numbers.push(NumberStep::Missing { field });
        }
    }
    plan_contacts(recipe, table, rows, &mut parts)?;
    let resolve = |step, name: &str| resolve(table, step, name);
    for (a, b) in &recipe.ratios {
        let (a, b) = (resolve("ratios", a)?, resolve("ratios", b)?);
        for field in [a, b] {
            require("ratios", &schema.fields()[field], FieldKind::Number)?;
        }
        parts.numbers.push(NumberStep::Ratio { a, b });
    }
    for (a, b) in &recipe.differences {
        let (a, b) = (resolve("differences", a)?, resolve("differences", b)?);
        let (first, second) = (&schema.fields()[a], &schema.fields()[b]);
        let dates = matches!(first.kind, FieldKind::Date(_));
        require("differences", second, if dates { first.kind } else { FieldKind::Number })?;
        if !dates {
            require("differences", first, FieldKind::Number)?;
        }
        if dates && moment.is_none() {
            parts.unused.push(Unused {
                name: format!("{} - {}", first.name, second.name),
                reason: "is between dates, and no created field says when to look at them".into(),
            });
            continue;
        }
        parts.numbers.push(NumberStep::Difference { a, b, moment: moment.filter(|_| dates) });
    }
    parts.numbers.extend(profile(&recipe.icp, schema, moment)?);
    if let (true, Some(moment)) = (recipe.clock, moment) {
        let parts_of = [ClockPart::Month, ClockPart::Weekday, ClockPart::Hour];
        parts.numbers.extend(parts_of.map(|part| NumberStep::Clock { moment, part }));
    }
    for (a, b) in &recipe.crosses {
        let (a, b) = (resolve("crosses", a)?, resolve("crosses", b)?);
        for field in [a, b] {
            require("crosses", &schema.fields()[field], FieldKind::Category)?;
        }
        let pairs = frequent(
            recipe,
            rows.iter().map(|&r| word(table.cell(r, a)).zip(word(table.cell(r, b)))),
            |(p, q)| (Folded(p), Folded(q)),
        );
        let pairs = pairs.into_iter().map(|(p, q)| (p.to_owned(), q.to_owned())).collect();
        parts.categories.push(CategoryStep::Cross { a, b, pairs });
    }
    Ok(parts)
}

/// The steps over contact fields.
fn plan_contacts(
    recipe: &Recipe,
    table: &LeadTable,
    rows: &[usize],
    parts: &mut Parts,
) -> Result<(), FeatureError> {
    let resolve = |name: &str| -> Result<usize, FeatureError> {
        let field = resolve(table, "contacts", name)?;
        let Field { kind, .. } = &table.schema().fields()[field];
        match kind {
            FieldKind::Date(_) => Err(FeatureError::WrongKind {
                step: "`features.contacts`".to_owned(),
                field: name.to_owned(),
                expected: "words",
                found: kind.describe(),
            }),
            _ => Ok(field),
        }
    };
    let contacts = &recipe.contacts;
    for (name, gives) in contacts.numbers() {
        parts.numbers.push(NumberStep::Contact { field: resolve(name)?, gives });
    }
    if let (Some(email), Some(website)) = (&contacts.email, &contacts.website) {
        let (email, website) = (resolve(email)?, resolve(website)?);
        parts.numbers.push(NumberStep::OwnDomain { email, website });
    }
    if let Some(name) = &contacts.technologies {
        let field = resolve(name)?;
        let listed: Vec<String> =
            rows.iter().flat_map(|&row| technologies(table.cell(row, field))).collect();
        let frequent = frequent(recipe, listed.iter().map(|name| Some(name.as_str())), |name| name);
        parts.numbers.extend(
            frequent
                .into_iter()
                .map(|name| NumberStep::Uses { field, technology: name.to_owned() }),
        );
    }
    for (name, gives) in contacts.words() {
        let field = resolve(name)?;
        let words: Vec<Option<String>> = rows
            .iter()
            .map(|&row| word(table.cell(row, field)).and_then(|t| gives.of(t)))
            .collect();
        let levels = frequent(recipe, words.iter().map(Option::as_deref), |word| word);
        let levels = levels.into_iter().map(str::to_owned).collect();
        parts.categories.push(CategoryStep::Contact { field, gives, levels });
    }
    Ok(())
}

fn resolve(table: &LeadTable, step: &'static str, name: &str) -> Result<usize, FeatureError> {
    let position = table.schema().position(name)?;
    match table.schema().fields()[position].role {
        Role::Feature => Ok(position),
        role => Err(FeatureError::NotAFeature { step, field: name.to_owned(), role }),
    }
}

fn require(step: &str, field: &Field, kind: FieldKind) -> Result<(), FeatureError> {
    if field.kind.alike(kind) {
        return Ok(());
    }
    Err(FeatureError::WrongKind {
        step: format!("`features.{step}`"),
        field: field.name.clone(),
        expected: kind.describe(),
        found: field.kind.describe(),
    })
}

/// The values that are frequent enough, the most frequent first, equals by name. `fold` tells which spellings are one value; the
/// most frequent spelling stands for it.
fn frequent<T: Ord + Copy, K: Ord>(
    recipe: &Recipe,
    values: impl Iterator<Item = Option<T>>,
    fold: impl Fn(T) -> K,
) -> Vec<T> {
    let mut counts: BTreeMap<K, BTreeMap<T, usize>> = BTreeMap::new();
    for value in values.flatten() {
        *counts.entry(fold(value)).or_default().entry(value).or_default() += 1;
    }
    let mut kept: Vec<(T, usize)> = counts
        .into_values()
        .filter_map(|spellings| {
            let count: usize = spellings.values().sum();
            let shown = spellings.into_iter().max_by_key(|(value, n)| (*n, Reverse(*value)))?;
            (count >= recipe.min_level_count).then_some((shown.0, count))
        })
        .collect();
    // A stable sort leaves equals in the map's order, which is by name.
    kept.sort_by_key(|(_, count)| Reverse(*count));
    kept.truncate(recipe.max_levels);
    kept.into_iter().map(|(value, _)| value).collect()
}

/// More rare words than this are not listed: the field is open-ended, and a new word in it is nothing special.
const MOST_RARE: usize = 1000;

/// The words that are no level, each once and in order; `None` where there are too many.
fn rare<'a>(words: impl Iterator<Item = &'a str>, levels: &[&str]) -> Option<Vec<String>> {
    let levels: BTreeSet<Folded<'_>> = levels.iter().map(|level| Folded(level)).collect();
    let mut found: BTreeMap<Folded<'a>, &'a str> = BTreeMap::new();
    for word in words.filter(|word| !levels.contains(&Folded(word))) {
        // Of several spellings the first in order, whatever the order of the rows.
        let kept = found.entry(Folded(word)).or_insert(word);
        *kept = (*kept).min(word);
        if found.len() > MOST_RARE {
            return None;
        }
    }
    Some(found.into_values().map(str::to_owned).collect())
}

fn varies(table: &LeadTable, rows: &[usize], value: impl Fn(&[Cell<'_>]) -> u32) -> bool {
    let width = table.schema().fields().len();
    let mut lead = Vec::with_capacity(width);
    let mut first = None;
    rows.iter().any(|&row| {
        lead.clear();
        lead.extend((0..width).map(|field| table.cell(row, field)));
        let value = value(&lead);
        *first.get_or_insert(value) != value
    })
}

/// The cells of a lead.
fn lead(table: &LeadTable, row: usize) -> Vec<Cell<'_>> {
    (0..table.schema().fields().len()).map(|field| table.cell(row, field)).collect()
}

fn constant(name: String) -> Unused {
    Unused { name, reason: "is the same for every training lead".to_owned() }
}

fn rare_alone(name: String, least: usize) -> Unused {
    let reason =
        format!("none of its values stands in {least} training leads (`features.min_level_count`)");
    Unused { name, reason }
}

/// The declared profile as a step, where there is one.
fn profile(
    icp: &[Criterion],
    schema: &Schema,
    moment: Option<usize>,
) -> Result<Option<NumberStep>, FeatureError> {
    let mut when = Vec::with_capacity(icp.len());
    for (i, criterion) in icp.iter().enumerate() {
        let place = format!("features.icp[{}]", i + 1);
        if !(criterion.weight > 0.0 && criterion.weight.is_finite()) {
            return Err(FeatureError::Weight { place, weight: criterion.weight });
        }
        let bound = criterion.when.bind(schema, &place)?;
        for &&field in &bound.fields() {
            let field = &schema.fields()[field];
            if !matches!(field.role, Role::Feature | Role::Created) {
                let (field, role) = (field.name.clone(), field.role);
                return Err(FeatureError::Hidden { place, field, role });
            }
        }
        when.push(bound);
    }
    let moment = moment.filter(|_| when.iter().any(Condition::needs_moment));
    let weights = icp.iter().map(|criterion| criterion.weight).collect();
    Ok((!when.is_empty()).then_some(NumberStep::Match { when, weights, moment }))
}

/// Drops the fields that no step reads and moves the positions accordingly.
pub(crate) fn keep_read_fields(mut parts: Parts) -> Parts {
    let read: BTreeSet<usize> = (parts.numbers.iter().flat_map(NumberStep::reads))
        .chain(parts.texts.iter().map(|step| step.field))
        .chain(parts.categories.iter().flat_map(CategoryStep::reads))
        .collect();
    let moved: BTreeMap<usize, usize> = read.iter().copied().zip(0..).collect();
    let positions = (parts.numbers.iter_mut().flat_map(NumberStep::positions))
        .chain(parts.texts.iter_mut().map(|step| &mut step.field))
        .chain(parts.categories.iter_mut().flat_map(CategoryStep::positions));
    for position in positions {
        *position = moved[position];
    }
    parts.fields = read.into_iter().map(|p| parts.fields[p].clone()).collect();
    parts
}
