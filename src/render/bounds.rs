//! What one template may take. A site's own templates can hold any loop; one that never comes to its end
//! must not take the machine's memory or time.

use std::cell::Cell;
use std::io;

use tera::{Error, Kwargs, State, Tera, TeraResult};

/// How many bytes a template may write beside the texts that it was given: a hundred times the largest page of
/// real handbooks.
pub const MOST_WRITTEN: usize = 64 * 1024 * 1024;

/// How many numbers `range` may give while one page is rendered.
const MOST_NUMBERS: i128 = 1_000_000;

thread_local! {
    /// How many `range` gave since the template that is rendered on this thread was begun.
    static NUMBERS: Cell<i128> = const { Cell::new(0) };
}

/// Takes the place of Tera's `range`, which bounds one call but not the calls of a loop within a loop.
pub fn register(tera: &mut Tera) {
    tera.register_function("range", range);
}

/// Says that a template is begun on this thread.
pub fn begin() {
    NUMBERS.set(0);
}

/// `range(end=3)` is 0, 1, 2; with `start` and `step_by` as in Tera's own.
fn range(arguments: Kwargs, _: &State) -> TeraResult<Vec<i128>> {
    let start: i128 = arguments.get("start")?.unwrap_or_default();
    let end: i128 = arguments.must_get("end")?;
    let step: i128 = arguments.get("step_by")?.unwrap_or(1);
    if step == 0 {
        return Err(Error::message("`range` with a `step_by` of 0 would never end"));
    }
    if start > end && step > 0 {
        return Err(Error::message(format!("`range` ends at {end}, before its start {start}")));
    }
    let count = match end.checked_sub(start) {
        Some(way) if way.signum() == step.signum() => (way - step.signum()) / step + 1,
        Some(_) => 0,
        None => i128::MAX,
    };
    let all = NUMBERS.get().saturating_add(count);
    if all > MOST_NUMBERS {
        return Err(Error::message(format!(
            "`range` counts more than {MOST_NUMBERS} times on one page: a loop in a loop goes on for too long"
        )));
    }
    NUMBERS.set(all);
    Ok((0..count).map(|at| start + at * step).collect())
}

/// Memory for a page, with an end.
pub struct Bounded {
    bytes: Vec<u8>,
    most: usize,
}

impl Bounded {
    /// For a page that is commonly of `common` bytes and shows texts of `given` bytes, which a template may use
    /// several times.
    pub fn new(common: usize, given: usize) -> Bounded {
        let most = MOST_WRITTEN.saturating_add(given.saturating_mul(8));
        Bounded { bytes: Vec::with_capacity(common), most }
    }

    /// What was written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() > self.most - self.bytes.len() {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `range` gives for these arguments in a template.
    fn ranged(arguments: &str) -> Result<String, String> {
        begin();
        let mut tera = Tera::default();
        register(&mut tera);
        let text = format!("{{% for n in range({arguments}) %}}{{{{ n }}}} {{% endfor %}}");
        tera.add_raw_template("t", &text).unwrap();
        tera.render("t", &tera::Context::new()).map_err(|error| error.to_string())
    }

    #[test]
    fn range_counts_as_tera_s_own() {
        for (arguments, numbers) in [
            ("end=3", "0 1 2 "),
            ("start=2, end=4", "2 3 "),
            ("start=1, end=6, step_by=2", "1 3 5 "),
            ("start=0, end=7, step_by=3", "0 3 6 "),
            ("start=5, end=0, step_by=-2", "5 3 1 "),
            ("start=0, end=5, step_by=-1", ""),
            ("start=3, end=3", ""),
        ] {
            assert_eq!(ranged(arguments).as_deref(), Ok(numbers), "{arguments}");
        }
    }

    #[test]
    fn range_has_an_end() {
        for arguments in ["end=5, step_by=0", "start=3, end=1", "end=1000001"] {
            assert!(ranged(arguments).is_err(), "{arguments}");
        }
    }
}
