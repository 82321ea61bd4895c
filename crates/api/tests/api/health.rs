//! `/healthz` and `/readyz`

use expect_test::expect;
use portcullis_api::Readiness;

use crate::support::{Call, Server};

#[tokio::test]
async fn ready_is_what_the_gate_says_and_healthy_is_to_answer() {
    let server = Server::start().await;
    let call = |path: &str| Call::new(server.router.clone(), "GET", path);
    call("/healthz").ok(200).await;
    call("/readyz").send().await.check(&expect![[r#"
        200 OK
        content-type: application/json; charset=UTF-8

        {
          "errors": [],
          "messages": [],
          "result": {
            "status": "ready"
          },
          "success": true
        }
    "#]]);
    *server.health.0.lock() = Readiness::NotReady("it has no lease");
    call("/healthz").ok(200).await;
    call("/readyz").send().await.check(&expect![[r#"
        503 Service Unavailable
        content-type: application/json; charset=UTF-8
        retry-after: 1

        {
          "errors": [
            {
              "code": 10505,
              "message": "the gate cannot admit anybody: it has no lease"
            }
          ],
          "messages": [],
          "result": null,
          "success": false
        }
    "#]]);
    Call::new(server.router.clone(), "POST", "/readyz").fails(405, 7001).await;
    server.call("GET", "/readyz").fails(404, 7003).await;
}
