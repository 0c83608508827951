//! Any text as each settings file of a site.

#![no_main]

#[path = "../service_targets.rs"]
mod service_targets;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| service_targets::check_service(
    "settings",
    &String::from_utf8_lossy(bytes)
));
