//! Doing something with each of many, a few at the same time.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Does `work` with each of `items`, `count` at a time, and gives what came of it in their order. After a failure
/// nothing more is begun.
///
/// # Errors
/// With the first failure.
pub fn at_once<I: Sync, O: Send, E: Send>(
    count: usize,
    items: &[I],
    work: impl Fn(&I) -> Result<O, E> + Sync,
) -> Result<Vec<O>, E> {
    let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let made: Mutex<Vec<Option<O>>> = Mutex::new((0..items.len()).map(|_| None).collect());
    let failure: Mutex<Option<E>> = Mutex::new(None);
    let each = || {
        while !failed.load(Ordering::Relaxed) {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { return };
            match work(item) {
                Ok(out) => {
                    made.lock().unwrap_or_else(PoisonError::into_inner)[at] = Some(out);
                }
                Err(error) => {
                    failed.store(true, Ordering::Relaxed);
                    let mut failure = failure.lock().unwrap_or_else(PoisonError::into_inner);
                    failure.get_or_insert(error);
                }
            }
        }
    };
    match count.min(items.len()) {
        0 | 1 => each(),
        count => std::thread::scope(|scope| (0..count).for_each(|_| drop(scope.spawn(each)))),
    }
    match failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => {
            let made = made.into_inner().unwrap_or_else(PoisonError::into_inner);
            Ok(made.into_iter().flatten().collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_kept_and_a_failure_ends_it() {
        let items: Vec<usize> = (0..100).collect();
        let doubled = at_once(4, &items, |item| Ok::<_, ()>(item * 2));
        assert_eq!(doubled, Ok(items.iter().map(|item| item * 2).collect()));
        let done = AtomicUsize::new(0);
        let failed = at_once(1, &items, |item| {
            done.fetch_add(1, Ordering::Relaxed);
            if *item == 7 { Err(*item) } else { Ok(()) }
        });
        assert_eq!((failed, done.into_inner()), (Err(7), 8));
    }
}
