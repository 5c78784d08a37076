//! What agrees and what differs, in words.
