//! Typed client of Contentstack: Management, Delivery, the call budget and error classes.
//!
//! This room knows one thing: how to talk to a Contentstack stack politely and truthfully. It
//! knows nothing of books, and depends on no other room. Three promises shape it:
//!
//! * **The limits of the organisation are respected without being told.** Contentstack sends no
//!   `Retry-After`, and its limits are shared with the editors' own work, so the pace is ours:
//!   see [`budget`].
//! * **A caller always learns whether a change may have happened.** There is no idempotency key,
//!   so a lost reply to a creation must be answered by looking, not by trying again:
//!   see [`Error::outcome_unknown`].
//! * **What went wrong is a class, not a string.** Status and `error_code` are mapped by one table
//!   with the evidence for each row: see [`rule`].
//!
//! Start at [`Settings`], make a [`Stack`], ask it for a resource.

pub mod asset;
pub mod budget;
pub mod bulk;
mod call;
pub mod content_type;
pub mod delivery;
pub mod entry;
pub mod environment;
pub mod error;
pub mod folder;
pub mod global_field;
pub mod locale;
mod page;
pub mod publication;
pub mod queue;
pub mod region;
mod reply;
pub mod retry;
pub mod rule;
pub mod secret;
pub mod settings;
pub mod stack;
pub mod taxonomy;
mod transport;
pub mod uid;
pub mod workflow;

pub use asset::{Asset, AssetEdit, AssetFind, Upload};
pub use budget::{Budget, Lane, Limits, Snapshot};
pub use bulk::{Bulk, BulkAsset, BulkEntry, ItemOutcome, Job, JobItem, JobState};
pub use content_type::ContentType;
pub use delivery::{DeliveryAssets, DeliveryQuery};
pub use entry::{Entry, EntryLocale, Find, Referrer};
pub use environment::Environment;
pub use error::{Class, Error, Kind};
pub use folder::Folder;
pub use global_field::GlobalField;
pub use locale::Locale;
pub use page::{Order, Page};
pub use publication::{Publish, PublishDetail};
pub use queue::{PublishQueue, Queued};
pub use region::{Hosts, Region};
pub use retry::Backoff;
pub use secret::Secret;
pub use settings::{Retry, Settings, Timeouts};
pub use stack::Stack;
pub use taxonomy::{Taxonomy, Term};
pub use uid::{
    AssetUid, BranchUid, ContentTypeUid, EntryUid, EnvironmentName, FolderUid, InvalidUid, JobId,
    LocaleCode, TaxonomyUid, TermUid,
};
pub use workflow::{KeptStage, PublishRule, Stage, StageRule, Workflow};
