//! Object stores: Amazon S3 and what speaks as it does, Google Cloud Storage, Azure Blob Storage.
//!
//! Each file is an object and is live as soon as it is put. With it goes the hash of what it holds, by which it is
//! known again after a cut. A store's own checksums (ETags) are compared only with what the store said before.

mod http;
mod login;
mod open;
mod trouble;

use std::sync::Arc;

use futures_util::TryStreamExt;
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, GetOptions, ObjectStore, ObjectStoreExt, PutMode, PutOptions,
    UpdateVersion,
};
use tokio::runtime::Runtime;

use crate::diagnostic::Diagnostic;
use crate::publish::target::{Found, MANIFEST, Target, Trouble, Version};
use crate::publish::{Hash, LocalFile};
use crate::site::headers::{cache_control, content_type};

pub use open::open;
use trouble::Doing;

/// The name under which the hash of an object goes with it.
const MARK: &str = "sternpost";

/// How many objects are put or removed at the same time.
const AT_ONCE: usize = 16;

/// A place in an object store.
#[derive(Debug)]
pub struct Store {
    store: Arc<dyn ObjectStore>,
    address: String,
    runtime: Runtime,
}

impl Store {
    /// All of `store`, which people call `address`.
    ///
    /// # Errors
    /// When the system does not give what waiting for answers needs.
    pub fn new(store: Arc<dyn ObjectStore>, address: String) -> Result<Store, Diagnostic> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        let runtime = runtime.map_err(|error| trouble::no_runtime(&address, &error))?;
        Ok(Store { store, address, runtime })
    }

    fn told(&self, doing: Doing<'_>, error: object_store::Error) -> Trouble {
        trouble::told(&self.address, doing, &error).into()
    }

    fn path(&self, path: &str) -> Result<Path, Trouble> {
        // As it is: what an address escapes is not escaped in the name of an object.
        Path::parse(path).map_err(|error| self.told(Doing::Put(path), error.into()))
    }

    /// What an object is put with.
    fn attributes(path: &str, mark: Option<&LocalFile>) -> Attributes {
        let mut attributes = Attributes::new();
        attributes.insert(Attribute::ContentType, content_type(path).into());
        match mark {
            Some(file) => {
                attributes.insert(Attribute::CacheControl, cache_control(file.role).into());
                attributes.insert(Attribute::Metadata(MARK.into()), file.hash.to_string().into());
            }
            // The manifest, which nobody may take from a cache.
            None => drop(attributes.insert(Attribute::CacheControl, "no-store".into())),
        }
        attributes
    }
}

impl Target for Store {
    fn address(&self) -> &str {
        &self.address
    }

    fn is_live(&self) -> bool {
        true
    }

    fn at_once(&self) -> usize {
        AT_ONCE
    }

    fn manifest(&self) -> Result<Option<(Vec<u8>, Version)>, Trouble> {
        let got = self.runtime.block_on(async {
            let got = self.store.get(&self.path(MANIFEST)?).await;
            match got {
                Err(object_store::Error::NotFound { .. }) => Ok(None),
                Err(error) => Err(self.told(Doing::Look, error)),
                Ok(got) => {
                    let version = version(got.meta.e_tag.clone(), got.meta.version.clone());
                    let bytes = got.bytes().await.map_err(|error| self.told(Doing::Look, error))?;
                    Ok(Some((bytes.to_vec(), version)))
                }
            }
        })?;
        Ok(got)
    }

