//! Settings: every value in force and where it comes from. They are changed in `frontlist.toml`, not here: what decides what
//! readers may see stands in one place, under the publisher's own control of versions.

use askama::Template;
use axum::Extension;
use axum::extract::State;

use crate::Shared;
use crate::guard::Role;
use crate::page::{Answer, Asker, Frame, page};

/// A value in force.
#[derive(Clone, Debug)]
pub struct InForce {
    /// Dotted path of the key.
    pub key: String,
    /// The value; of a secret, where it is kept.
    pub value: String,
    /// Where it comes from.
    pub origin: String,
}

#[derive(Template)]
#[template(path = "settings.html")]
struct SettingsPage<'a> {
    frame: Frame,
    sections: Vec<(&'a str, Vec<&'a InForce>)>,
}

/// The settings, by their first word.
pub(crate) async fn show(State(console): Shared, Extension(person): Asker) -> Answer {
    person.must_be(Role::Admin)?;
    let in_force = &console.settings.in_force;
    let section = |one: &InForce| {
        let end = one.key.find(['.', '[']).unwrap_or(one.key.len());
        one.key.get(..end).unwrap_or_default().to_owned()
    };
    let chunks = in_force.chunk_by(|one, other| section(one) == section(other));
    page(&SettingsPage {
        sections: chunks
            .map(|rows| {
                let name = rows.first().map_or("", |row| {
                    let end = row.key.find(['.', '[']).unwrap_or(row.key.len());
                    row.key.get(..end).unwrap_or_default()
                });
                (name, rows.iter().collect())
            })
            .collect(),
        frame: Frame::new("Settings", "/settings", person),
    })
}
