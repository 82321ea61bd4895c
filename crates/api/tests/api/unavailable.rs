//! When the store fails: never a silent success, and it is said whether a repeat is safe.

use expect_test::expect;
use serde_json::json;

use crate::support::{Server, app};

#[tokio::test]
async fn a_store_that_wrote_nothing_is_said_to_have_written_nothing() {
    let server = Server::start().await;
    let wiki = server.wiki().await;
    server.store.fail(false);
    let revoke = format!("/access/apps/{wiki}/revoke_tokens");
    server.post(&revoke).send().await.check(&expect![[r#"
        503 Service Unavailable
        content-type: application/json; charset=UTF-8
        retry-after: 1

        {
          "errors": [
            {
              "code": 10503,
              "message": "access.api.error.unavailable: the store is unavailable; nothing was written, and repeating is safe"
            }
          ],
          "messages": [],
          "result": null,
          "success": false
        }
    "#]]);
    server.post(&revoke).header("prefer", "respond-async").fails(503, 10503).await;
    server.post("/access/apps").json(&app("B", "b.example.com")).fails(503, 10503).await;
    server.put(&format!("/access/apps/{wiki}")).json(&app("B", "b.example.com")).fails(503, 10503).await;
    server.delete(&format!("/access/apps/{wiki}")).fails(503, 10503).await;
    server.post("/access/service_tokens").json(&json!({"name": "ci"})).fails(503, 10503).await;
    // What is only read is read from the node's own state.
    server.get(&format!("/access/apps/{wiki}")).ok(200).await;
}

#[tokio::test]
async fn a_store_that_may_have_written_is_said_to() {
    let server = Server::start().await;
    let wiki = server.wiki().await;
    server.store.fail(true);
    server.post(&format!("/access/apps/{wiki}/revoke_tokens")).send().await.check(&expect![[r#"
        503 Service Unavailable
        content-type: application/json; charset=UTF-8
        retry-after: 1

        {
          "errors": [
            {
              "code": 10504,
              "message": "access.api.error.unconfirmed: the store did not confirm the change; it may have been written"
            }
          ],
          "messages": [],
          "result": null,
          "success": false
        }
    "#]]);
    server.delete(&format!("/access/apps/{wiki}")).fails(503, 10504).await;
}
