//! `/user/tokens`

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod permission_groups;
mod read;
pub(crate) mod verify;
mod write;
