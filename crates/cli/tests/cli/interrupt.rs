//! Ctrl-C in the middle: exit status 2, nothing half-written, an earlier run untouched.
#![cfg(unix)]

use crate::crm;
use std::process::Command;
use std::time::Duration;

#[test]
fn ctrl_c_leaves_things_as_they_were() {
    let shell = crm::small();
    shell.expect(0, "run small.ron --quiet");
    let before = shell.bytes_below(".");
    // Far more rounds than the wait allows for.
    let long = r#"models=[{"XgboostForest":{"trees":5000,"max_depth":12}},{"Xgboost":{"rounds":20000,"patience":20000,"eta":0.001}}]"#;
    for wait in [50, 400, 1000] {
        let child = shell.command(&["run", "small.ron", "--set", long]).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "after {wait} ms: {said}");
        assert!(said.contains("stopped; nothing was written"), "after {wait} ms: {said}");
    }
    assert!(shell.bytes_below(".") == before, "an interrupted run left something");
}
