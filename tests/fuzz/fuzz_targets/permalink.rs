//! Any permalink pattern with any values.

#![no_main]

#[path = "../targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| targets::check("permalink", &String::from_utf8_lossy(bytes)));
