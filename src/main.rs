//! The program; everything is in the library.

use std::process::ExitCode;

/// Screening is many small values made on one thread and dropped on another.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    telltale::cli::run().await
}
