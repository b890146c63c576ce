//! The scorer: what it is made from, which columns it fills, and one lead at a time; rows.rs has the way that every input shares.

use crate::{
    Bundle, OutputColumn, ScoreError, ScoredLead, block::Block, declared::Declared,
    fallback::Second,
};
use leadsight_decide::{Actions, Conduct, DecideError, Fallback, Icp, Shared, Tiers, Vocabulary};
use leadsight_features::{Bound, FittedRecipe};
use leadsight_rules::Condition;
use leadsight_schema::{
    Cell, Cells, Fingerprint, Issue, Language, Probability, Record, Schema, SchemaError, Severity,
    Terms, TextRules, Timestamp, fill,
};
use std::{path::Path, sync::Arc};

/// What scores.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// A trained model.
    Bundle(Box<Bundle>),
    /// Rules and points.
    Declared(Box<Declared>),
}

/// A verified bundle or a checked policy, ready to score. Share one between threads.
#[derive(Debug, Clone)]
pub struct Scorer {
    pub(crate) source: Source,
    pub(crate) version: Arc<str>,
    pub(crate) own: Bound,
    /// For each matrix feature the recipe's fields that it is made from.
    pub(crate) lineage: Vec<Vec<usize>>,
    /// The recipe, told to read what else the policy asks.
    pub(crate) recipe: FittedRecipe,
    /// How many of its fields are the model's own.
    pub(crate) features_from: usize,
    /// The criteria of a bundle's ideal customer, at the positions of the recipe's fields.
    pub(crate) ideal: Vec<Condition<usize>>,
    pub(crate) conduct: Conduct,
    pub(crate) second: Option<Second>,
}

/// What holds for all leads of a call.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) detail: Detail,
    /// What too many leads share, where there are many.
    pub(crate) shared: Option<&'a Shared>,
    pub(crate) now: Timestamp,
}

/// What is computed of a lead: reasons cost an explanation, so they are made only where a column asks for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    Scores,
    Reasons,
}

impl Scorer {
    /// Reads and verifies a bundle's folder.
    ///
    /// # Errors
    /// As [`Bundle::read`].
    pub fn load(dir: &Path) -> Result<Self, ScoreError> {
        let (bundle, version) = Bundle::read(dir)?;
        Self::new(bundle, &version)
    }

    /// A scorer from a bundle in memory and its version.
    ///
    /// # Errors
    /// [`ScoreError::Mismatch`] where the model was fitted on other features than the recipe makes.
    pub fn new(bundle: Bundle, version: &Fingerprint) -> Result<Self, ScoreError> {
        bundle.check()?;
        let name = bundle.name.clone();
        Self::over(Source::Bundle(Box::new(bundle)), &name, version)
    }

    pub(crate) fn over(
        source: Source,
        name: &str,
        version: &Fingerprint,
    ) -> Result<Self, ScoreError> {
        let (own, asked) = match &source {
            Source::Bundle(bundle) => (&bundle.recipe, bundle.policy.fields()?),
            Source::Declared(declared) => (&declared.recipe, declared.policy.fields().to_vec()),
        };
        let features_from = own.fields().len();
        let mut recipe = own.reading(asked);
        let mut second = None;
        if let Source::Bundle(bundle) = &source {
            bundle.policy.tiers.check_fixed(true)?;
            if let Some(text) = &bundle.fallback {
                let when = bundle.policy.fallback;
                let found = Second::new(name, text, when, recipe.fields())?;
                recipe = recipe.reading(found.scorer.recipe().fields().to_vec());
                second = Some(found.over(&recipe));
            } else if bundle.policy.fallback != Fallback::default() {
                let difference = "the policy says when it scores, and there is none".to_owned();
                return Err(ScoreError::Mismatch { part: "fallback", difference });
            }
        }
        let fields = recipe.fields();
        let place = |source: &String| fields.iter().position(|f| f.name == *source);
        let lineage = (recipe.features().iter())
            .map(|feature| feature.sources.iter().filter_map(place).collect())
            .collect();
        let (icp, actions, review) = match &source {
            Source::Bundle(bundle) => {
                let policy = &bundle.policy;
                (policy.icp.as_ref(), &policy.actions, &policy.review)
            }
            // The criteria of its ideal customer are features of the recipe.
            Source::Declared(declared) => (None, &declared.policy.actions, &declared.policy.review),
        };
        let conduct = Conduct::bind(actions, review, fields)?;
        let schema = Schema::new(fields.to_vec())?;
        let criteria = icp.map_or(&[][..], Icp::criteria).iter();
        let ideal = criteria.map(|c| c.when.bind(&schema, "`icp` of the policy"));
        let ideal = ideal.collect::<Result<_, _>>().map_err(|e| DecideError::Rules(Box::new(e)))?;
        let version = format!("{name}@{}", version.short()).into();
        let own = recipe.bind_own();
        Ok(Self { own, version, lineage, ideal, recipe, features_from, conduct, second, source })
    }

