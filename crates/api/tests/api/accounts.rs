//! `/accounts`

use expect_test::expect;
use serde_json::json;

use crate::support::Server;

#[tokio::test]
async fn the_callers_accounts_are_listed() {
    let server = Server::start().await;
    server.call("GET", "/accounts").send().await.check(&expect![[r#"
        200 OK
        content-type: application/json; charset=UTF-8

        {
          "errors": [],
          "messages": [],
          "result": [
            {
              "created_on": "2025-03-19T20:20:42Z",
              "id": "<id of 32>",
              "name": "Example",
              "type": "standard"
            }
          ],
          "result_info": {
            "count": 1,
            "page": 1,
            "per_page": 20,
            "total_count": 1,
            "total_pages": 1
          },
          "success": true
        }
    "#]]);
    let named = |name: &str| server.call("GET", &format!("/accounts?name={name}"));
    assert_eq!(named("Example").ok(200).await.json()["result_info"]["total_count"], 1);
    assert_eq!(named("Other").ok(200).await.result(), json!([]));
}

#[tokio::test]
async fn an_account_is_read_by_its_id() {
    let server = Server::start().await;
    let account = server.get("").ok(200).await.result();
    assert_eq!(account["id"], server.account);
    assert_eq!(account["name"], "Example");
}
