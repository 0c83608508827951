//! The `bloghound` binary: parse, run, exit code.

mod allocator;

use std::process::ExitCode;

use bloghound::cli::{Cli, Outcome, is_usage_error, print_error, print_usage, run};

fn main() -> ExitCode {
    allocator::return_free_memory_at_once();
    let result = match Cli::from_process() {
        Ok(cli) => run(cli),
        Err(usage) => print_usage(&usage),
    };
    exit_code(result)
}

/// Returns 0 on success, 1 after a problem or an error, 2 after a usage error; prints the error.
fn exit_code(result: anyhow::Result<Outcome>) -> ExitCode {
    match result {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Problem) => ExitCode::from(1),
        Ok(Outcome::WrongUsage) => ExitCode::from(2),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            print_error(&error);
            ExitCode::from(if is_usage_error(&error) { 2 } else { 1 })
        }
    }
}

/// Returns whether the program that reads the output, such as `head`, has closed the pipe.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
