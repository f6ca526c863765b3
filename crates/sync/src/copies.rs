//! Uploads in doubt: a file must not stand in the library twice, whenever a request arrives.
//!
//! A stack keeps entries apart by their unique source key; nothing keeps files apart. An upload whose reply was lost, or
//! whose process was killed, may still be on its way when the next run has looked, found nothing and uploaded the file
//! itself. So its intent stays open for as long as a request can be late: every run looks again, before its work and after
//! it, keeps the copy that entries use and deletes the other one, which nothing can refer to.

use std::collections::BTreeSet;

use contentstack::AssetFind;
use store::ledger::{Asset, Effect, Intent, Outcome};
use uuid::Uuid;

use crate::Error;
use crate::assets::hash_tag;
use crate::writer::{IfUnknown, Writer, asset_uid, target};

/// The action of an upload's intent.
pub(crate) const UPLOAD: &str = "upload_asset";

/// A request that has not arrived after an hour does not arrive: no proxy, queue or connection lives so long.
pub(crate) const LATEST_SECONDS: u64 = 60 * 60;

impl Writer<'_> {
    /// Looks after every upload in doubt.
    ///
    /// # Errors
    /// As the calls.
    pub(crate) async fn look_after_uploads(&self) -> Result<(), Error> {
        let open = std::mem::take(&mut self.ledger().open);
        let mut left = Vec::new();
        for intent in open {
            if intent.action != UPLOAD || self.is_in_doubt(&intent).await? {
                left.push(intent);
            }
        }
        self.ledger().open = left;
        Ok(())
    }

    /// Looks for the file of an upload, and says whether its request may still be on the way.
    async fn is_in_doubt(&self, intent: &Intent) -> Result<bool, Error> {
        let sha256 = intent.target.split('\t').nth(1).unwrap_or_default();
        let find = AssetFind::by_tag(&hash_tag(sha256));
        let found = self.stack.assets().find_all(&find).await?;
        let mut uids: BTreeSet<String> = found.iter().map(|asset| asset.uid.to_string()).collect();
        let held = self.ledger().assets.get(sha256).cloned();
        let (mut effects, mut arrived) = (Vec::new(), uids.len() > 1);
        let kept = match held {
            Some(held) if uids.contains(&held.uid) || uids.is_empty() => Some(held.uid),
            held => found.first().map(|asset| {
                // The oldest is the one that was uploaded, not what came late.
                arrived = true;
                let uid = asset.uid.to_string();
                let users = held.map(|held| held.users).unwrap_or_default();
                effects.push(Effect::Asset {
                    sha256: sha256.to_owned(),
                    asset: Asset {
                        uid: uid.clone(),
                        users,
                    },
                });
                uid
            }),
        };
        if let Some(kept) = kept {
            uids.remove(&kept);
        }
        self.record(&effects).await?;
        for uid in &uids {
            if !self.delete_copy(sha256, uid).await? {
                return Ok(true);
            }
        }
        let over = arrived || seconds_between(intent.id, self.run) > LATEST_SECONDS;
        if over {
            let told = Some("looked after by a later run");
            self.settle(&[intent.id], Outcome::Unknown, told, &[])
                .await?;
        }
        Ok(!over)
    }

    /// Deletes a copy that the ledger does not hold, and says whether it is gone.
    async fn delete_copy(&self, sha256: &str, uid: &str) -> Result<bool, Error> {
        let asset = asset_uid(uid)?;
        let answer = self
            .call(
                "delete_copy",
                &target(&["asset", sha256, uid]),
                self.stack.assets().delete(&asset),
                |()| Vec::new(),
                IfUnknown::Settle(Vec::new()),
            )
            .await?;
        if let Err(failure) = &answer {
            tracing::warn!(uid, error = %failure.error, "a copy of a file could not be deleted; the next run tries again");
        }
        Ok(answer.is_ok())
    }
}

/// Seconds from an intent to the beginning of a run, both told by their ids.
pub(crate) fn seconds_between(intent: Uuid, run: &str) -> u64 {
    let seconds = |id: Uuid| id.get_timestamp().map_or(0, |at| at.to_unix().0);
    let run = Uuid::parse_str(run).unwrap_or_default();
    seconds(run).saturating_sub(seconds(intent))
}

#[cfg(test)]
mod tests {
    use uuid::{NoContext, Timestamp};

    use super::*;

    #[test]
    fn ids_tell_how_long_ago_an_upload_was() {
        let id = |seconds| Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, 0));
        let run = id(1_800_003_600).to_string();
        assert_eq!(seconds_between(id(1_800_000_000), &run), 3600);
        assert_eq!(
            seconds_between(id(1_800_009_999), &run),
            0,
            "a clock set back"
        );
        assert_eq!(seconds_between(Uuid::nil(), "no id"), 0);
    }
}
