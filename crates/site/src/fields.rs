//! An entry's values, made to be shared.
//!
//! A house with 100,000 works and ten sites has a million versions, most of which say the same in most of their fields.
//! So a value is cheap to clone, and the fields of a version may rest on a base that other versions rest on too: only
//! what is a market's own is held by its version.

use std::fmt;
use std::ops::Index;
use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use crate::desired::{AssetKey, EntryKey};
use crate::rich::Rich;

/// A field's value. Cloning one shares what it holds.
#[derive(Clone, Debug, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Nothing: the field is cleared.
    Nothing,
    /// Text or sanitised HTML.
    Text(Arc<str>),
    /// A word of the program's own (`available`, `buy`).
    #[serde(rename = "text")]
    Word(&'static str),
    /// A sanitised text as a tree, for a rich text editor.
    Rich(Arc<Rich>),
    /// Several texts.
    Texts(Arc<[String]>),
    /// An amount.
    Number(Decimal),
    /// Yes or no.
    Flag(bool),
    /// A day, for sorting and filtering (`2027-03-15`).
    Date(Date),
    /// Other entries, in order.
    References(Arc<[EntryKey]>),
    /// A file.
    File(Arc<AssetKey>),
    /// Rows of a group.
    Rows(Arc<[Fields]>),
    /// Taxonomy terms: taxonomy uid and term uid.
    Terms(Arc<[(String, String)]>),
}

impl Value {
    /// Text, or nothing.
    pub fn text(text: Option<impl Into<Arc<str>>>) -> Self {
        text.map_or(Self::Nothing, |text| Self::Text(text.into()))
    }

    /// The text of a text or word.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Word(word) => Some(word),
            _ => None,
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Nothing, Self::Nothing) => true,
            (Self::Text(_) | Self::Word(_), Self::Text(_) | Self::Word(_)) => {
                self.as_text() == other.as_text()
            }
            (Self::Rich(one), Self::Rich(two)) => Arc::ptr_eq(one, two) || one == two,
            (Self::Texts(one), Self::Texts(two)) => one == two,
            (Self::Number(one), Self::Number(two)) => one == two,
            (Self::Flag(one), Self::Flag(two)) => one == two,
            (Self::Date(one), Self::Date(two)) => one == two,
            (Self::References(one), Self::References(two)) => one == two,
            (Self::File(one), Self::File(two)) => one == two,
            (Self::Rows(one), Self::Rows(two)) => one == two,
            (Self::Terms(one), Self::Terms(two)) => one == two,
            _ => false,
        }
    }
}

/// Values by field uid, in the order of the uids. Fields are equal when they say the same, whatever they rest on.
#[derive(Clone, Default)]
pub struct Fields {
    /// What other versions say, too.
    base: Option<Arc<Fields>>,
    /// What stands before the base, sorted by uid.
    own: Vec<(&'static str, Value)>,
}

impl Fields {
    /// No fields.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// No fields, with room for so many.
    #[must_use]
    pub(crate) fn with_room(room: usize) -> Self {
        Self {
            base: None,
            own: Vec::with_capacity(room),
        }
    }

    /// Fields that say what `base` says, until told otherwise, with room for so many of their own.
    #[must_use]
    pub fn resting_on(base: Arc<Self>, room: usize) -> Self {
        Self {
            base: Some(base),
            own: Vec::with_capacity(room),
        }
    }

    /// Sets a field. Whoever sets many does so in the order of their uids: then each goes to the end.
    pub fn insert(&mut self, uid: &'static str, value: Value) {
        if self.own.last().is_none_or(|(last, _)| *last < uid) {
            self.own.push((uid, value));
            return;
        }
        match self.own.binary_search_by(|(known, _)| known.cmp(&uid)) {
            Ok(at) => {
                if let Some(slot) = self.own.get_mut(at) {
                    slot.1 = value;
                }
            }
            Err(at) => self.own.insert(at, (uid, value)),
        }
    }

