//! The connection to one account, before anything is known of its schema.

use std::sync::Arc;

use crate::error::Error;
use crate::schema::{INTROSPECTION, Schema};
use crate::settings::Settings;
use crate::source::Source;
use crate::transport::Transport;

/// The connection to one account.
#[derive(Debug, Clone)]
pub struct Client {
    transport: Arc<Transport>,
}

impl Client {
    /// Prepares a connection; nothing is sent.
    ///
    /// # Errors
    /// [`Error::Settings`] when they cannot work, [`Error::Client`] when no HTTP client can be
    /// built.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        Ok(Self {
            transport: Arc::new(Transport::new(settings)?),
        })
    }

    /// Asks, in one request, what the account's schema has of the names we would like.
    ///
    /// # Errors
    /// Whatever keeps the service from answering. A service that answers but refuses to describe
    /// its schema is no error: then the sure names are taken to exist.
    pub async fn schema(&self) -> Result<Schema, Error> {
        let ask = self.transport.settings().ask;
        match self.transport.ask(INTROSPECTION).await {
            Ok(envelope) if envelope.data.is_null() => Ok(Schema::assumed(ask)),
            Ok(envelope) => Schema::read(&envelope.data, ask),
            Err(Error::Query { .. }) => Ok(Schema::assumed(ask)),
            Err(error) => Err(error),
        }
    }

    /// A source of works, once its schema is known.
    ///
    /// # Errors
    /// [`Error::NotConsonance`] and [`Error::GateMissing`], as [`Schema::require_gates`].
    pub fn source(&self, schema: Schema) -> Result<Source, Error> {
        schema.require_gates()?;
        Ok(Source::new(Arc::clone(&self.transport), schema))
    }

    pub(crate) fn shared_transport(&self) -> Arc<Transport> {
        Arc::clone(&self.transport)
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.transport
    }

    /// How many requests were sent, repeats included.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.transport.requests()
    }
}
