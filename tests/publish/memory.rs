//! An object store in memory that breaks when it is told to.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures_util::{StreamExt, TryStreamExt, stream::BoxStream};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, ObjectStoreExt, PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult,
    Result,
};
use sternpost::publish::MANIFEST;

/// When a store breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breaks {
    Never,
    /// After so many objects were put or removed; the next is not.
    Before(usize),
    /// The same, but the next is put or removed, and nobody is told.
    Silently(usize),
    /// Never, but it knows no conditions.
    Unconditional,
}

/// A store that breaks.
#[derive(Debug)]
pub struct Breaking {
    store: InMemory,
    breaks: Breaks,
    done: Arc<AtomicUsize>,
    /// How many files were put, without the manifest.
    pub puts: AtomicUsize,
    before: Before,
}

/// What is done before a file is put for the first time.
#[derive(Default)]
struct Before(Mutex<Option<(String, Deed)>>);

type Deed = Box<dyn FnOnce() + Send>;

impl fmt::Debug for Before {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Before")
    }
}

impl fmt::Display for Breaking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("memory")
    }
}

fn broken() -> Error {
    Error::Generic { store: "memory", source: "it broke".into() }
}

/// What becomes of one deed.
enum Fate {
    Done,
    Refused,
    Unheard,
}

impl Breaking {
    /// The store with what is in `store`.
    pub fn over(store: &InMemory, breaks: Breaks) -> Breaking {
        let done = Arc::new(AtomicUsize::new(0));
        let (puts, before) = (AtomicUsize::new(0), Before::default());
        Breaking { store: store.fork(), breaks, done, puts, before }
    }

    /// The same store, which does `deed` before it puts the file at `path` for the first time.
    pub fn before(&self, path: &str, deed: impl FnOnce() + Send + 'static) -> Breaking {
        Breaking {
            store: self.store.clone(),
            breaks: self.breaks,
            done: Arc::clone(&self.done),
            puts: AtomicUsize::new(0),
            before: Before(Mutex::new(Some((path.to_owned(), Box::new(deed))))),
        }
    }

    /// What is in it now.
    pub fn store(&self) -> InMemory {
        self.store.fork()
    }

    /// How many deeds were asked of it.
    pub fn asked(&self) -> usize {
        self.done.load(Ordering::SeqCst)
    }

    fn fate(breaks: Breaks, done: &AtomicUsize) -> Fate {
        let number = done.fetch_add(1, Ordering::SeqCst);
        match breaks {
            Breaks::Before(most) if number >= most => Fate::Refused,
            Breaks::Silently(most) if number == most => Fate::Unheard,
            Breaks::Silently(most) if number > most => Fate::Refused,
            _ => Fate::Done,
        }
    }

    /// Whether it is broken by now.
    fn check(&self) -> Result<()> {
        let done = self.asked();
        match self.breaks {
            Breaks::Before(most) | Breaks::Silently(most) if done > most => Err(broken()),
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl ObjectStore for Breaking {
    async fn put_opts(
        &self,
        at: &Path,
        bytes: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        let deed = {
            let mut before = self.before.0.lock().unwrap();
            before.take_if(|(path, _)| path == at.as_ref()).map(|(_, deed)| deed)
        };
        if let Some(deed) = deed {
            // It waits for the store too, which this thread cannot do twice.
            std::thread::spawn(deed).join().unwrap();
        }
        let fate = Breaking::fate(self.breaks, &self.done);
        if matches!(fate, Fate::Refused) {
            return Err(broken());
        }
        if self.breaks == Breaks::Unconditional && options.mode != PutMode::Overwrite {
            let (operation, implementer) = ("put".to_owned(), "memory".to_owned());
            return Err(Error::NotImplemented { operation, implementer });
        }
        let put = self.store.put_opts(at, bytes, options).await?;
        if at.as_ref() != MANIFEST {
            self.puts.fetch_add(1, Ordering::SeqCst);
        }
        if matches!(fate, Fate::Unheard) { Err(broken()) } else { Ok(put) }
    }

    async fn put_multipart_opts(
        &self,
        at: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.store.put_multipart_opts(at, options).await
    }

    async fn get_opts(&self, at: &Path, options: GetOptions) -> Result<GetResult> {
        self.check()?;
        self.store.get_opts(at, options).await
    }

    fn delete_stream(
        &self,
        all: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        let (store, breaks, done) = (self.store.clone(), self.breaks, Arc::clone(&self.done));
        let remove = move |at: Result<Path>| {
            let (store, done) = (store.clone(), Arc::clone(&done));
            async move {
                let at = at?;
                let fate = Breaking::fate(breaks, &done);
                if matches!(fate, Fate::Refused) {
                    return Err(broken());
                }
                store.delete(&at).await?;
                if matches!(fate, Fate::Unheard) { Err(broken()) } else { Ok(at) }
            }
        };
        all.then(remove).boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.store.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.store.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.store.copy_opts(from, to, options).await
    }
}

/// What lies in `store`, without the manifest.
pub fn held(store: &InMemory) -> BTreeMap<String, Vec<u8>> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let all: Vec<ObjectMeta> = store.list(None).try_collect().await.unwrap();
        let mut held = BTreeMap::new();
        for meta in all {
            let bytes = store.get(&meta.location).await.unwrap().bytes().await.unwrap();
            held.insert(meta.location.to_string(), bytes.to_vec());
        }
        held.remove(MANIFEST);
        held
    })
}
