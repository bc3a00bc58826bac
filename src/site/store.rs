//! Where what is costly to make is kept from one time to the next.

/// Keeps bytes under names. It may forget any of them at any time, and whoever asks makes them again: the same
/// name always stands for the same bytes.
pub trait Store: Send + Sync {
    /// What was kept under `name`, unharmed.
    fn read(&self, name: &str) -> Option<Vec<u8>>;

    /// Keeps `bytes` under `name`.
    fn write(&self, name: &str, bytes: &[u8]);
}
