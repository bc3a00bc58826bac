//! `sternpost serve`: the live preview, and what the author reads of it in the terminal.

use std::io::{IsTerminal, Write};
use std::process::exit;
use std::sync::Arc;

use console::{Key, Term};

use crate::commands::report::{counted, say_found};
use crate::commands::{Outcome, ServeArgs};
use crate::diagnostic::Failure;
use crate::preview::state::State;
use crate::preview::{Addresses, Bound, News, Options};
use crate::source::Project;
use crate::source::survey::Change;

/// How many files of a change are named; of more, how many more.
const NAMED: usize = 3;

/// Serves until it is told to stop.
pub fn run(args: &ServeArgs) -> Outcome {
    match serve(args) {
        Ok(()) => Outcome::Done,
        Err(Failure(found)) => {
            say_found(&found);
            Outcome::Failed
        }
    }
}

fn serve(args: &ServeArgs) -> Result<(), Failure> {
    let root = Project::root_of(&args.dir)?;
    let bound = Bound::new(Options {
        root,
        port: args.port,
        host: args.host,
        allowed: args.allow_host.clone(),
        drafts: args.drafts,
    })?;
    let addresses = bound.addresses();
    let opens = args.open;
    let tell = move |news: News<'_>| match news {
        News::Loaded { state, found, took } => {
            say_found(&found);
            say(&welcome(state, &addresses, &format!("{:.2} s", took.as_secs_f64())));
            if opens && let Err(error) = open::that_detached(&addresses.here) {
                let reason = crate::diagnostic::reason(&error);
                say(&format!("The browser could not be opened: {reason}"));
            }
        }
        News::Changed { changes, found, all_is_well, stopped, took } => {
            let took = format!("{} ms", took.as_millis());
            say(&format!("{} ({took})", in_words(&changes)));
            say_found(&found);
            if all_is_well {
                say("Nothing is wrong any more.");
            }
            if stopped {
                say("Until this is mended, the last good site is shown.");
            }
        }
        News::Failing(found) if found.is_empty() => say("All pages can be made again."),
        News::Failing(found) => {
            say_found(&found);
            say("Pages that use this cannot be built.");
        }
        News::Sweeping(why) => say(&format!(
            "Changes are looked for several times a second, since they are not announced: {why}."
        )),
    };
    std::thread::spawn(read_keys);
    bound.run(Arc::new(tell))
}

/// Ends the program when `q` is typed.
fn read_keys() {
    let terminal = Term::stdout();
    if !std::io::stdin().is_terminal() || !terminal.is_term() || !is_in_foreground() {
        return;
    }
    loop {
        match terminal.read_key() {
            Ok(Key::Char('q' | 'Q')) => exit(0),
            Ok(_) => {}
            // A terminal that goes away takes the program with it, or leaves it running for browsers.
            Err(_) => return,
        }
    }
}

/// Whether what is typed is meant for this program: one in the background that reads keys is stopped.
#[cfg(unix)]
fn is_in_foreground() -> bool {
    let group = rustix::termios::tcgetpgrp(std::io::stdin());
    group.is_ok_and(|group| group == rustix::process::getpgrp())
}

#[cfg(not(unix))]
fn is_in_foreground() -> bool {
    true
}

/// What was read and where to look at it.
fn welcome(state: &State, addresses: &Addresses, took: &str) -> String {
    let what = match state.edition.as_deref() {
        Some(edition) => {
            let essays = counted(edition.book().essays.len(), "essay");
            format!("“{}”: {essays}, read in {took}.", edition.book().title)
        }
        None => "The handbook cannot be shown yet; the page says why and waits.".to_owned(),
    };
    let mut text = what;
    if let Some(port) = addresses.taken {
        text.push_str(&format!("\nPort {port} is taken by another program."));
    }
    text.push_str(&format!("\n\n  {}\n", addresses.here));
    for elsewhere in &addresses.elsewhere {
        text.push_str(&format!("  {elsewhere}\n"));
    }
    if let Some(first) = addresses.elsewhere.first() {
        text.push_str(
            "\nThe first address is for this machine, the rest for others. Whoever has one of those \
             can read all that is shown here.\n",
        );
        if let Some(code) = code_of(first) {
            text.push_str(&format!("\n{code}\n"));
        }
    }
    text.push_str("\nEach saved change appears in the browser. ");
    text.push_str(if std::io::stdin().is_terminal() {
        "Press q to stop."
    } else {
        "Ctrl-C stops."
    });
    text
}

/// An address as a QR code that fits into a terminal.
fn code_of(address: &str) -> Option<String> {
    let code = qrcode::QrCode::with_error_correction_level(address, qrcode::EcLevel::L).ok()?;
    Some(code.render::<qrcode::render::unicode::Dense1x2>().quiet_zone(true).build())
}

/// `trust/credit.md changed`, `3 files changed: a.md, b.md, c.md`.
fn in_words(changes: &[(String, Change)]) -> String {
    let name = |(file, change): &(String, Change)| match change {
        Change::Appeared => format!("{file} is new"),
        Change::Changed => format!("{file} changed"),
        Change::Vanished => format!("{file} is gone"),
        Change::Renamed(from) => format!("{from} is now {file}"),
    };
    let named: Vec<String> = changes.iter().take(NAMED).map(name).collect();
    let more = match changes.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    match named.is_empty() {
        true => "Read again".to_owned(),
        false => named.join(", ") + &more,
    }
}

/// Says something to people; a closed pipe is not worth stopping for.
fn say(text: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = writeln!(stdout, "{text}");
    let _ = stdout.flush();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_in_one_line() {
        let change = |name: &str, change| (name.to_owned(), change);
        assert_eq!(in_words(&[change("a.md", Change::Changed)]), "a.md changed");
        let renamed = change("b.md", Change::Renamed("a.md".to_owned()));
        assert_eq!(in_words(&[renamed]), "a.md is now b.md");
        let many: Vec<_> = (0..5).map(|i| change(&format!("{i}.md"), Change::Appeared)).collect();
        assert_eq!(in_words(&many), "0.md is new, 1.md is new, 2.md is new, and 2 more");
    }

    #[test]
    fn an_address_fits_into_a_terminal() {
        let code = code_of("http://192.168.178.123:3000/?key=0123456789abcdef0123456789abcdef");
        let widest = code.unwrap().lines().map(|line| line.chars().count()).max();
        assert!(widest.unwrap() <= 80);
    }
}
