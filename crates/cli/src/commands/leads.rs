//! What commands over leads share: the bundle, the moment, and how a file of leads is read.

use super::run::now;
use crate::args::Language;
use crate::failure::Failure;
use crate::input::{self, input, opened};
use crate::interrupt;
use crate::print;
use crate::progress::Work;
use leadsight_behaviour::{EventLog, LogOptions, read_log};
use leadsight_decide::{Policy, PolicyFile};
use leadsight_registry::MANIFEST;
use leadsight_report::folder::{BUNDLE, CONFIG};
use leadsight_schema::Timestamp;
use leadsight_score::{
    Before, Bundle, CsvOptions, PreviousLeads, PreviousScores, ScoreError, Scorer,
};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// The scorer of a bundle.
///
/// # Errors
/// [`Failure::Argument`] for what is no bundle, naming one nearby, [`Failure::Score`] for one that is not whole.
pub fn scorer(bundle: &Path) -> Result<Scorer, Failure> {
    opened("--bundle", bundle);
    if bundle.join(MANIFEST).is_file() && !bundle.join(CONFIG).is_file() {
        return Ok(Scorer::load(bundle)?);
    }
    let shown = bundle.display();
    let found = match bundle {
        _ if bundle.join(CONFIG).is_file() => format!("`{shown}` is a run folder"),
        _ if bundle.is_file() => format!("`{shown}` is a file"),
        _ if bundle.is_dir() => format!("`{shown}` is no bundle: it has no `{MANIFEST}`"),
        _ => format!("there is no `{shown}`"),
    };
    let expected = match bundle_below(bundle) {
        Some(inner) => format!("the bundle in it, `{}`", inner.display()),
        None => "a bundle's folder; `leadsight run` leaves one as runs/NAME/bundle".to_owned(),
    };
    Err(Failure::Argument { argument: "--bundle", found, expected })
}

/// The bundle of a run folder, or of a run in a folder of runs.
fn bundle_below(folder: &Path) -> Option<PathBuf> {
    let bundle = |run: &Path| Some(run.join(BUNDLE)).filter(|b| b.join(MANIFEST).is_file());
    let runs = || -> Option<PathBuf> {
        let mut runs: Vec<PathBuf> =
            std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
        runs.sort();
        runs.iter().find_map(|run| bundle(run))
    };
    bundle(folder).or_else(runs)
}

/// The event log of the leads to score, read as that of training was; problems are printed.
///
/// # Errors
/// [`Failure::Score`] for a bundle that asks nothing of events, what is wrong with the file.
pub fn events(
    scorer: &Scorer,
    given: Option<&Path>,
    now: Timestamp,
) -> Result<Option<EventLog>, Failure> {
    let Some(path) = given else { return Ok(None) };
    let behaviour = scorer.behaviour().ok_or(ScoreError::NoBehaviour)?;
    let rules = scorer.bundle().map(|bundle| bundle.rules.clone()).unwrap_or_default();
    let file = input("--events", path)?;
    let source = file.open(None).map_err(|source| Failure::Unreadable {
        path: file.path.clone(),
        what: "the event log",
        source,
    })?;
    let options = LogOptions {
        file: &file.name,
        columns: &behaviour.events,
        separator: None,
        rules: &rules,
        now: Some(now),
        attributes: &[],
    };
    let read = read_log(source, &options).map_err(ScoreError::from)?;
    print::issues(&file.issues());
    print::issues(&read.issues);
    Ok(Some(read.log))
}

/// What is known of the last time.
pub struct Earlier {
    scores: PreviousScores,
    leads: Option<PreviousLeads>,
}

impl Earlier {
    pub fn before(&self) -> Before<'_> {
        Before { scores: &self.scores, leads: self.leads.as_ref() }
    }
}

/// The scores of the last time and the leads as they were, read with `options`; problems are printed.
///
/// # Errors
/// What is wrong with the files.
pub fn earlier(
    scorer: &Scorer,
    scores: Option<&Path>,
    leads: Option<&Path>,
    options: &CsvOptions<'_>,
) -> Result<Option<Earlier>, Failure> {
    let Some(scores) = scores else { return Ok(None) };
    let file = input("--previous", scores)?;
    let what = "the scores of the last time";
    let text = file.open(None).map_err(|source| {
        let path = file.path.clone();
        Failure::Unreadable { path, what, source }
    })?;
    let (scores, issues) = PreviousScores::read(text, &file.name)?;
    print::issues(&file.issues());
    print::issues(&issues);
    let Some(leads) = leads else { return Ok(Some(Earlier { scores, leads: None })) };
    let file = input("--previous-leads", leads)?;
    let options = CsvOptions { file: &file.name, separator: None, ..*options };
    let (leads, issues) = PreviousLeads::read(scorer, || file.open(None), &options)?;
    print::issues(&file.issues());
    print::issues(&issues);
    Ok(Some(Earlier { scores, leads: Some(leads) }))
}

