//! The outcome of a command.

/// Result of a command that did not fail; it determines the exit code of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The command succeeded: exit code 0.
    Done,
    /// The command found a problem, or found nothing: exit code 1.
    Problem,
    /// The arguments are wrong: exit code 2.
    WrongUsage,
}
