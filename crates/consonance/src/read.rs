//! From answers to the catalogue, one module per thing that is read.
//!
//! Nothing here asks for anything: a module sees what came, what the service said it could not
//! give, and what was not asked for, and decides what that means. A gate or an embargo that cannot
//! be read closes; everything else that cannot be read is left out, with a finding.

mod contributor;
mod price;
mod product;
mod report;
mod resource;
mod subject;
mod text;
mod work;

pub(crate) use work::{ReadWork, read_work};
