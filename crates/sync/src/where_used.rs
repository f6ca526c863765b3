//! What of the editors' entries is kept in the state file: enough to say, without asking the stack, who refers to a title.
//!
//! It is refreshed after every run that writes, by the same few lists with which modules are read: a list for each type
//! that may refer to a book and each place, a hundred entries a page. What waits in the publish queue is read only where
//! modules are asked for, since a queue remembers everything that was ever published; until then what was known to wait
//! is kept, as long as its time has not come.

use contentstack::Stack;
use jiff::Timestamp;
use site::content_model::Names;
use site::module::Module;
use site::policy::Site;
use store::Store;
use store::where_used::{KeptModule, WhereUsed};

use crate::Error;
use crate::engine::Engine;
use crate::modules::{live, referring_types};
use crate::surroundings::Surroundings;

/// A module as it is kept: what it refers to, and none of its words.
pub(crate) fn kept(module: &Module) -> KeptModule {
    KeptModule {
        content_type: module.content_type.clone(),
        uid: module.uid.clone(),
        locale: module.place.locale.clone(),
        environment: module.place.environment.clone(),
        from: module.from,
        title: module.title.clone(),
        url: module.url.clone(),
        refers_to: module.refers_to.clone(),
    }
}

/// The modules that refer to an entry where a site is read, live ones and those that wait.
pub fn used_on<'w>(
    used: &'w WhereUsed,
    entry: &'w str,
    site: &'w Site,
) -> impl Iterator<Item = &'w KeptModule> {
    let place = &site.destination;
    used.modules.iter().filter(move |module| {
        module.locale == place.locale
            && module.environment == place.environment
            && module.refers_to.iter().any(|uid| uid == entry)
    })
}

impl Engine<'_> {
    /// Reads the modules that are live and keeps them. A run has done its work by then: where the reading fails, what was
    /// read before stays, and says of when it is.
    pub(crate) async fn refresh_where_used(&self, surroundings: &Surroundings, now: Timestamp) {
        if let Err(error) = self.try_to_refresh(surroundings, now).await {
            tracing::warn!(%error, "where titles are used could not be read; the last reading stays");
        }
    }

    async fn try_to_refresh(
        &self,
        surroundings: &Surroundings,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut modules = everything_live(self.stack, self.names, surroundings).await?;
        modules.extend(still_waiting(self.store, now).await?);
        let reading = WhereUsed {
            read_at: now,
            modules,
        };
        Ok(self.store.keep_where_used(&reading).await?)
    }
}

async fn everything_live(
    stack: &Stack,
    names: &Names,
    surroundings: &Surroundings,
) -> Result<Vec<KeptModule>, Error> {
    let types = referring_types(stack, names).await?;
    let mut modules = Vec::new();
    for place in &surroundings.places {
        let live = live(stack, names, &types, place).await?;
        modules.extend(live.iter().map(kept));
    }
    Ok(modules)
}

async fn still_waiting(
    store: &Store,
    now: Timestamp,
) -> Result<impl Iterator<Item = KeptModule>, Error> {
    let before = store.where_used().await?;
    let before = before.into_iter().flat_map(|before| before.modules);
    Ok(before.filter(move |module| module.from.is_some_and(|from| from > now)))
}
