//! The publishers' own files, as downloaded, to facts.
