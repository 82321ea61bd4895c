//! The permit to read is not the permit to revoke.

use portcullis_control::authorize::{Authorized, GetApp};
use portcullis_control::{Control, WaitFor};
use portcullis_model::AppId;

async fn revoke(control: Control, grant: Authorized<GetApp>, app: AppId) {
    let _ = control.revoke_app_tokens(grant, app, WaitFor::Everyone).await;
}

fn main() {}
