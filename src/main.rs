//! The binary: parse, run, exit code.

use std::process::ExitCode;

use bloghound::cli::{Cli, Outcome, is_usage_error, run};

/// Whether the reader of our output, such as `head`, has seen enough.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

fn main() -> ExitCode {
    match run(Cli::from_process()) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Problem) => ExitCode::from(1),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("bloghound: {error:#}");
            ExitCode::from(if is_usage_error(&error) { 2 } else { 1 })
        }
    }
}
