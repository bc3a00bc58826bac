//! The `sternpost` program. All that it does stands in [`sternpost::commands`].

use std::process::ExitCode;

/// Pages are made of many small values on several threads, which the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    sternpost::commands::run()
}
