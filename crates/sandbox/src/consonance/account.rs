//! What the stand-in's endpoints share: the account's records and what has been ordered to fail.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

use crate::world::World;

/// The records as one query sees them: nothing changes while it is answered.
pub(crate) type View = OwnedRwLockReadGuard<World>;

/// An order that one field be unreadable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FieldError {
    /// The type, or an interface of it: `Product` is every kind of product.
    #[serde(rename = "type")]
    pub(crate) owner: String,
    pub(crate) field: String,
    /// The records concerned; all when absent.
    #[serde(default)]
    pub(crate) ids: Option<Vec<i64>>,
}

/// How an answer with a work in it fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FaultKind {
    /// The whole request is answered with a status.
    Status,
    /// The root field fails, with a GraphQL error.
    Error,
}

/// An order that every answer with one work in it fail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WorkFault {
    pub(crate) id: i64,
    pub(crate) kind: FaultKind,
    #[serde(default = "server_error")]
    pub(crate) status: u16,
}

const fn server_error() -> u16 {
    500
}

/// What has been ordered to fail.
#[derive(Debug, Default)]
pub(crate) struct Orders {
    pub(crate) field_errors: Vec<FieldError>,
    pub(crate) work_faults: BTreeMap<i64, WorkFault>,
}

/// The state behind all endpoints of one stand-in.
#[derive(Debug)]
pub(crate) struct Account {
    world: Arc<RwLock<World>>,
    orders: Mutex<Orders>,
    /// The origin of this stand-in, for links to pictures.
    pub(crate) origin: String,
    /// Records on a page.
    pub(crate) page: usize,
}

impl Account {
    pub(crate) fn new(world: Arc<RwLock<World>>, origin: String, page: usize) -> Self {
        Self {
            world,
            orders: Mutex::default(),
            origin,
            page,
        }
    }

    pub(crate) async fn view(&self) -> Arc<View> {
        Arc::new(Arc::clone(&self.world).read_owned().await)
    }

    pub(crate) async fn edit(&self) -> OwnedRwLockWriteGuard<World> {
        Arc::clone(&self.world).write_owned().await
    }

    pub(crate) fn orders(&self) -> MutexGuard<'_, Orders> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a field of a record has been ordered to be unreadable.
    pub(crate) fn unreadable(&self, owners: &[String], field: &str, id: Option<i64>) -> bool {
        let concerns = |ids: &Vec<i64>| id.is_some_and(|id| ids.contains(&id));
        self.orders().field_errors.iter().any(|order| {
            order.field == field
                && owners.contains(&order.owner)
                && order.ids.as_ref().is_none_or(concerns)
        })
    }
}

/// The HTTP status that a request ends with although the engine has answered; 0 for none.
#[derive(Debug, Default)]
pub(crate) struct Verdict(AtomicU16);

impl Verdict {
    pub(crate) fn fail(&self, status: u16) {
        self.0.store(status, Ordering::Relaxed);
    }

    pub(crate) fn status(&self) -> Option<u16> {
        Some(self.0.load(Ordering::Relaxed)).filter(|status| *status != 0)
    }
}
