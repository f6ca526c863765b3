//! A value that takes long to reckon, kept until it no longer holds.
//!
//! Whoever asks gets the one that holds. Where it no longer does, one task reckons the next, beside the threads that answer, and
//! whoever asks meanwhile waits for it as long as they have patience and then gets the old one: a small catalogue is always told
//! as it is, and a large one never makes a person wait. Only the very first is waited for to its end.

use std::future::Future;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use crate::error::Error;

/// A kept value.
pub(crate) struct Kept<T> {
    value: RwLock<Option<Arc<T>>>,
    /// Held by the one task that reckons.
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self {
            value: RwLock::new(None),
            turn: Arc::default(),
        }
    }
}

impl<T: Send + Sync + 'static> Kept<T> {
    fn value(&self) -> Option<Arc<T>> {
        // A value is put in whole, so that nothing half done is ever seen.
        let value = self.value.read().unwrap_or_else(PoisonError::into_inner);
        value.clone()
    }

    fn keep(&self, made: Arc<T>) {
        *self.value.write().unwrap_or_else(PoisonError::into_inner) = Some(made);
    }

    /// The value, if it `holds`; else the one that `make` makes, or the old one where that takes longer than `patience` or fails.
    ///
    /// # Errors
    /// That of `make`, where there is no old one.
    pub(crate) async fn get<M>(
        self: &Arc<Self>,
        holds: impl Fn(&T) -> bool,
        make: impl FnOnce() -> M,
        patience: Duration,
    ) -> Result<Arc<T>, Error>
    where
        M: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let old = self.value();
        if let Some(old) = &old
            && holds(old)
        {
            return Ok(Arc::clone(old));
        }
        let Ok(turn) = Arc::clone(&self.turn).try_lock_owned() else {
            return self.after(old, patience).await;
        };
        let kept = Arc::clone(self);
        let make = make();
        let making = tokio::spawn(async move {
            let made = make.await.map(Arc::new);
            if let Ok(made) = &made {
                kept.keep(Arc::clone(made));
            }
            drop(turn);
            made
        });
        let Some(old) = old else {
            return making.await.unwrap_or_else(|lost| Err(Error::Lost(lost)));
        };
        match tokio::time::timeout(patience, making).await {
            Err(_) => Ok(old),
            Ok(made) => Ok(made
                .unwrap_or_else(|lost| Err(Error::Lost(lost)))
                .unwrap_or_else(|error| {
                    tracing::error!(code = error.code(), %error, "what is shown is old: it could not be reckoned anew");
                    old
                })),
        }
    }

    /// What another's turn brings.
    async fn after(&self, old: Option<Arc<T>>, patience: Duration) -> Result<Arc<T>, Error> {
        match old {
            Some(old) => {
                let ended = tokio::time::timeout(patience, self.turn.lock()).await;
                Ok(match ended {
                    Ok(_turn) => self.value().unwrap_or(old),
                    Err(_) => old,
                })
            }
            None => {
                let _turn = self.turn.lock().await;
                self.value().ok_or(Error::NotYet)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    const LONG: Duration = Duration::from_secs(600);

    async fn ask(kept: &Arc<Kept<u32>>, wanted: u32) -> u32 {
        let made = kept.get(|own| *own == wanted, || async move { Ok(wanted) }, LONG);
        *made.await.unwrap()
    }

    #[tokio::test]
    async fn a_value_is_reckoned_once_and_anew_only_when_it_no_longer_holds() {
        let kept = Arc::new(Kept::default());
        assert_eq!(ask(&kept, 1).await, 1);
        let untouched = kept.get(|own| *own == 1, || async { Err(Error::NotYet) }, LONG);
        assert_eq!(*untouched.await.unwrap(), 1);
        assert_eq!(ask(&kept, 2).await, 2);
    }

    #[tokio::test]
    async fn who_has_no_patience_gets_the_old_one_and_the_new_one_comes() {
        let kept = Arc::new(Kept::default());
        ask(&kept, 1).await;
        let (go, gone) = oneshot::channel::<()>();
        let slow = || async move {
            gone.await.unwrap();
            Ok(2)
        };
        assert_eq!(*kept.get(|_| false, slow, Duration::ZERO).await.unwrap(), 1);
        let second = || async { Ok(3) };
        let meanwhile = kept.get(|_| false, second, Duration::ZERO).await.unwrap();
        assert_eq!(*meanwhile, 1, "one reckons, and no second one beside it");
        go.send(()).unwrap();
        let waited = kept.get(|own| *own == 2, || async { Err(Error::NotYet) }, LONG);
        assert_eq!(*waited.await.unwrap(), 2);
    }

    #[tokio::test]
    async fn what_cannot_be_reckoned_leaves_the_old_one_and_the_first_one_says_why() {
        let kept = Arc::new(Kept::<u32>::default());
        let fails = || async { Err(Error::NotYet) };
        assert!(kept.get(|_| false, fails, LONG).await.is_err());
        ask(&kept, 1).await;
        assert_eq!(*kept.get(|_| false, fails, LONG).await.unwrap(), 1);
    }
}
