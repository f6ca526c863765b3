//! The content model in a stack: what would have to change, and changing it.
//!
//! A stack is not ours alone. Editors and integrators have types, fields, locales and environments of their own, and they
//! may add fields to our types. A content type is saved as a whole, so every save is *read, merge, write*: what we do not
//! know goes back as it came, at its place. Our own fields are known by a mark in their help text ([`document::MARK`]),
//! which is the only thing of a field that the service carries for us and that an editor sees.
//!
//! [`plan`] only reads. [`apply`] carries a plan out, in its order, and reads back: a second plan then finds nothing to do.
//! What would lose data (a field of ours that is no longer wanted, or holds another type) is part of the plan, with the
//! number of entries that hold something there, and is left alone unless it was allowed.

mod apply;
mod change;
mod document;
mod editorial;
mod error;
mod locale_name;
mod merge;
mod plan;
mod spec;

pub use apply::apply;
pub use change::{Applied, FieldPath, ModelChange, ModelPlan};
pub use document::MARK;
pub use error::Error;
pub use plan::plan;
pub use spec::ModelSpec;
