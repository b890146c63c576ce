//! What the binary says about itself.

use crate::shell::Shell;

#[test]
fn every_verb_has_help_with_an_example() {
    let shell = Shell::new();
    let mut page = shell.expect(0, "--help");
    let verbs = verbs(&page);
    for verb in verbs {
        let help = shell.expect(0, &format!("{verb} --help"));
        assert!(help.contains(&format!("Example: leadsight {verb} ")), "{verb}");
        assert!(help.contains("--quiet") && help.contains("--format"), "{verb}");
        page += &format!("\n\n# {verb}\n{help}");
    }
    insta::assert_snapshot!("help", page);
}

#[test]
fn a_wrong_argument_names_the_right_one() {
    let cases = [
        "rnu",
        "run",
        "run a.ron --fromat json",
        "run a.ron --seed abc",
        "run a.ron --set",
        "schema colours",
        "completions tcsh",
        "man scroe",
        "compare a b --split train",
        "score --bundle b",
        "synth --out crm --leads 0",
        "score --bundle b --leads l.csv --columns lead_id,probabilty",
        "score --bundle b --leads l.csv --now yesterday",
    ];
    insta::assert_snapshot!("arguments", Shell::new().transcript(2, &cases));
}

#[test]
fn the_reference_comes_from_the_code() {
    let shell = Shell::new();
    // The other parts are pages of the book, which `cargo xtask docs --check` holds to the code.
    insta::assert_snapshot!("schema_template", shell.expect(0, "schema template"));
    for part in ["config", "template", "output", "folder", "metrics", "commands"] {
        let json = shell.expect(0, &format!("schema {part} --format json"));
        serde_json::from_str::<serde_json::Value>(&json).unwrap();
    }
    let config = shell.expect(0, "schema config --format csv");
    assert!(config.contains("\nmodels[].Xgboost.eta,number,0.05,,"), "{config}");
    let folder = shell.expect(0, "schema folder");
    assert!(folder.lines().all(|line| line.chars().count() <= 110), "{folder}");
}

#[test]
fn completions_and_manual_pages_name_every_verb() {
    let shell = Shell::new();
    let verbs = verbs(&shell.expect(0, "--help"));
    for kind in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = shell.expect(0, &format!("completions {kind}"));
        for verb in &verbs {
            assert!(script.contains(verb.as_str()), "{kind}: {verb}");
        }
    }
    let overview = shell.expect(0, "man");
    for verb in &verbs {
        assert!(overview.contains(&format!("leadsight\\-{verb}(1)")), "{verb}");
        let page = shell.expect(0, &format!("man {verb}"));
        assert!(page.contains(&format!(".TH leadsight-{verb} 1  \"leadsight ")), "{page}");
        assert!(page.contains(&format!("Example: leadsight {verb} ")), "{page}");
    }
}

/// The verbs that the overview lists: lines of two blanks and a word.
fn verbs(overview: &str) -> Vec<String> {
    let commands = overview.split_once("Commands:").unwrap().1.split_once("Options:").unwrap().0;
    let words = commands.lines().filter(|l| l.starts_with("  ") && !l.starts_with("   "));
    let verbs: Vec<String> = words
        .filter_map(|l| l.split_whitespace().next())
        .map(str::to_owned)
        .filter(|v| v != "help")
        .collect();
    assert!(verbs.len() >= 10, "{verbs:?}");
    verbs
}
