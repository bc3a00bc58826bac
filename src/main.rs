//! The `sternpost` program. All that it does stands in [`sternpost::commands`].

use std::process::ExitCode;

fn main() -> ExitCode {
    sternpost::commands::run()
}
