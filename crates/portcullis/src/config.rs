//! The configuration: flags, then environment, then file, then defaults; validated once.
//!
//! `docs/configuration.md` lists every setting; a test compares it with what is here.

mod args;
mod file;
mod ingress;
mod resolve;

pub(crate) use args::ServeArgs;
pub(crate) use resolve::{Config, ConfigError, LogFormat, PublicUrl};

#[cfg(test)]
mod tests {
    use clap::{Args as _, Command};

    use super::ServeArgs;

    /// Every flag has a row with its environment variable and its default.
    #[test]
    fn the_documentation_has_every_setting() {
        let rows = include_str!("../../../docs/configuration.md");
        let command = ServeArgs::augment_args(Command::new("serve"));
        for argument in command.get_arguments() {
            let flag = format!("`--{}`", argument.get_long().unwrap());
            let row = rows.lines().find(|row| row.starts_with(&format!("| {flag}")));
            let row = row.unwrap_or_else(|| panic!("{flag} has no row"));
            let variable = argument.get_env().unwrap().to_str().unwrap();
            assert!(row.contains(&format!("`{variable}`")), "{flag}: {variable} is not in {row}");
            let help = argument.get_help().unwrap().to_string();
            if let Some((_, default)) = help.split_once("[default: ") {
                let default = default.trim_matches(['[', ']', '`']).trim_start_matches("./").to_owned();
                let told = row.contains(&default)
                    || default.split(" and ").all(|part| row.contains(part.trim_end_matches(':')));
                assert!(told, "{flag}: the default `{default}` is not in {row}");
            }
        }
    }
}
