//! Sites, policy, content model, and the pure projection from a catalogue to what a stack should
//! hold.
//!
//! [`projection::projection`] answers, for one instant, which entries and assets a stack should hold, what each locale's
//! version says and where it is published; [`explanation::explain`] answers why, by the same
//! computation. This room has no I/O, no clock and no randomness: the instant is an argument, and
//! asking about another one is how previews work. It speaks in neutral values ([`desired`]) and
//! knows nothing of Contentstack's wire formats, ids or limits of calls.
//!
//! [`inspection`] asks the same rules of a product alone, for whoever checks a feed.
//!
//! The walk: [`policy`] gives markets; each format of each work is judged in each market
//! (`judgement`, by way of `offer`, `rights_here`, `price` and the catalogue's life cycle); what a
//! market may know becomes a title's view (`title_view`), the view a version (`book`, from `jacket`, `texts`,
//! `pictures`, `subjects`, `labels`), and versions become entries (`projection`, with `gathering`,
//! `pages` and `urls`).

pub mod appraisal;
pub mod content_model;
pub mod desired;
pub mod explanation;
pub mod forecast;
pub mod guard;
pub mod hold;
pub mod inspection;
pub mod integrity;
pub mod module;
pub mod policy;
pub mod projection;
pub mod redirect;
pub mod rich;
pub mod urls;

mod addressing;
mod book;
mod call;
mod collateral;
mod dates;
mod doubts;
mod evidence;
mod extent;
mod fields;
mod files;
mod form;
mod format;
mod gathering;
mod jacket;
mod judgement;
mod labels;
mod language;
mod library;
mod link;
mod market;
mod measure;
mod neighbours;
mod offer;
mod pages;
mod pictures;
mod price;
mod reckoning;
mod repetition;
mod retailer;
mod rights_here;
mod ruling;
mod sanitise;
mod selection;
pub mod shield;
mod stages;
mod standing;
mod subjects;
mod texts;
mod title_view;
mod trace;

pub use repetition::isbns;
