//! Any text as a source file and as data in each notation.

#![no_main]

#[path = "../targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| targets::check("front_matter", &String::from_utf8_lossy(bytes)));
