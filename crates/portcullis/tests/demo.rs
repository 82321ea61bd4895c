//! The demo proves something: it ends well against the server, and badly against an API that only answers.

#![allow(clippy::expect_used, reason = "a test that fails says so by panicking")]

use std::process::{Command, Output};

fn demo(flags: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portcullis"));
    command.args(["demo", "--clients", "20"]).args(flags).output().expect("the demo starts")
}

#[test]
fn the_demo_ends_well() {
    let output = demo(&[]);
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{report}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(report.contains("Everything was as promised."), "{report}");
}

#[test]
fn the_demo_fails_when_revoke_tokens_answers_and_does_nothing() {
    let output = demo(&["--sabotage"]);
    let report = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{report}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(report.contains("NOT as promised"), "{report}");
    assert!(report.contains("requests reached the origin after the answer"), "{report}");
}
