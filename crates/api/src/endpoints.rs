//! The endpoints, in the folders of the URL tree.

pub(crate) mod access;
pub(crate) mod accounts;
pub(crate) mod user;
pub(crate) mod zones;
