//! The Consonance stand-in: one publisher's account behind the service's public interfaces.
//!
//! GraphQL at `/graphql`, the older REST product API at `/api/v4/products.json`, pictures at
//! `/resources/`, and the ONIX feeds that a real account would send to its recipients. All read the
//! same `World`, so what one of them says can be held against another. What is known of the
//! service and how surely is kept in `schema.graphql`; where nothing is known of a behaviour, the
//! module that invents it says so.

mod account;
mod control;
mod derived;
mod engine;
mod field;
mod graphql;
mod labels;
mod mutation;
mod node;
mod nulls;
mod picture;
mod rest;
mod root;
mod schema;
mod search;
mod serving;

pub use schema::SchemaError;
pub use serving::{Options, Service, classifier};
