//! Workers, their devices, and what those say: handed in, bound, judged, told.

mod alarm;
mod ingest;
mod onboarding;
mod osquery;
