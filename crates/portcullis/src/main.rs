//! `portcullis`: the server, and the demonstration of what it promises.

mod clock;
mod config;
mod demo;
mod logging;
mod serve;

use std::error::Error;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Takes less time and memory for many small short-lived values than the system's; see docs/performance.md.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A self-hosted access gate for web applications that speaks Cloudflare Access' API
#[derive(Parser)]
#[command(version, propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the control API, the team domain, the gate and the decision listener
    Serve(Box<config::ServeArgs>),
    /// Show what a revocation does: clients log in, are revoked and refused, and everything is counted
    Demo(demo::DemoArgs),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    match arguments.command {
        Command::Serve(args) => runtime.block_on(serve::run(*args)).unwrap_or_else(|error| fail(&error)),
        Command::Demo(args) => match runtime.block_on(demo::run(args)) {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::FAILURE,
            Err(error) => fail(&error),
        },
    }
}

/// Says what went wrong and why, to the last cause.
#[expect(clippy::print_stderr, reason = "the last words of a program that ends")]
fn fail(error: &dyn Error) -> ExitCode {
    eprint!("portcullis: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        eprint!(": {error}");
        cause = error.source();
    }
    eprintln!();
    ExitCode::FAILURE
}