    /// The bundle, where a model scores.
    pub fn bundle(&self) -> Option<&Bundle> {
        match &self.source {
            Source::Bundle(bundle) => Some(bundle),
            Source::Declared(_) => None,
        }
    }

    /// The fields that it reads, in the order in which a [`Record`] for it holds them: the model's own, then what else the policy asks.
    pub fn fields(&self) -> &[leadsight_schema::Field] {
        self.recipe.fields()
    }

    /// The columns that it can fill of a lead alone, in the order of the output; [`OutputColumn::needs_previous`] tells the others.
    pub fn columns(&self) -> Vec<OutputColumn> {
        let bundle = self.bundle();
        let filled = |c: &OutputColumn| match c {
            OutputColumn::Probability => bundle.is_some(),
            OutputColumn::ScorePercentile => bundle.is_some_and(|b| b.percentiles.is_some()),
            OutputColumn::FitScore | OutputColumn::IntentScore => {
                bundle.is_some_and(|b| !b.policy.intent.is_empty())
            }
            OutputColumn::IcpMatchPct => self.icp().is_some(),
            OutputColumn::ActionProbability => self.actions().explore.is_some(),
            OutputColumn::RecommendedProduct => {
                self.actions().rules.iter().any(|rule| rule.product.is_some())
            }
            OutputColumn::ReviewFlag => self.conduct.review().looks(),
            column if column.needs_previous() => false,
            _ => true,
        };
        OutputColumn::all().filter(filled).collect()
    }

    /// The tiers that leads fall into.
    pub fn tiers(&self) -> &Tiers {
        match &self.source {
            Source::Bundle(bundle) => &bundle.policy.tiers,
            Source::Declared(declared) => &declared.policy.tiers,
        }
    }

    fn actions(&self) -> &Actions {
        match &self.source {
            Source::Bundle(bundle) => &bundle.policy.actions,
            Source::Declared(declared) => &declared.policy.actions,
        }
    }

    /// Whether columns cost an explanation of the lead: those that tell reasons, and those that a rule over fit and intent fills.
    pub(crate) fn detail(&self, columns: &[OutputColumn]) -> Detail {
        let sides = self.conduct.asks_sides();
        let needs = |c: &OutputColumn| c.needs_reasons() || (sides && c.is_conduct());
        if columns.iter().any(needs) { Detail::Reasons } else { Detail::Scores }
    }

    fn icp(&self) -> Option<&Icp> {
        match &self.source {
            Source::Bundle(bundle) => bundle.policy.icp.as_ref(),
            Source::Declared(declared) => declared.policy.icp.as_ref(),
        }
    }

    /// The bundle, or an error where no model scores.
    pub(crate) fn model(&self) -> Result<&Bundle, ScoreError> {
        self.bundle().ok_or(ScoreError::NoModel)
    }

    /// The same scorer, telling leads in another language.
    pub fn in_language(mut self, language: Language) -> Self {
        match &mut self.source {
            Source::Bundle(bundle) => bundle.policy.speak(language),
            Source::Declared(declared) => declared.policy.speak(language),
        }
        self.second = self.second.map(|second| second.in_language(language));
        self
    }

    /// One issue for each field that the policy, read from `file`, has words for and nothing reads.
    pub fn unread_wording(&self, file: &str) -> Vec<Issue> {
        let read: Vec<&str> = self.recipe().fields().iter().map(|f| f.name.as_str()).collect();
        let issue = |(field, hint): (String, String)| Issue {
            severity: Severity::Warning,
            kind: "unread_wording".to_owned(),
            file: file.to_owned(),
            row: None,
            line: None,
            column: Some(field),
            found: format!("words for a field that is not read{hint}"),
            expected: "a field that a factor can name; the words are not used".to_owned(),
            count: 1,
        };
        self.vocabulary().unread(&read).into_iter().map(issue).collect()
    }

