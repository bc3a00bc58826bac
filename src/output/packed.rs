//! Files that are also there compressed, beside themselves, for servers that hand out such files as they are:
//! nginx, Caddy, GitLab Pages.
//!
//! Whether a file is worth it shows only when it is made. So what the present site has of an unchanged file is
//! planned with the site; the rest is made last, from the finished files, and added to the stage.
//!
//! The same file gives the same bytes on every machine: both encoders are written in Rust, work on one thread, and
//! their settings stand here.

use std::io::{self, Write};

use brotli::enc::BrotliEncoderParams;
use flate2::{Compression, GzBuilder};
use rayon::prelude::*;

use crate::config::Coding;
use crate::diagnostic::Diagnostic;
use crate::output::disk::failed;
use crate::output::manifest::Record;
use crate::output::{Disk, Planned, Stage};
use crate::render::Fingerprint;
use crate::render::fingerprint::Printer;
use crate::site::{Content, Site, Store};
use crate::source::opening;

/// A smaller file travels in one packet with its headers.
const SMALLEST: usize = 1_024;

/// A larger one is not held in memory.
const LARGEST: u64 = 64 * 1024 * 1024;

/// How hard Brotli tries, from 0 to 11, and gzip, from 0 to 9. Of a handbook's pages Brotli makes at 5 seven hundredths
/// less than gzip does, at 10 fifteen, and at 11 eighteen in twice the time of 10.
const BROTLI: i32 = 10;
const GZIP: u32 = 9;

/// A file of the site in another form.
#[derive(Debug)]
struct Packed {
    /// Its number among the files that are planned.
    of: usize,
    coding: Coding,
}

/// The compressed files that a site is to have, as far as is known when it is planned.
#[derive(Debug)]
pub struct Packing {
    /// Those whose plain file is as it is in the present site, in the order in which they are planned.
    known: Vec<Packed>,
    /// Their first number.
    first: usize,
    /// The files of which it is known what there is to be.
    decided: Vec<bool>,
}

impl Packing {
    /// Adds to `planned` what the present site has of unchanged files.
    pub fn plan(site: &Site, disk: &Disk, planned: &mut Vec<Planned>) -> Packing {
        let first = planned.len();
        let (mut known, mut decided) = (Vec::new(), vec![false; first]);
        if !site.is_packed() {
            return Packing { known, first, decided };
        }
        for of in 0..first {
            let Some(print) = planned[of].print else { continue };
            let path = planned[of].path.clone();
            decided[of] = disk.present(&path) == Some(print);
            for coding in site.codings(&path).iter().copied().filter(|_| decided[of]) {
                let packed = packed(&path, Some(print), coding);
                if disk.present(&packed.path) == packed.print {
                    planned.push(packed);
                    known.push(Packed { of, coding });
                }
            }
        }
        Packing { known, first, decided }
    }

    /// How many files were planned.
    pub fn count(&self) -> usize {
        self.known.len()
    }

    /// Makes those that were planned and could not be taken over. Gives their records.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub fn known(
        &self,
        stage: &Stage,
        planned: &[Planned],
        store: &dyn Store,
    ) -> Result<Vec<Option<Record>>, Diagnostic> {
        let make = |(at, packed): (usize, &Packed)| {
            let number = self.first + at;
            if stage.has(number) {
                return Ok(None);
            }
            let plain = read(stage, &planned[packed.of])?;
            match plain.and_then(|plain| smaller(&plain, packed.coding, store)) {
                Some(bytes) => stage.write(&planned[number], &Content::Bytes(bytes)).map(Some),
                None => Ok(None),
            }
        };
        self.known.par_iter().enumerate().map(make).collect()
    }

    /// Makes those of all other files, and adds them to `stage` and `planned`. `made` are the records of the files
    /// that were not there. Gives those of what is added.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub fn rest(
        &self,
        site: &Site,
        stage: &mut Stage,
        planned: &mut Vec<Planned>,
        made: &[Option<Record>],
        store: &dyn Store,
    ) -> Result<Vec<Option<Record>>, Diagnostic> {
        if !site.is_packed() {
            return Ok(Vec::new());
        }
        let is_own = |number: usize| (self.first..self.first + self.count()).contains(&number);
        let is_decided = |number: usize| self.decided.get(number).is_some_and(|decided| *decided);
        let work = |(number, plain): (usize, &Planned)| {
            let codings = site.codings(&plain.path);
            if codings.is_empty() || is_own(number) || is_decided(number) {
                return Ok(Vec::new());
            }
            let Some(bytes) = read(stage, plain)? else { return Ok(Vec::new()) };
            let print = plain.print.or(made.get(number).copied().flatten().and_then(|r| r.print));
            let write = |coding: &Coding| {
                let bytes = smaller(&bytes, *coding, store)?;
                let file = packed(&plain.path, print, *coding);
                let written = stage.write(&file, &Content::Bytes(bytes));
                Some(written.map(|record| (file, record)))
            };
            codings.iter().filter_map(write).collect()
        };
        let found: Result<Vec<Vec<(Planned, Record)>>, Diagnostic> =
            planned.par_iter().enumerate().map(work).collect();
        let (files, records): (Vec<Planned>, Vec<Record>) = found?.into_iter().flatten().unzip();
        stage.add(planned, files);
        Ok(records.into_iter().map(Some).collect())
    }
}

/// The compressed form of the file at `path` that was made from what `print` stands for.
fn packed(path: &str, print: Option<Fingerprint>, coding: Coding) -> Planned {
    let print = print.map(|print| {
        let mut printer = Printer::default();
        printer.text(&print.to_string());
        printer.text(&name_of(coding));
        printer.finish()
    });
    Planned { path: format!("{path}{}", coding.ending()), print }
}

/// The coding with what it is made by.
fn name_of(coding: Coding) -> String {
    match coding {
        Coding::Br => format!("br{BROTLI}"),
        Coding::Gz => format!("gz{GZIP}"),
    }
}

/// What the finished file holds, if its size is one that is compressed.
fn read(stage: &Stage, file: &Planned) -> Result<Option<Vec<u8>>, Diagnostic> {
    let path = stage.root().join(&file.path);
    let read = || {
        let length = path.metadata()?.len();
        let fits = (SMALLEST as u64..=LARGEST).contains(&length);
        fits.then(|| opening::read_plain(&path)).transpose()
    };
    read().map_err(|error| failed("read", &path, &error))
}

/// `bytes` compressed, if that is less; out of `store`, if it is there.
fn smaller(bytes: &[u8], coding: Coding, store: &dyn Store) -> Option<Vec<u8>> {
    let name = format!("{}-{}", blake3::hash(bytes).to_hex(), name_of(coding));
    if let Some(known) = store.read(&name) {
        return Some(known);
    }
    let packed = compress(bytes, coding).ok().filter(|packed| packed.len() < bytes.len())?;
    store.write(&name, &packed);
    Some(packed)
}

fn compress(bytes: &[u8], coding: Coding) -> io::Result<Vec<u8>> {
    let mut packed = Vec::new();
    match coding {
        Coding::Br => {
            let settings = BrotliEncoderParams {
                quality: BROTLI,
                size_hint: bytes.len(),
                ..BrotliEncoderParams::default()
            };
            brotli::BrotliCompress(&mut &bytes[..], &mut packed, &settings)?;
        }
        Coding::Gz => {
            // Without a time or the name of a system.
            let gz = GzBuilder::new().operating_system(255);
            let mut gz = gz.write(&mut packed, Compression::new(GZIP));
            gz.write_all(bytes)?;
            gz.finish()?;
        }
    }
    Ok(packed)
}
