//! Telling people what needs them: whom, of what, when, and how it reaches them.
//!
//! Two halves that know nothing of each other's trade. [`decide`] is pure: what stands open now, what was known before, what
//! somebody snoozed and the hour make the messages that are due. [`deliver`] brings one message to one channel, by e-mail,
//! Slack, Teams or signed webhook, within a bounded time, and says what came of it; when to try again is its answer, keeping
//! the message until then is somebody else's task.
//!
//! A title that no site may announce is named only on channels that are for insiders: elsewhere it is a work's key, and what
//! gives it away is counted and not located. That is decided when a message is made, so that what waits to be sent holds no
//! more than its channel may read.

pub mod alert;
pub mod channel;
pub mod decide;
pub mod deliver;
pub mod email;
pub mod error;
pub mod message;
mod slack;
mod teams;
pub mod webhook;

pub use error::Error;
