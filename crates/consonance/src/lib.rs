//! Client of Consonance: GraphQL and REST into the catalogue.
