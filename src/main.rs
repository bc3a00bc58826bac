//! The `sternpost` program. All that it does stands in [`sternpost::commands`].

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// A build makes and drops millions of small values on all processors. The system's allocator takes a tenth of
/// its time more for them (glibc 2.36).
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    sternpost::commands::run()
}
