//! Building blocks of the model: one constructor per kind of field, and the three properties that a
//! few of them have.

use crate::content_model::{Field, FieldKind};
use crate::desired::Kind;

impl Field {
    const fn new(
        uid: &'static str,
        name: &'static str,
        help: &'static str,
        kind: FieldKind,
    ) -> Self {
        Self {
            uid,
            name,
            help,
            kind,
            mandatory: false,
            unique: false,
            shared: false,
        }
    }

    pub(super) const fn line(uid: &'static str, name: &'static str, help: &'static str) -> Self {
        Self::new(uid, name, help, FieldKind::Line)
    }

    pub(super) const fn lines(uid: &'static str, name: &'static str, help: &'static str) -> Self {
        Self::new(uid, name, help, FieldKind::Lines)
    }

    pub(super) const fn html(uid: &'static str, name: &'static str, help: &'static str) -> Self {
        Self::new(uid, name, help, FieldKind::Html)
    }

    pub(super) const fn rich(uid: &'static str, name: &'static str, help: &'static str) -> Self {
        Self::new(uid, name, help, FieldKind::Rich)
    }

    pub(super) const fn file(uid: &'static str, name: &'static str, help: &'static str) -> Self {
        Self::new(uid, name, help, FieldKind::File)
    }

    pub(super) const fn many_lines(
        uid: &'static str,
        name: &'static str,
        help: &'static str,
    ) -> Self {
        Self::new(uid, name, help, FieldKind::ManyLines)
    }

    pub(super) const fn number(uid: &'static str, name: &'static str, help: &'static str) -> Self {
        Self::new(uid, name, help, FieldKind::Number)
    }

    pub(super) const fn flag(uid: &'static str, name: &'static str, help: &'static str) -> Self {
        Self::new(uid, name, help, FieldKind::Flag)
    }

    pub(super) const fn date(uid: &'static str, name: &'static str, help: &'static str) -> Self {
        Self::new(uid, name, help, FieldKind::Date)
    }

    pub(super) const fn image(uid: &'static str, name: &'static str, help: &'static str) -> Self {
        Self::new(uid, name, help, FieldKind::Image)
    }

    pub(super) const fn choice(
        uid: &'static str,
        name: &'static str,
        help: &'static str,
        words: Vec<&'static str>,
    ) -> Self {
        Self::new(uid, name, help, FieldKind::Choice(words))
    }

    pub(super) fn reference(
        uid: &'static str,
        name: &'static str,
        help: &'static str,
        to: Kind,
    ) -> Self {
        Self::new(
            uid,
            name,
            help,
            FieldKind::References {
                to: vec![to],
                many: false,
            },
        )
    }

    pub(super) fn references(
        uid: &'static str,
        name: &'static str,
        help: &'static str,
        to: Kind,
    ) -> Self {
        Self::new(
            uid,
            name,
            help,
            FieldKind::References {
                to: vec![to],
                many: true,
            },
        )
    }

    pub(super) const fn rows(
        uid: &'static str,
        name: &'static str,
        help: &'static str,
        fields: Vec<Self>,
    ) -> Self {
        Self::new(uid, name, help, FieldKind::Rows(fields))
    }

    pub(super) fn terms(
        uid: &'static str,
        name: &'static str,
        help: &'static str,
        taxonomies: Vec<&'static str>,
    ) -> Self {
        Self::new(uid, name, help, FieldKind::Taxonomies(taxonomies))
    }

    pub(super) fn mandatory(mut self) -> Self {
        self.mandatory = true;
        self
    }

    pub(super) fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    pub(super) fn shared(mut self) -> Self {
        self.shared = true;
        self
    }
}
