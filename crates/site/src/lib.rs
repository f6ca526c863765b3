//! Sites, policy, content model and the pure projection from catalogue to desired stack.
