//! Local stand-ins of Consonance and Contentstack, with a sample catalogue.
