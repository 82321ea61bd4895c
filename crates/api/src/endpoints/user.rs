//! `/user`

pub(crate) mod tokens;
