#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sternpost_fuzz::markdown::holds(data));
