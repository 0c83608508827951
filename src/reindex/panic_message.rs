//! The message of a caught panic.

use std::any::Any;

/// Returns the message of a panic, given its payload.
pub(crate) fn panic_message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_messages_of_both_kinds() {
        let caught = |panics: fn()| std::panic::catch_unwind(panics).unwrap_err();
        assert_eq!(panic_message(&*caught(|| panic!("expected by this test"))), "expected by this test");
        assert_eq!(panic_message(&*caught(|| panic!("expected {}", 1))), "expected 1");
        assert_eq!(panic_message(&*caught(|| std::panic::panic_any(7))), "no message");
    }
}
