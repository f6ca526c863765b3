//! Typed client of Contentstack: Management and Delivery, call budget, error classes.
