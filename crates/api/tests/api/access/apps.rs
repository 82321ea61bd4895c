//! `/{accounts|zones}/{id}/access/apps`

mod create;
mod delete;
mod fields;
mod get;
mod list;
mod policies;
mod revoke_tokens;
mod update;
