//! What lies beside the site from the last build, from its bytes: what is known of its files, of essays and of
//! pictures. All three are read only if their checksum holds; what must hold then, or whoever wrote them.
//!
//! - Never a panic, and no more memory than the bytes ask for.
//! - What was read is written as it was read.

use sternpost::output::manifest::Manifest;
use sternpost::site::Kept;
use sternpost::site::kept::read_pictures;

pub fn holds(data: &[u8]) {
    if let Ok(manifest) = postcard::from_bytes::<Manifest>(data) {
        let bytes = postcard::to_stdvec(&manifest).unwrap();
        let again: Manifest = postcard::from_bytes(&bytes).unwrap();
        for (one, other) in [(&manifest.present, &again.present), (&manifest.last, &again.last)] {
            assert!(one.files == other.files && one.folders == other.folders);
            assert!(one.files.len() + one.folders.len() <= data.len());
            assert_eq!(one.is_known(), !one.files.is_empty());
        }
    }
    // It has four parts, all of which are to be read from this.
    let kept = format!("{:?}", Kept::read(|_| Some(data.to_vec())));
    assert!(kept.len() <= 4 * (4096 + 4096 * data.len()));
    let pictures = postcard::to_stdvec(&read_pictures(data)).unwrap();
    assert_eq!(postcard::to_stdvec(&read_pictures(&pictures)).unwrap(), pictures);
}
