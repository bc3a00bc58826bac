//! Opening a store by its address. Credentials come from the environment, as each store's own programs have it.

use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{BackoffConfig, ObjectStore, RetryConfig};

use crate::config::PublishTable;
use crate::diagnostic::{Code, Diagnostic};
use crate::publish::store::http::Connector;
use crate::publish::store::trouble::where_credentials;
use crate::publish::store::{Store, login};

/// Opens the store at `scheme://bucket/prefix`, as `table` says.
///
/// # Errors
/// When the address names no bucket, or the environment lacks what is needed.
pub fn open(table: &PublishTable) -> Result<Store, Diagnostic> {
    let address = table.to.trim_end_matches('/').to_owned();
    let (scheme, rest) = address.split_once("://").unwrap_or(("", &address));
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    if bucket.is_empty() {
        return Err(Diagnostic::error(Code::Publish, format!("{address} names no bucket"))
            .hint(format!("type the bucket's name: to = \"{scheme}://bucket/folder\"")));
    }
    let prefix = Path::parse(prefix).map_err(|_| {
        Diagnostic::error(Code::Publish, format!("{address} has a folder that cannot be"))
            .hint("type each folder's name between single slashes")
    })?;
    let opened = match scheme {
        "gs" => google(table, bucket),
        "az" => azure(table, bucket),
        _ => amazon(table, bucket)?,
    };
    let store = opened.map_err(|_| {
        Diagnostic::error(Code::Publish, format!("cannot use {address}: something is missing"))
            .hint(where_credentials(&address))
    })?;
    Store::new(Arc::new(PrefixStore::new(store, prefix)), address)
}

type Opened = object_store::Result<Arc<dyn ObjectStore>>;

fn amazon(table: &PublishTable, bucket: &str) -> Result<Opened, Diagnostic> {
    let mut builder = AmazonS3Builder::from_env()
        .with_bucket_name(bucket)
        .with_http_connector(Connector)
        .with_allow_http(true)
        // Not every store that speaks as S3 does knows how to remove many at once.
        .with_disable_bulk_delete(true)
        .with_retry(retries());
    if let Some(keys) = login::amazon()? {
        builder = builder.with_access_key_id(keys.id).with_secret_access_key(keys.secret);
        if let Some(token) = keys.token {
            builder = builder.with_token(token);
        }
    }
    if let Some(region) = &table.region {
        builder = builder.with_region(region);
    }
    if let Some(endpoint) = &table.endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    Ok(builder.build().map(|store| Arc::new(store) as Arc<dyn ObjectStore>))
}

fn google(table: &PublishTable, bucket: &str) -> Opened {
    let mut builder = GoogleCloudStorageBuilder::from_env()
        .with_bucket_name(bucket)
        .with_http_connector(Connector)
        .with_retry(retries());
    if let Some(endpoint) = &table.endpoint {
        builder = builder.with_base_url(endpoint);
    }
    Ok(Arc::new(builder.build()?))
}

fn azure(table: &PublishTable, container: &str) -> Opened {
    let mut builder = MicrosoftAzureBuilder::from_env()
        .with_container_name(container)
        .with_http_connector(Connector)
        .with_allow_http(true)
        .with_retry(retries());
    if let Some(account) = &table.account {
        builder = builder.with_account(account);
    }
    if let Some(endpoint) = &table.endpoint {
        builder = builder.with_endpoint(endpoint.clone());
    }
    Ok(Arc::new(builder.build()?))
}

/// How often, and with which pauses, a store is asked again that is busy or cannot be reached.
fn retries() -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig {
            init_backoff: Duration::from_millis(200),
            max_backoff: Duration::from_secs(5),
            base: 2.0,
        },
        max_retries: 5,
        retry_timeout: Duration::from_secs(60),
    }
}
