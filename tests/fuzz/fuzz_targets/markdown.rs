//! Any text as a post's body in each dialect and as HTML.

#![no_main]

#[path = "../targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| targets::check("markdown", &String::from_utf8_lossy(bytes)));
