//! `[publish]`: where the site is published.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::config::Hosting;

/// `[publish]`: what is the same for all targets.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
pub struct PublishTables {
    /// What hosts are told, and in which forms files are there.
    #[serde(flatten)]
    pub hosting: Hosting,
}