    /// Whether these say the same over the same base, which is quickly known.
    pub(crate) fn is_twin(&self, other: &Self) -> bool {
        let same_base = match (&self.base, &other.base) {
            (None, None) => true,
            (Some(one), Some(two)) => Arc::ptr_eq(one, two),
            _ => false,
        };
        same_base && self.own == other.own
    }

    /// Sets a field to a text, unless there is none: rows are replaced whole, so what they lack needs
    /// no clearing.
    pub(crate) fn put_text(&mut self, uid: &'static str, text: Option<&str>) {
        if let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) {
            self.insert(uid, Value::Text(text.into()));
        }
    }

    /// A field's value.
    #[must_use]
    pub fn get(&self, uid: &str) -> Option<&Value> {
        match self.own.binary_search_by(|(known, _)| (*known).cmp(uid)) {
            Ok(at) => self.own.get(at).map(|(_, value)| value),
            Err(_) => self.base.as_ref()?.get(uid),
        }
    }

    /// Whether there is such a field.
    #[must_use]
    pub fn contains_key(&self, uid: &str) -> bool {
        self.get(uid).is_some()
    }

    /// Every field with its value, in the order of the uids.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.merged().into_iter()
    }

    /// Every uid, in order.
    pub fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.iter().map(|(uid, _)| uid)
    }

    /// Every value, in the order of the uids.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.iter().map(|(_, value)| value)
    }

    /// What is said, by uid: of what is said twice, that which stands before the other.
    fn merged(&self) -> Vec<(&'static str, &Value)> {
        let layers = std::iter::successors(Some(self), |fields| fields.base.as_deref());
        let mut all: Vec<(&'static str, &Value)> = layers
            .flat_map(|fields| fields.own.iter().map(|(uid, value)| (*uid, value)))
            .collect();
        // The sort is stable, so what stands first stays first among its like.
        all.sort_by_key(|(uid, _)| *uid);
        all.dedup_by_key(|(uid, _)| *uid);
        all
    }
}

impl PartialEq for Fields {
    fn eq(&self, other: &Self) -> bool {
        if self.is_twin(other) {
            return true;
        }
        self.merged() == other.merged()
    }
}

impl Eq for Fields {}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self.iter()).finish()
    }
}

impl<const N: usize> From<[(&'static str, Value); N]> for Fields {
    fn from(values: [(&'static str, Value); N]) -> Self {
        values.into_iter().collect()
    }
}

impl FromIterator<(&'static str, Value)> for Fields {
    fn from_iter<T: IntoIterator<Item = (&'static str, Value)>>(values: T) -> Self {
        let values = values.into_iter();
        let mut fields = Self::with_room(values.size_hint().0);
        for (uid, value) in values {
            fields.insert(uid, value);
        }
        fields
    }
}

impl Index<&str> for Fields {
    type Output = Value;

    /// A field's value; [`Value::Nothing`] where there is no such field.
    fn index(&self, uid: &str) -> &Value {
        self.get(uid).unwrap_or(&Value::Nothing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    #[test]
    fn what_is_said_anew_stands_before_the_base() {
        let base = Arc::new(Fields::from([
            ("title", text("Salt")),
            ("cta", text("buy")),
        ]));
        let mut fields = Fields::resting_on(base.clone(), 2);
        assert_eq!(fields, *base);
        fields.insert("cta", text("notify"));
        fields.insert("amount", Value::Flag(true));
        assert_eq!(fields.get("title"), Some(&text("Salt")));
        assert_eq!(fields.get("cta"), Some(&text("notify")));
        let uids: Vec<&str> = fields.iter().map(|(uid, _)| uid).collect();
        assert_eq!(uids, ["amount", "cta", "title"]);
        assert_ne!(fields, *base);
    }

    #[test]
    fn fields_are_equal_by_what_they_say() {
        let base = Arc::new(Fields::from([("a", text("1")), ("b", text("2"))]));
        let mut resting = Fields::resting_on(base, 1);
        resting.insert("b", text("3"));
        assert_eq!(resting, Fields::from([("b", text("3")), ("a", text("1"))]));
    }
}
