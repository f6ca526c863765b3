//! The handle of one stack, and the way to its resources.

use std::fmt;
use std::sync::Arc;

use crate::asset::Assets;
use crate::budget::{Budget, Snapshot};
use crate::bulk::BulkCalls;
use crate::call::Call;
use crate::content_type::ContentTypes;
use crate::delivery::Delivery;
use crate::entry::Entries;
use crate::environment::Environments;
use crate::error::Error;
use crate::global_field::GlobalFields;
use crate::locale::Locales;
use crate::queue::PublishQueue;
use crate::reply::Answer;
use crate::settings::Settings;
use crate::taxonomy::{Taxonomies, Terms};
use crate::transport::Transport;
use crate::uid::{ContentTypeUid, TaxonomyUid};
use crate::workflow::Workflows;

/// One stack (and branch) of Contentstack. Clones are cheap and share connections and budget.
#[derive(Clone)]
pub struct Stack(Arc<Transport>);

impl Stack {
    /// Makes a client with a budget of its own. Nothing is sent.
    ///
    /// # Errors
    /// [`Kind::Settings`](crate::Kind::Settings), naming the setting that cannot work.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        let budget = settings.budget()?;
        Self::with_budget(settings, budget)
    }

    /// Makes a client that draws on the budget of its organisation, shared with other stacks.
    ///
    /// # Errors
    /// [`Kind::Settings`](crate::Kind::Settings), naming the setting that cannot work.
    pub fn with_budget(settings: Settings, budget: Budget) -> Result<Self, Error> {
        Ok(Self(Arc::new(Transport::new(settings, budget)?)))
    }

    /// The settings this client was made with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        self.0.settings()
    }

    /// The budget this client draws on.
    #[must_use]
    pub fn budget(&self) -> &Budget {
        self.0.budget()
    }

    /// Calls made so far on the budget.
    #[must_use]
    pub fn spent(&self) -> Snapshot {
        self.budget().snapshot()
    }

    /// Content types.
    #[must_use]
    pub fn content_types(&self) -> ContentTypes<'_> {
        ContentTypes::new(self)
    }

    /// Global fields.
    #[must_use]
    pub fn global_fields(&self) -> GlobalFields<'_> {
        GlobalFields::new(self)
    }

    /// Entries of one content type.
    #[must_use]
    pub fn entries<'a>(&'a self, content_type: &'a ContentTypeUid) -> Entries<'a> {
        Entries::new(self, content_type)
    }

    /// What waits for its time to be published or unpublished.
    #[must_use]
    pub fn publish_queue(&self) -> PublishQueue<'_> {
        PublishQueue::new(self)
    }

    /// Assets and their folders.
    #[must_use]
    pub fn assets(&self) -> Assets<'_> {
        Assets::new(self)
    }

    /// Taxonomies.
    #[must_use]
    pub fn taxonomies(&self) -> Taxonomies<'_> {
        Taxonomies::new(self)
    }

    /// Terms of one taxonomy.
    #[must_use]
    pub fn terms<'a>(&'a self, taxonomy: &'a TaxonomyUid) -> Terms<'a> {
        Terms::new(self, taxonomy)
    }

    /// Environments.
    #[must_use]
    pub fn environments(&self) -> Environments<'_> {
        Environments::new(self)
    }

    /// Locales.
    #[must_use]
    pub fn locales(&self) -> Locales<'_> {
        Locales::new(self)
    }

    /// Workflows and publishing rules.
    #[must_use]
    pub fn workflows(&self) -> Workflows<'_> {
        Workflows::new(self)
    }

    /// Bulk publication.
    #[must_use]
    pub fn bulk(&self) -> BulkCalls<'_> {
        BulkCalls::new(self)
    }

    /// What readers get.
    #[must_use]
    pub fn delivery(&self) -> Delivery<'_> {
        Delivery::new(self)
    }

    pub(crate) async fn send<T: Answer>(&self, call: Call) -> Result<T, Error> {
        self.0.send(call).await
    }
}

impl fmt::Debug for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stack")
            .field("settings", self.settings())
            .field("budget", self.budget())
            .finish()
    }
}
