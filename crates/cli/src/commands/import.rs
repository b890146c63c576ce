//! `leadsight import`: another library's model, looked at, kept, or made a bundle of.

use super::Answer;
use super::leads::watch;
use crate::args::{Common, Import};
use crate::failure::Failure;
use crate::input::{input, opened};
use crate::output::{output_file, replaced_folder};
use crate::print::{self, Cell, Rows};
use crate::progress::Work;
use leadsight_forest::{Forest, Link, TreeModel, import};
use leadsight_schema::Fingerprint;
use leadsight_score::{Bundle, CsvOptions, Imported, Percentiles, Scorer};
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::Path;

/// What a model is, in figures.
#[derive(Serialize)]
struct Summary {
    source: String,
    predicts: String,
    classes: Vec<String>,
    features: usize,
    /// Those that a split asks for.
    asked: Vec<String>,
    categories: Vec<String>,
    rounds: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    best_rounds: Option<usize>,
    trees: usize,
    symmetric_trees: usize,
    nodes: usize,
    depth: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    bundle: Option<String>,
}

pub fn run(args: &Import, common: &Common) -> Result<Answer, Failure> {
    if args.sklearn_exporter {
        print::text(import::SKLEARN_EXPORTER)?;
        return Ok(Answer::Yes);
    }
    // The argument parser asks for one of the two.
    let Some(path) = &args.model else { return Ok(Answer::Yes) };
    check_thresholds(args)?;
    let file = input("MODEL", path)?;
    if let Some(sample) = &args.sample {
        opened("--sample", sample);
    }
    if let Some(forest) = &args.forest {
        output_file("--forest", forest)?;
    }
    if let Some(out) = &args.out {
        replaced_folder("--out", out)?;
    }
    let bytes = std::fs::read(&file.path).map_err(|source| Failure::Unreadable {
        path: file.path.clone(),
        what: "the model",
        source,
    })?;
    let unreadable = |source| Failure::Import { file: file.name.clone(), source };
    let mut model = import::read(&bytes).map_err(unreadable)?;
    drop(bytes);
    named(&mut model, &args.features)?;
    cut(&mut model, args.rounds)?;
    let mut summary = summary(&model);
    if let Some(forest) = &args.forest {
        let bytes = model.to_bytes().map_err(unreadable)?;
        leadsight_registry::write_file(forest, &bytes)?;
        tracing::info!("{} bytes written to {}", bytes.len(), forest.display());
    }
    if let Some(out) = &args.out {
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let stem = stem.filter(|stem| stem != "-");
        let name = args.name.clone().or(stem).unwrap_or_else(|| "imported".to_owned());
        let (threshold, skip_threshold) = (args.threshold, args.skip_threshold);
        let class = args.class.as_deref().map(|class| position(&model, class)).transpose()?;
        let id = args.id.clone();
        let how = Imported { name: name.clone(), id, class, threshold, skip_threshold };
        let mut bundle = Bundle::from_trees(&model, how)?;
        if let Some(sample) = &args.sample {
            bundle.percentiles = Some(percentiles(&bundle, sample, common)?);
        }
        let version = bundle.write(out)?;
        summary.bundle = Some(format!("{name}@{}", version.short()));
    }
    if args.dump {
        print::text(&model.dump().to_string())?;
        return Ok(Answer::Yes);
    }
    let mut rows = rows(&summary);
    match &args.out {
        Some(out) => rows.next(
            "To score leads with it",
            &format!(
                "leadsight score --bundle {} --leads leads.csv --out scored.csv",
                out.display()
            ),
        ),
        None => rows.next(
            "To score leads with it",
            &format!("leadsight import {} --out bundle", path.display()),
        ),
    }
    print::data(common.format, &summary, &rows)?;
    Ok(Answer::Yes)
}

fn check_thresholds(args: &Import) -> Result<(), Failure> {
    let wrong = |argument, found: f64, expected: &str| Failure::Argument {
        argument,
        found: found.to_string(),
        expected: expected.to_owned(),
    };
    let between = |p: f64, above: f64| p > 0.0 && p < above;
    if !between(args.threshold, 1.0) {
        return Err(wrong("--threshold", args.threshold, "a probability between 0 and 1"));
    }
    match args.skip_threshold.filter(|skip| !between(*skip, args.threshold)) {
        Some(skip) => {
            Err(wrong("--skip-threshold", skip, "a probability above 0 and below --threshold"))
        }
        None => Ok(()),
    }
}

/// The position of a class, by its name or its position.
fn position(model: &TreeModel, class: &str) -> Result<usize, Failure> {
    let named = model.classes.iter().position(|name| name == class);
    let count = model.outputs.len();
    named.or_else(|| class.parse().ok().filter(|at| *at < count)).ok_or_else(|| {
        let expected = match model.classes.as_slice() {
            [] => format!("a position from 0 to {}", count.saturating_sub(1)),
            names => format!("one of {}", names.join(", ")),
        };
        Failure::Argument { argument: "--class", found: class.to_owned(), expected }
    })
}

