//! `/{accounts|zones}/{id}/access`

mod apps;
mod service_tokens;