    fn version(&self) -> Result<Option<Version>, Trouble> {
        let path = self.path(MANIFEST)?;
        match self.runtime.block_on(self.store.head(&path)) {
            Ok(meta) => Ok(Some(version(meta.e_tag, meta.version))),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.told(Doing::Look, error)),
        }
    }

    fn list(&self) -> Result<Vec<Found>, Trouble> {
        let listed = self.runtime.block_on(self.store.list(None).try_collect::<Vec<_>>());
        let listed = listed.map_err(|error| self.told(Doing::Look, error))?.into_iter();
        let found = listed.map(|meta| Found {
            path: meta.location.to_string(),
            size: meta.size,
            tag: meta.e_tag.map(bare),
        });
        Ok(found.filter(|found| !found.path.is_empty() && found.path != MANIFEST).collect())
    }

    fn mark(&self, path: &str) -> Result<Option<Hash>, Trouble> {
        let at = self.path(path)?;
        let options = GetOptions { head: true, ..GetOptions::default() };
        match self.runtime.block_on(self.store.get_opts(&at, options)) {
            Ok(got) => {
                let mark = got.attributes.get(&Attribute::Metadata(MARK.into()));
                Ok(mark.and_then(|mark| Hash::parse(mark.as_ref())))
            }
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.told(Doing::Read(path), error)),
        }
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, Trouble> {
        let at = self.path(path)?;
        let read = self.runtime.block_on(async { self.store.get(&at).await?.bytes().await });
        read.map(|bytes| bytes.to_vec()).map_err(|error| self.told(Doing::Read(path), error))
    }

    fn put(&self, file: &LocalFile, bytes: Vec<u8>) -> Result<Option<String>, Trouble> {
        let at = self.path(&file.path)?;
        let attributes = Store::attributes(&file.path, Some(file));
        let options = PutOptions { attributes, ..PutOptions::default() };
        let put = self.runtime.block_on(self.store.put_opts(&at, bytes.into(), options));
        let put = put.map_err(|error| self.told(Doing::Put(&file.path), error))?;
        Ok(put.e_tag.map(bare))
    }

    fn remove(&self, path: &str) -> Result<(), Trouble> {
        let at = self.path(path)?;
        match self.runtime.block_on(self.store.delete(&at)) {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.told(Doing::Remove(path), error)),
        }
    }

    fn commit(
        &self,
        manifest: &[u8],
        expected: Option<&Version>,
        _: &str,
    ) -> Result<Version, Trouble> {
        let at = self.path(MANIFEST)?;
        let mode = expected.map_or(PutMode::Create, |version| {
            PutMode::Update(UpdateVersion {
                e_tag: version.tag.clone().map(|tag| format!("\"{tag}\"")),
                version: version.number.clone(),
            })
        });
        let put = |mode| {
            let attributes = Store::attributes(MANIFEST, None);
            let options = PutOptions { mode, attributes, ..PutOptions::default() };
            let put = self.store.put_opts(&at, manifest.to_vec().into(), options);
            self.runtime.block_on(put).map(|put| version(put.e_tag, put.version))
        };
        match put(mode) {
            Ok(version) => Ok(version),
            Err(
                object_store::Error::Precondition { .. }
                | object_store::Error::AlreadyExists { .. },
            ) => match self.manifest()? {
                // The answer was lost on the way, and it was put twice.
                Some((bytes, version)) if bytes == manifest => Ok(version),
                _ => Err(Trouble::Overtaken),
            },
            // What was to be replaced is gone.
            Err(object_store::Error::NotFound { .. }) if expected.is_some() => {
                Err(Trouble::Overtaken)
            }
            Err(error) if trouble::is_unknown(&error) => {
                // A store that puts under no condition: it is looked at as late as can be.
                if self.version()?.as_ref() != expected {
                    return Err(Trouble::Overtaken);
                }
                put(PutMode::Overwrite).map_err(|error| self.told(Doing::Put(MANIFEST), error))
            }
            Err(error) => Err(self.told(Doing::Put(MANIFEST), error)),
        }
    }
}

fn version(tag: Option<String>, number: Option<String>) -> Version {
    Version { tag: tag.map(bare), number }
}

/// An ETag without its quotation marks: some stores list them without.
fn bare(tag: String) -> String {
    tag.trim_matches('"').to_owned()
}