/// Where the margins of a sample of leads lie.
fn percentiles(bundle: &Bundle, sample: &Path, common: &Common) -> Result<Percentiles, Failure> {
    let file = input("--sample", sample)?;
    let scorer = Scorer::new(bundle.clone(), &Fingerprint(String::new()))?;
    let work = Work::begin(common, format!("reading {}", file.name));
    let watch = watch(&work);
    let mut options = CsvOptions::new(&[]);
    options.file = &file.name;
    options.watch = &watch;
    let mut margins = Vec::new();
    let open = || file.open(None);
    let summary = scorer.explain_csv(open, &options, |lead| {
        margins.push(lead.margin);
        Ok(())
    })?;
    drop(watch);
    drop(work);
    print::issues(&summary.issues);
    Ok(Percentiles::from_margins(&margins)?)
}

/// Gives the inputs the names of `--features`, or tells that they have none.
fn named(model: &mut TreeModel, given: &[String]) -> Result<(), Failure> {
    let count = model.n_features();
    if given.is_empty() {
        if model.feature_names.is_empty() {
            let last = count.saturating_sub(1);
            tracing::warn!(
                "the file names no inputs: they are called f0 to f{last}; --features NAME,... names them"
            );
        }
        return Ok(());
    }
    if given.len() != count {
        return Err(Failure::Argument {
            argument: "--features",
            found: format!("{} names", given.len()),
            expected: format!("{count}, one for each input in the order of the model"),
        });
    }
    let mut seen = BTreeSet::new();
    if let Some(twice) = given.iter().find(|name| !seen.insert(name.trim())) {
        return Err(Failure::Argument {
            argument: "--features",
            found: format!("`{}` twice", twice.trim()),
            expected: "a name of its own for each input".to_owned(),
        });
    }
    model.feature_names = given.iter().map(|name| name.trim().to_owned()).collect();
    Ok(())
}

/// Keeps the rounds of `--rounds`, or tells where the library would keep fewer than all.
fn cut(model: &mut TreeModel, rounds: Option<usize>) -> Result<(), Failure> {
    let all = model.rounds();
    match (rounds, model.best_rounds) {
        (None, Some(best)) => tracing::warn!(
            "all {all} rounds are kept; early stopping found {best} best, and the library's scikit-learn classes predict with those only: \
             --rounds {best} keeps those"
        ),
        (Some(0), _) => {
            return Err(Failure::Argument {
                argument: "--rounds",
                found: "0".to_owned(),
                expected: format!("from 1 to the model's {all} rounds"),
            });
        }
        (Some(rounds), _) if rounds > all => {
            return Err(Failure::Argument {
                argument: "--rounds",
                found: rounds.to_string(),
                expected: format!("from 1 to the model's {all} rounds"),
            });
        }
        (Some(rounds), _) => {
            model.truncate_rounds(rounds);
            model.best_rounds = None;
        }
        (None, None) => {}
    }
    Ok(())
}

fn summary(model: &TreeModel) -> Summary {
    let trees = || model.outputs.iter().flat_map(Forest::trees);
    let symmetric =
        model.outputs.iter().map(|f| (0..f.n_trees()).filter(|tree| f.is_symmetric(*tree)).count());
    let classes = model.outputs.len();
    Summary {
        source: model.source.clone(),
        predicts: match model.link {
            Link::Logistic => "the probability of one outcome".to_owned(),
            Link::Probability if classes == 1 => {
                "the probability of one outcome, a mean over trees".to_owned()
            }
            Link::Softmax | Link::OneVsRest | Link::Probability => {
                format!("the probabilities of {classes} classes")
            }
            Link::Identity => "a number".to_owned(),
            Link::Exp => "a number above 0".to_owned(),
        },
        classes: model.classes.clone(),
        features: model.n_features(),
        asked: model.asked().into_iter().map(|feature| model.name(feature)).collect(),
        categories: model.categories().into_iter().map(|feature| model.name(feature)).collect(),
        rounds: model.rounds(),
        best_rounds: model.best_rounds,
        trees: model.n_trees(),
        symmetric_trees: symmetric.sum(),
        nodes: trees().map(|tree| tree.nodes.len()).sum(),
        depth: model.outputs.iter().map(Forest::depth).max().unwrap_or(0),
        bundle: None,
    }
}

fn rows(summary: &Summary) -> Rows {
    const SHOWN: usize = 12;
    let list = |names: &[String]| {
        let shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
        match names.len().saturating_sub(SHOWN) {
            0 => shown,
            more => format!("{shown}, and {more} more"),
        }
    };
    let mut rows = Rows::new(["what", "value"]);
    let mut push = |what: &str, value: Cell| rows.push([what.into(), value]);
    push("made by", summary.source.as_str().into());
    push("predicts", summary.predicts.as_str().into());
    if !summary.classes.is_empty() {
        push("classes", list(&summary.classes).into());
    }
    push("inputs", summary.features.into());
    push("inputs that trees ask for", summary.asked.len().into());
    push("which are", list(&summary.asked).into());
    if !summary.categories.is_empty() {
        push("categories", list(&summary.categories).into());
    }
    push("rounds", summary.rounds.into());
    push("trees", summary.trees.into());
    push("symmetric trees", summary.symmetric_trees.into());
    push("nodes", summary.nodes.into());
    push("depth", summary.depth.into());
    if let Some(bundle) = &summary.bundle {
        push("bundle", bundle.as_str().into());
    }
    rows
}
