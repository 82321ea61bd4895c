//! `DELETE /{accounts|zones}/{id}/access/apps/{app_id}`

use expect_test::expect;

use crate::support::{Gate, NOBODY, Server};

#[tokio::test]
async fn a_deleted_application_is_unknown() {
    let server = Server::start().await;
    let path = format!("/access/apps/{}", server.wiki().await);
    server.delete(&path).send().await.check(&expect![[r#"
        202 Accepted
        content-type: application/json; charset=UTF-8
        portcullis-gates: 0/0
        portcullis-revision: <revision>

        {
          "errors": [],
          "messages": [],
          "result": {
            "id": "<id of 36>"
          },
          "success": true
        }
    "#]]);
    server.delete(&path).fails(404, 11021).await;
    server.get(&path).fails(404, 11021).await;
    server.post(&format!("{path}/revoke_tokens")).fails(404, 11021).await;
    server.wiki().await;
}

#[tokio::test(start_paused = true)]
async fn its_status_is_202_and_the_headers_say_whether_it_is_obeyed() {
    let server = Server::start().await;
    let wiki = server.wiki().await;
    let _gate = Gate::stalled(server.control.hub());
    let delete = server.delete(&format!("/access/apps/{wiki}")).header("prefer", "wait=1");
    delete.send().await.check(&expect![[r#"
        202 Accepted
        content-type: application/json; charset=UTF-8
        portcullis-enforced-within: 3
        portcullis-gates: 0/1
        portcullis-revision: <revision>
        preference-applied: wait=1

        {
          "errors": [],
          "messages": [],
          "result": {
            "id": "<id of 36>"
          },
          "success": true
        }
    "#]]);
}

#[tokio::test]
async fn an_unknown_application_cannot_be_deleted() {
    let server = Server::start().await;
    server.delete(&format!("/access/apps/{NOBODY}")).fails(404, 11021).await;
    server.delete("/access/apps/wiki").fails(400, 12045).await;
}
