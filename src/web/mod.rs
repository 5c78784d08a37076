//! The pages people read.

pub mod pages;
