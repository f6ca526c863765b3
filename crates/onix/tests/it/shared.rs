//! Messages that nobody here wrote, where they are present.
