//! The `router` binary: reads the command line, runs the command, and ends with its exit code.

use std::process::ExitCode;

use clap::Parser;
use router::cli::{Arguments, run};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    run(Arguments::parse())
}