/// The scorer, telling leads in the language given.
pub fn told_in(scorer: Scorer, language: Option<Language>) -> Scorer {
    match language {
        Some(language) => scorer.in_language(language.into()),
        None => scorer,
    }
}

/// The scorer of a bundle that decides by another policy, which may be open to be fixed by `fix`.
///
/// # Errors
/// As [`scorer`]; a policy file that cannot be read, is unsound, or is for leads without a model.
pub fn scorer_under(
    bundle: &Path,
    policy: &Path,
    fix: impl FnOnce(&mut Policy, &Scorer) -> Result<(), Failure>,
) -> Result<Scorer, Failure> {
    let own = scorer(bundle)?;
    let text = policy_text("--policy", policy)?;
    let PolicyFile::Model(draft) = PolicyFile::from_ron(&text).map_err(ScoreError::from)? else {
        return Err(Failure::Argument {
            argument: "--policy",
            found: format!("`{}` scores by rules or points", policy.display()),
            expected: "a policy for a model beside --bundle (tiers, actions, review), or this one alone or as --fallback".to_owned(),
        });
    };
    let (mut bundle, version) = Bundle::read(bundle)?;
    bundle.policy = draft.over(&bundle.policy);
    bundle.policy.check_review(bundle.recipe.fields()).map_err(ScoreError::from)?;
    fix(&mut bundle.policy, &own)?;
    let version = leadsight_registry::fingerprint(format!("{version}{text}").as_bytes());
    Ok(Scorer::new(bundle, &version)?)
}

/// The text of a policy file.
///
/// # Errors
/// [`Failure::Unreadable`].
pub fn policy_text(argument: &'static str, policy: &Path) -> Result<String, Failure> {
    input::text(argument, policy, "the policy (a RON file)")
}

/// The scorer of a policy with rules and points; words for fields that nothing reads are told.
///
/// # Errors
/// [`Failure::Unreadable`] for a file that cannot be read, [`Failure::Score`] for one that is no sound policy.
pub fn declared(argument: &'static str, policy: &Path) -> Result<Scorer, Failure> {
    let text = policy_text(argument, policy)?;
    let stem = policy.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let scorer = Scorer::from_policy(&stem.unwrap_or_else(|| "policy".to_owned()), &text)?;
    print::issues(&scorer.unread_wording(&policy.to_string_lossy()));
    Ok(scorer)
}

/// The separator as the byte that CSV readers take.
///
/// # Errors
/// [`Failure::Argument`] for a separator beyond ASCII.
pub fn separator(given: Option<char>) -> Result<Option<u8>, Failure> {
    given
        .map(|c| {
            u8::try_from(c).ok().filter(u8::is_ascii).ok_or_else(|| Failure::Argument {
                argument: "--separator",
                found: c.to_string(),
                expected: "one ASCII character such as `;`".to_owned(),
            })
        })
        .transpose()
}

/// A moment that was given, or the clock's.
///
/// # Errors
/// [`Failure::Argument`] for what is no moment.
pub fn moment(argument: &'static str, given: Option<&str>) -> Result<Timestamp, Failure> {
    let Some(text) = given else { return Ok(now()) };
    let read = text.parse::<jiff::Timestamp>().map(|t| Timestamp(t.as_second()));
    read.map_err(|_| Failure::Argument {
        argument,
        found: text.to_owned(),
        expected: "a moment such as 2026-11-22T14:03:00Z".to_owned(),
    })
}

/// Tells how many leads are done, and goes on until Ctrl-C. A file that is read twice is read to rank its leads first,
/// which tells how many there are.
pub fn watch(work: &Work) -> impl Fn(u64) -> ControlFlow<()> + Sync {
    let (last, total) = (AtomicU64::new(0), AtomicU64::new(0));
    move |done| {
        let before = last.swap(done, Ordering::Relaxed);
        if done < before {
            total.store(before, Ordering::Relaxed);
        }
        let total = total.load(Ordering::Relaxed);
        work.count(done, (total > 0).then_some(total), "leads");
        if interrupt::asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
