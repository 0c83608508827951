//! The format of the log and of all other messages on standard error: text, or one JSON object per line.

use std::sync::atomic::{AtomicBool, Ordering};

use clap::ValueEnum;
use jiff::Timestamp;
use serde::Serialize;

use super::printable::printable_json;

/// The variable with the format.
const FORMAT_VARIABLE: &str = "BLOGHOUND_LOG_FORMAT";

/// The format of messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    /// Lines of text
    #[default]
    Text,
    /// A JSON object per line
    Json,
}

/// Whether the format of this process is JSON.
static IS_JSON: AtomicBool = AtomicBool::new(false);

impl LogFormat {
    /// Returns the format that the arguments and the environment ask for, also if the arguments are otherwise wrong.
    pub(super) fn asked_for() -> Self {
        let args = || std::env::args_os().filter_map(|arg| arg.into_string().ok());
        let following = args().skip_while(|arg| arg != "--log-format").nth(1);
        let joined = args().find_map(|arg| arg.strip_prefix("--log-format=").map(str::to_owned));
        let of_variable = || std::env::var(FORMAT_VARIABLE).ok();
        let name = following.or(joined).or_else(of_variable);
        name.and_then(|name| Self::from_str(&name, false).ok()).unwrap_or_default()
    }

    /// Sets the format of this process.
    pub(super) fn set(self) {
        IS_JSON.store(self == Self::Json, Ordering::Relaxed);
    }

    /// Returns the format of this process: text until it is set.
    pub(super) fn current() -> Self {
        if IS_JSON.load(Ordering::Relaxed) { Self::Json } else { Self::Text }
    }
}

/// Returns a message as a line of JSON, without characters that a terminal or a log acts on.
pub(super) fn json_line(level: &str, message: &str) -> String {
    #[derive(Serialize)]
    struct LogLine<'a> {
        timestamp: String,
        level: &'a str,
        message: &'a str,
    }
    let line = LogLine { timestamp: format!("{:.6}", Timestamp::now()), level, message };
    // Texts can always be serialized.
    let mut json = printable_json(&serde_json::to_string(&line).unwrap_or_default()).into_owned();
    json.push('\n');
    json
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_line_whatever_it_contains() {
        let message = "a \"b\"\nc\r\u{1b}[31m \u{9b} \u{202e} é";
        let line = json_line("INFO", message);
        let text = line.strip_suffix('\n').unwrap();
        assert!(!text.contains(|c: char| c.is_control() || c == '\u{202e}'), "{text:?}");
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!((&value["level"], &value["message"]), (&"INFO".into(), &message.into()));
        value["timestamp"].as_str().unwrap().parse::<Timestamp>().unwrap();
    }
}
