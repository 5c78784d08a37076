//! Whatever order deliveries come in, they end in the same state.
