//! What a person may ask for, and what the law does: erasing ([`goes`] says what it takes), handing out everything
//! ([`person`]), how long things are kept ([`retention`], [`ages`]), and holds that keep them longer ([`hold`]).

pub mod ages;
pub mod goes;
pub mod hold;
pub mod person;
pub mod retention;
