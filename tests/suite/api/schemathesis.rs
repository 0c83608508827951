//! The service against its `OpenAPI` document: schemathesis generates valid and invalid requests from the document, and
//! checks the responses: all default checks and phases. `schemathesis_hooks.py` lists what is left out, with the reason.

use std::process::Command;

use crate::support::oracle::python_program;
use crate::support::{Server, is_long, own_site};

/// Generated requests per operation.
const EXAMPLES: u32 = 100;
/// The same in the long form of the tests.
const LONG_EXAMPLES: u32 = 2_000;

#[test]
fn the_service_conforms_to_its_document() {
    let Some(program) = python_program("schemathesis") else { return };
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start_with(&own_site(), &dir.path().join("index"), &["--no-watch"]);
    let seed = std::env::var("BLOGHOUND_SEED").unwrap_or_else(|_| "1".to_owned());
    let examples = if is_long() { LONG_EXAMPLES } else { EXAMPLES };
    let output = Command::new(program)
        .args(["run", &server.url("/openapi.json"), "--url", &server.url("")])
        .args(["--seed", &seed, "--max-examples", &examples.to_string(), "--no-color"])
        .env("SCHEMATHESIS_HOOKS", own_site().join("tests/suite/api/schemathesis_hooks.py"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(dir.path())
        .output()
        .unwrap();
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{report}{}", String::from_utf8_lossy(&output.stderr));
    assert!(report.contains("No issues found"), "{report}");
    // Nothing made the server fail.
    assert_eq!(server.get("/readyz").status, 200);
}
