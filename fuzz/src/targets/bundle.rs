//! A bundle's folder. The first line names a file of it, the rest is that file's bytes; the others are those of the
//! frozen bundle. Manifest and seal are made to match, so that the bytes get past the checksums; an input that is itself
//! the manifest is sealed as it stands.

use crate::{frozen_bundle, scratch};
use leadsight_registry::{BundleFiles, fingerprint, read_bundle};
use leadsight_schema::Timestamp;
use leadsight_score::Scorer;
use std::collections::BTreeSet;
use std::fs;
use std::sync::LazyLock;

const MANIFEST: &str = "manifest.json";

static FROZEN: LazyLock<BundleFiles> =
    LazyLock::new(|| read_bundle(&frozen_bundle()).expect("the frozen bundle reads"));

pub(crate) fn run(bytes: &[u8]) {
    let Some(end) = bytes.iter().position(|b| *b == b'\n') else { return };
    let (name, content) = (String::from_utf8_lossy(&bytes[..end]), &bytes[end + 1..]);
    let mut bundle = FROZEN.clone();
    let text = if name == MANIFEST {
        content.to_vec()
    } else if let Some(file) = bundle.files.get_mut(&*name) {
        *file = content.to_vec();
        let entry = bundle.manifest.files.get_mut(&*name).expect("each file is listed");
        entry.bytes = content.len() as u64;
        entry.sha256 = fingerprint(content);
        serde_json::to_vec(&bundle.manifest).expect("a manifest can be written")
    } else {
        return;
    };
    let seal = format!("{}  {MANIFEST}\n", fingerprint(&text)).into_bytes();
    bundle.files.extend([(MANIFEST.to_owned(), text), ("manifest.sha256".to_owned(), seal)]);

    let folder = scratch().join("bundle");
    fs::create_dir_all(&folder).expect("the temporary folder can be written");
    for (name, content) in &bundle.files {
        fs::write(folder.join(name), content).expect("the temporary folder can be written");
    }
    let Ok(scorer) = Scorer::load(&folder) else { return };
    // No file may make the scorer panic later, either: an empty lead, and one that fills every field.
    let Some(bundle) = scorer.bundle() else { return };
    let fields = bundle.recipe.fields();
    let names: BTreeSet<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    let full = names.into_iter().map(|name| (name.to_owned(), "3".into())).collect();
    for lead in [serde_json::Map::new(), full] {
        if let Ok(scored) = scorer.score_json(&lead, Timestamp(0)) {
            let probability = scored.probability.is_none_or(|p| (0.0..=1.0).contains(&p));
            assert!(probability && scored.lead_score <= 100);
        }
        let _ = scorer.explain_json(&lead);
    }
}
