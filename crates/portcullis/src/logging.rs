//! Where events go: readable on a terminal, JSON otherwise.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

use crate::config::LogFormat;

/// The filter cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("log: `{filter}` is neither a level nor a list of directives such as `info,portcullis::refused=off`")]
pub(crate) struct LoggingError {
    filter: String,
    #[source]
    source: ParseError,
}

/// Writes what passes `filter` to standard error from here on.
pub(crate) fn start(filter: &str, format: LogFormat) -> Result<(), LoggingError> {
    let parsed = EnvFilter::builder()
        .parse(filter)
        .map_err(|source| LoggingError { filter: filter.into(), source })?;
    let json = match format {
        LogFormat::Auto => !std::io::stderr().is_terminal(),
        LogFormat::Text => false,
        LogFormat::Json => true,
    };
    let events = tracing_subscriber::fmt().with_env_filter(parsed).with_writer(std::io::stderr);
    // The only subscriber of the process: a second one would mean that `start` was called twice.
    if json {
        _ = events.json().flatten_event(true).with_current_span(false).with_span_list(false).try_init();
    } else {
        _ = events.with_ansi(std::io::stderr().is_terminal()).try_init();
    }
    Ok(())
}
