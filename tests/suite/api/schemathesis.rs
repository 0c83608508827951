//! The service against its `OpenAPI` document: schemathesis generates valid and invalid requests from the document, and
//! checks the responses: all default checks and phases. `schemathesis_hooks.py` lists what is left out, with the reason.

use std::process::Command;

use crate::support::oracle::python_program;
use crate::support::{Output, Server, bloghound, is_long, own_site};

/// Generated requests per operation.
const EXAMPLES: u32 = 100;
/// The same in the long form of the tests.
const LONG_EXAMPLES: u32 = 2_000;

#[test]
fn the_service_conforms_to_its_document() {
    let Some(program) = python_program("schemathesis") else { return };
    let dir = tempfile::tempdir().unwrap();
    let keys_file = dir.path().join("bloghound.keys.toml");
    let mut key = bloghound();
    key.env("BLOGHOUND_HTTP_KEYS_FILE", &keys_file).arg("--site").arg(own_site());
    let key = Output::of(key.args(["keys", "add", "--scope", "admin", "--name", "test"])).stdout;
    let mut command = Server::command(&own_site());
    command.env("BLOGHOUND_HTTP_KEYS_FILE", &keys_file);
    command.arg("--index").arg(dir.path().join("index")).arg("--no-watch");
    let server = Server::launch(command);
    let seed = std::env::var("BLOGHOUND_SEED").unwrap_or_else(|_| "1".to_owned());
    let examples = if is_long() { LONG_EXAMPLES } else { EXAMPLES };
    let output = Command::new(program)
        .args(["run", &server.url("/openapi.json"), "--url", &server.url("")])
        .args(["--header", &format!("Authorization: Bearer {}", key.trim())])
        .args(["--seed", &seed, "--max-examples", &examples.to_string(), "--no-color"])
        .env("SCHEMATHESIS_HOOKS", own_site().join("tests/suite/api/schemathesis_hooks.py"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(dir.path())
        .output()
        .unwrap();
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{report}{}", String::from_utf8_lossy(&output.stderr));
    for phase in ["Examples", "Coverage", "Fuzzing", "Stateful"] {
        assert!(report.contains(&format!("✅  {phase} (in ")), "{phase}: {report}");
    }
    assert!(!report.contains("Authentication failed"), "{report}");
    // Nothing made the server fail.
    assert_eq!(server.get("/readyz").status, 200);
}
