//! The domain of Frontlist in the book trade's own terms: works, products, contributors, rights, dates, texts, resources.
//!
//! This room is pure. It knows nothing of where a record came from on the wire (GraphQL, REST, ONIX), nothing of
//! websites or content management, has no clock and no I/O. Sources read into these types; the projection reads from them.
//! Code lists are EDItEUR's, issue 75; a code this build does not know is kept and reported, never refused.

pub mod codes;
pub mod collection;
pub mod contributor;
pub mod country;
pub mod date;
pub mod finding;
pub mod fingerprint;
pub mod identity;
pub mod isbn;
pub mod key;
pub mod lifecycle;
pub mod merge;
pub mod money;
pub mod origin;
pub mod price;
pub mod product;
pub mod record;
pub mod region;
pub mod resource;
pub mod rights;
pub mod subject;
pub mod supply;
pub mod territory;
pub mod text;
pub mod title;
pub mod work;
