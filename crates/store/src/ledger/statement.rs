//! The statement by which each effect is written.

use super::Effect;
use crate::addresses::keep;
use crate::database::Statement;

/// Writes one effect.
pub(super) fn write(effect: &Effect) -> Statement<'_> {
    match effect {
        Effect::Entry { entry: (kind, key), uid } => {
            sqlx::query("INSERT OR REPLACE INTO entry (kind, source_key, uid) VALUES (?, ?, ?)")
                .bind(kind)
                .bind(key)
                .bind(uid)
        }
        Effect::EntryLost { entry: (kind, key) } => {
            sqlx::query("DELETE FROM entry WHERE kind = ? AND source_key = ?").bind(kind).bind(key)
        }
        Effect::Version { entry: (kind, key), locale, version } => sqlx::query(
            "INSERT OR REPLACE INTO version (kind, source_key, locale, fingerprint, version, fields) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(kind)
        .bind(key)
        .bind(locale)
        .bind(&version.fingerprint)
        .bind(version.version)
        .bind(&version.fields),
        Effect::VersionLost { entry: (kind, key), locale } => {
            sqlx::query("DELETE FROM version WHERE kind = ? AND source_key = ? AND locale = ?")
                .bind(kind)
                .bind(key)
                .bind(locale)
        }
        Effect::Published { entry: (kind, key), place: (environment, locale), fingerprint } => sqlx::query(
            "INSERT OR REPLACE INTO publication (kind, source_key, environment, locale, fingerprint) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(kind)
        .bind(key)
        .bind(environment)
        .bind(locale)
        .bind(fingerprint),
        Effect::Unpublished { entry: (kind, key), place: (environment, locale) } => sqlx::query(
            "DELETE FROM publication WHERE kind = ? AND source_key = ? AND environment = ? AND locale = ?",
        )
        .bind(kind)
        .bind(key)
        .bind(environment)
        .bind(locale),
        Effect::Url { entry: (kind, key), url } => {
            sqlx::query("INSERT OR IGNORE INTO url (kind, source_key, url) VALUES (?, ?, ?)").bind(kind).bind(key).bind(url)
        }
        Effect::AddressPublic { url } => {
            sqlx::query("INSERT OR IGNORE INTO public_address (url) VALUES (?)").bind(url)
        }
        Effect::AddressChanged(change) => keep(change),
        Effect::EndScheduled { subject: (kind, key), place: (environment, locale), at } => sqlx::query(
            "INSERT OR REPLACE INTO scheduled_end (kind, source_key, environment, locale, at) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(kind)
        .bind(key)
        .bind(environment)
        .bind(locale)
        .bind(at),
        Effect::EndUnscheduled { subject: (kind, key), place: (environment, locale) } => sqlx::query(
            "DELETE FROM scheduled_end WHERE kind = ? AND source_key = ? AND environment = ? AND locale = ?",
        )
        .bind(kind)
        .bind(key)
        .bind(environment)
        .bind(locale),
        Effect::Staged { entry: (kind, key), locale, stage } => sqlx::query(
            "INSERT OR REPLACE INTO stage (kind, source_key, locale, stage) VALUES (?, ?, ?, ?)",
        )
        .bind(kind)
        .bind(key)
        .bind(locale)
        .bind(stage.as_str()),
        _ => write_asset(effect),
    }
}

fn write_asset(effect: &Effect) -> Statement<'_> {
    match effect {
        Effect::File { link, mark, sha256 } => {
            sqlx::query("INSERT OR REPLACE INTO file (link, mark, sha256) VALUES (?, ?, ?)")
                .bind(link)
                .bind(mark)
                .bind(sha256)
        }
        Effect::FetchFailed { link, mark, failure } => sqlx::query(
            "INSERT OR REPLACE INTO failed_fetch (link, mark, attempts, at, reason) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(link)
        .bind(mark)
        .bind(i64::from(failure.attempts))
        .bind(failure.at.to_string())
        .bind(&failure.reason),
        Effect::FetchForgotten { link, mark } => {
            sqlx::query("DELETE FROM failed_fetch WHERE link = ? AND mark = ?").bind(link).bind(mark)
        }
        Effect::Asset { sha256, asset } => {
            let users = asset.users.iter().cloned().collect::<Vec<_>>().join("\n");
            sqlx::query("INSERT OR REPLACE INTO asset (sha256, uid, users) VALUES (?, ?, ?)")
                .bind(sha256)
                .bind(&asset.uid)
                .bind(users)
        }
        Effect::AssetDeleted { sha256 } => sqlx::query("DELETE FROM asset WHERE sha256 = ?").bind(sha256),
        Effect::AssetPublished { sha256, place: (environment, locale) } => {
            sqlx::query("INSERT OR REPLACE INTO asset_publication (sha256, environment, locale) VALUES (?, ?, ?)")
                .bind(sha256)
                .bind(environment)
                .bind(locale)
        }
        Effect::AssetUnpublished { sha256, place: (environment, locale) } => {
            sqlx::query("DELETE FROM asset_publication WHERE sha256 = ? AND environment = ? AND locale = ?")
                .bind(sha256)
                .bind(environment)
                .bind(locale)
        }
        Effect::Term { taxonomy, term, name } => {
            sqlx::query("INSERT OR REPLACE INTO term (taxonomy, term, name) VALUES (?, ?, ?)")
                .bind(taxonomy)
                .bind(term)
                .bind(name)
        }
        _ => sqlx::query("UPDATE binding SET adopted = 1"),
    }
}