    /// How it speaks of fields.
    pub fn vocabulary(&self) -> Vocabulary<'_> {
        match &self.source {
            Source::Bundle(bundle) => bundle.policy.vocabulary(),
            Source::Declared(declared) => declared.policy.vocabulary(),
        }
    }

    pub(crate) fn recipe(&self) -> &FittedRecipe {
        &self.recipe
    }

    pub(crate) fn conduct(&self) -> &Conduct {
        &self.conduct
    }

    pub(crate) fn text_rules(&self) -> &TextRules {
        match &self.source {
            Source::Bundle(bundle) => &bundle.rules,
            Source::Declared(declared) => &declared.text,
        }
    }

    /// The names of columns with these headers.
    pub(crate) fn rename(&self, headers: Vec<String>) -> Vec<String> {
        match self.bundle() {
            Some(bundle) if !bundle.headers.is_empty() => bundle.headers.rename(&headers).names,
            _ => headers,
        }
    }

    /// The column that names the lead.
    pub(crate) fn id(&self) -> Option<&str> {
        match &self.source {
            Source::Bundle(bundle) => bundle.id.as_deref(),
            Source::Declared(declared) => declared.policy.id.as_deref(),
        }
    }

    /// The name of bundle or policy and the first digits of its hash: the column `model_version`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What a row, its outcome and a call are called.
    pub fn terms(&self) -> Terms {
        match &self.source {
            Source::Bundle(bundle) => bundle.policy.terms.clone(),
            Source::Declared(declared) => declared.policy.terms.clone(),
        }
    }

    /// Scores one lead whose values stand in the order of the recipe's fields. `problems` are those that
    /// [`Record::read`] gave, for the warnings.
    ///
    /// # Errors
    /// [`ScoreError`] where the model refuses.
    pub fn score_record(
        &self,
        lead_id: &str,
        lead: &Record,
        problems: &[(usize, SchemaError)],
        now: Timestamp,
    ) -> Result<ScoredLead, ScoreError> {
        let mut scored = self.one(lead_id, lead, now)?;
        scored.warnings.extend(problems.iter().map(|(field, p)| self.warning(*field, p)));
        Ok(scored)
    }

    /// The calibrated probability of a margin.
    ///
    /// # Errors
    /// [`ScoreError::Schema`] where the margin is not a number, [`ScoreError::NoModel`] without a model.
    pub fn probability(&self, margin: f64) -> Result<Probability, ScoreError> {
        Ok(Probability::new(self.model()?.calibrator.probability(margin))?)
    }

    pub(crate) fn own(&self) -> &Bound {
        &self.own
    }

    pub(crate) fn width(&self) -> usize {
        self.recipe().fields().len()
    }

    /// One lead with all its reasons, cells in the recipe's order.
    pub(crate) fn one(
        &self,
        lead_id: &str,
        cells: &(impl Cells + ?Sized),
        now: Timestamp,
    ) -> Result<ScoredLead, ScoreError> {
        let call = Call { detail: Detail::Reasons, shared: None, now };
        let mut scored = self.score(&self.own, cells, &[0], |_| lead_id.to_owned(), call)?;
        scored.pop().ok_or_else(|| {
            let what = "the lead".to_owned();
            SchemaError::Length { what, expected: 1, found: 0 }.into()
        })
    }

    /// A problem with a cell in words.
    pub(crate) fn warning(&self, field: usize, problem: &SchemaError) -> String {
        let name = self.recipe().fields().get(field).map_or("", |f| f.name.as_str());
        let SchemaError::Unreadable { expected, found } = problem else {
            return format!("{name}: {problem}");
        };
        let language = self.vocabulary().language();
        fill(language.phrases().warn_unreadable, |word| match word {
            "field" => name,
            "value" => found,
            _ => language.built_in(expected).unwrap_or(expected),
        })
    }

    /// A word that no training row had, as a warning.
    pub(crate) fn new_word(
        &self,
        bound: &Bound,
        cells: &(impl Cells + ?Sized),
        row: usize,
        field: usize,
    ) -> String {
        let name = self.recipe().fields().get(field).map_or("", |f| f.name.as_str());
        let cell = bound.positions().get(field).copied().flatten();
        let value = cell.map_or(Cell::Missing, |position| cells.cell(row, position));
        let value = self.vocabulary().value(name, value);
        fill(self.vocabulary().language().phrases().warn_unseen, |word| match word {
            "field" => name,
            _ => &value,
        })
    }

    /// An absent field in words.
    pub(crate) fn absent(&self, name: &str) -> String {
        fill(self.vocabulary().language().phrases().warn_absent, |_| name)
    }

    /// A block to read leads into.
    pub(crate) fn block<'a>(&self, rows: usize) -> Block<'a> {
        Block::new(self.width(), rows)
    }
}

/// The identifier of a lead that has none.
pub(crate) fn row_id(row: u64) -> String {
    format!("row-{row}")
}
