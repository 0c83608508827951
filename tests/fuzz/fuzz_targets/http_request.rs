//! Any text as what a client sends to the service.

#![no_main]

#[path = "../service_targets.rs"]
mod service_targets;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| service_targets::check_service(
    "http_request",
    &String::from_utf8_lossy(bytes)
));
