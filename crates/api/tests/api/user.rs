//! `/user`

mod tokens;
