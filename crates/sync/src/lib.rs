//! Pull, plan, apply, reconcile: the walk from source to stack.
