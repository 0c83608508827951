//! The `bloghound` binary: parse, run, exit code.

use std::process::ExitCode;

use bloghound::cli::{Cli, Outcome, is_usage_error, run};

fn main() -> ExitCode {
    let cli = Cli::from_process();
    let result = run(cli);
    exit_code(result)
}

/// Returns 0 on success, 1 after a problem or an error, 2 after a usage error; prints the error.
fn exit_code(result: anyhow::Result<Outcome>) -> ExitCode {
    match result {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Problem) => ExitCode::from(1),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("bloghound: {error:#}");
            ExitCode::from(if is_usage_error(&error) { 2 } else { 1 })
        }
    }
}

/// Whether the program that reads our output, such as `head`, has closed the pipe.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
