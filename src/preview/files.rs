//! Files that are sent as they are: pictures, films, documents. Films can be asked for in part, as
//! players do when someone jumps to a place in them.

use std::path::Path;

use hyper::header::{self, HeaderValue};
use hyper::{Response, StatusCode};

use crate::preview::answer::Answer;
use crate::preview::body::Answered;
use crate::source::opening;

/// Sends the file, or the part of it that is asked for. It was listed when the sources were last read;
/// if it is a link now that leads out of the project, nothing is sent.
pub fn answer(root: &Path, file: &Path, kind: &str, range: Option<HeaderValue>) -> Answer {
    let opened = opening::open(root, file).ok();
    let opened = opened.and_then(|file| file.metadata().ok().map(|found| (file, found.len())));
    let Some((file, length)) = opened else {
        let mut answer = Response::new(Answered::of("This file is not there any more."));
        *answer.status_mut() = StatusCode::NOT_FOUND;
        return answer;
    };
    let range = range.and_then(|range| part_of(&range, length));
    let (from, count) = range.unwrap_or((0, length));
    let mut answer = Response::new(Answered::file(file, from, count));
    let headers = answer.headers_mut();
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(count));
    if let Ok(kind) = HeaderValue::from_str(kind) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    if range.is_some() {
        let said = format!("bytes {from}-{}/{length}", from + count - 1);
        if let Ok(said) = HeaderValue::from_str(&said) {
            headers.insert(header::CONTENT_RANGE, said);
        }
        *answer.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    answer
}

/// The first byte and the number of bytes that a `Range` asks for. One that is not understood, or asks
/// for several parts, is answered with the whole file, as RFC 9110 (14.2) allows.
fn part_of(range: &HeaderValue, length: u64) -> Option<(u64, u64)> {
    let parsed = http_range_header::parse_range_header(range.to_str().ok()?).ok()?;
    let parts = parsed.validate(length).ok()?;
    let [part] = parts.as_slice() else { return None };
    Some((*part.start(), part.end() - part.start() + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_file() {
        let part = |text: &str| part_of(&HeaderValue::from_str(text).unwrap(), 100);
        assert_eq!(part("bytes=0-9"), Some((0, 10)));
        assert_eq!(part("bytes=90-"), Some((90, 10)));
        assert_eq!(part("bytes=-10"), Some((90, 10)));
        assert_eq!(part("bytes=200-300"), None);
        assert_eq!(part("bytes=0-1,5-6"), None);
        assert_eq!(part("pages=1"), None);
    }
}
