//! Standard output and standard error of the commands.
//!
//! A command whose standard output cannot be written fails, because its result is lost. If standard error cannot be
//! written, messages are lost silently, and the command continues. The macros of the standard library would panic.

use std::fmt::Arguments;
use std::io::{self, StderrLock, StdoutLock, Write};

use anstream::AutoStream;
use serde::Serialize;

use super::log_format::{LogFormat, json_line};
use super::printable::{printable_json, printable_output};

/// Standard output for lines of text; colours are removed unless it is a terminal.
pub(super) struct StandardOutput(AutoStream<StdoutLock<'static>>);

/// Standard error for messages; writing never fails.
pub(super) struct StandardError(AutoStream<StderrLock<'static>>);

pub(super) fn stdout() -> StandardOutput {
    StandardOutput(anstream::stdout().lock())
}

pub(super) fn stderr() -> StandardError {
    StandardError(anstream::stderr().lock())
}

/// Prints a line to standard error.
pub(super) fn note(line: Arguments<'_>) {
    let _ = writeln!(stderr(), "{line}");
}

/// Writes an error as a line of JSON to standard error.
pub(super) fn error(message: &str) {
    stderr().write_json_line("ERROR", message);
}

/// Prints a warning to standard error.
pub(super) fn warning(message: &str) {
    match LogFormat::current() {
        LogFormat::Text => note(format_args!("bloghound: warning: {message}")),
        LogFormat::Json => stderr().write_json_line("WARN", message),
    }
}

/// Writes bytes to standard output as they are.
pub(super) fn write_raw(bytes: &[u8]) -> io::Result<()> {
    io::stdout().write_all(bytes).map_err(|error| output_error(&error))
}

/// Writes a value as one line of JSON.
pub(super) fn write_json(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    let json = serde_json::to_string(value)?;
    let mut line = printable_json(&json).into_owned();
    line.push('\n');
    out.write_all(line.as_bytes())
}

/// Flushes standard output. The standard library does so at the end of the process, too, but ignores errors.
pub(super) fn flush_stdout() -> io::Result<()> {
    io::stdout().flush().map_err(|error| output_error(&error))
}

/// Returns an error of the same kind whose message names standard output.
fn output_error(error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot write to standard output: {error}"))
}

/// Returns the bytes in printable form. Commands write only UTF-8.
fn shown(bytes: &[u8]) -> Vec<u8> {
    printable_output(&String::from_utf8_lossy(bytes)).into_owned().into_bytes()
}

impl Write for StandardOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_all(&shown(bytes)).map_err(|error| output_error(&error))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().map_err(|error| output_error(&error))
    }

    /// Formats all of the text first, so that no character or colour is divided.
    fn write_fmt(&mut self, text: Arguments<'_>) -> io::Result<()> {
        self.write_all(text.to_string().as_bytes())
    }
}

impl StandardError {
    fn write_json_line(&mut self, level: &str, message: &str) {
        let _ = self.0.write_all(json_line(level, message).as_bytes());
    }
}

impl Write for StandardError {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = self.0.write_all(&shown(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let _ = self.0.flush();
        Ok(())
    }

    /// Formats all of the text first, so that a line is written at once.
    fn write_fmt(&mut self, text: Arguments<'_>) -> io::Result<()> {
        let text = text.to_string();
        match LogFormat::current() {
            LogFormat::Text => self.write_all(text.as_bytes()),
            LogFormat::Json => {
                let plain = anstream::adapter::strip_str(&text).to_string();
                plain
                    .lines()
                    .filter(|line| !line.is_empty())
                    .for_each(|line| self.write_json_line("INFO", line));
                Ok(())
            }
        }
    }
}
