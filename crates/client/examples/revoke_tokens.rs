//! Revokes all tokens issued for an application.
//!
//! ```sh
//! CLOUDFLARE_API_TOKEN=… cargo run --example revoke_tokens -- <app id> account <account id>
//! CLOUDFLARE_API_TOKEN=… cargo run --example revoke_tokens -- <app id> zone <zone id>
//! ```
//!
//! The same program speaks to Portcullis if `CLOUDFLARE_BASE_URL` says where it is.

#![expect(clippy::print_stdout, reason = "it is a program")]

use std::process::ExitCode;

use portcullis_client::{Client, Error, Scope};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (app_id, scope) = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [app_id, "account", id] => (*app_id, Scope::account(*id)),
        [app_id, "zone", id] => (*app_id, Scope::zone(*id)),
        _ => {
            println!("usage: revoke_tokens <app id> (account <account id> | zone <zone id>)");
            return Ok(ExitCode::FAILURE);
        }
    };
    let client = Client::from_env()?;
    let response =
        client.zero_trust().access().applications().revoke_tokens(app_id).scope(scope).send().await;
    match response {
        Ok(revoked) => println!("{revoked:#?}"),
        Err(error) if error.is_not_found() => {
            println!("no such application: {error}");
            return Ok(ExitCode::FAILURE);
        }
        Err(error) => {
            println!("{error}");
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}
