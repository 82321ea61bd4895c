//! `/{accounts|zones}/{id}/access/apps`

pub(crate) mod create;
pub(crate) mod delete;
mod fields;
pub(crate) mod get;
pub(crate) mod list;
mod read;
pub(crate) mod revoke_tokens;
pub(crate) mod update;
mod write;
