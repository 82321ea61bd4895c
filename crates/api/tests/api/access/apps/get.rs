//! `GET /{accounts|zones}/{id}/access/apps/{app_id}`

use crate::support::{NOBODY, Server};

#[tokio::test]
async fn an_application_is_what_its_creation_answered() {
    let server = Server::start().await;
    let created =
        server.post("/access/apps").json(&crate::support::app("Wiki", "wiki.example.com")).ok(201).await;
    let read = server.get(&format!("/access/apps/{}", created.id())).ok(200).await;
    assert_eq!(read.result(), created.result());
}

#[tokio::test]
async fn an_unknown_application_is_not_found_and_an_impossible_one_is_no_id() {
    let server = Server::start().await;
    server.get(&format!("/access/apps/{NOBODY}")).fails(404, 11021).await;
    server.get("/access/apps/wiki").fails(400, 12045).await;
}
