//! `/{accounts|zones}/{id}/access`

pub(crate) mod apps;
pub(crate) mod service_tokens;
