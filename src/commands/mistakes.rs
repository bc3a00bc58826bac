//! What the terminal says where the program itself fails. Which page or essay it was at is told with everything
//! else that is found ([`crate::diagnostic::caught`]); here stands what is needed to mend the program.

use std::collections::HashSet;
use std::io::Write;
use std::panic::PanicHookInfo;
use std::sync::{Mutex, PoisonError};

/// Takes the place of Rust's own words on a panic, once for each place in the source: one mistake may spoil a
/// thousand pages. With `RUST_BACKTRACE` set, Rust's own words stay.
pub fn tell() {
    if std::env::var_os("RUST_BACKTRACE").is_some() {
        return;
    }
    let told = Mutex::new(HashSet::new());
    std::panic::set_hook(Box::new(move |info| {
        let line = line(info);
        if told.lock().unwrap_or_else(PoisonError::into_inner).insert(line.clone()) {
            // Nobody may be there any more to read it.
            let _ = writeln!(std::io::stderr(), "{line}");
        }
    }));
}

/// Version, place and words of a panic.
fn line(info: &PanicHookInfo<'_>) -> String {
    let place = info.location().map(|place| format!("{}:{}", place.file(), place.line()));
    let place = place.unwrap_or_else(|| "an unknown place".to_owned());
    let payload = info.payload();
    let words = payload.downcast_ref::<&str>().copied();
    let words = words.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let words = words.unwrap_or("no reason given");
    format!("sternpost {} failed at {place}: {words}", env!("CARGO_PKG_VERSION"))
}
