//! `POST /{accounts|zones}/{id}/access/apps/{app_id}/revoke_tokens`

use expect_test::expect;

use crate::support::{Call, Gate, NOBODY, Server, app};

struct Setting {
    server: Server,
    path: String,
}

impl Setting {
    async fn new() -> Self {
        let server = Server::start().await;
        let path = format!("/access/apps/{}/revoke_tokens", server.wiki().await);
        Self { server, path }
    }

    fn revoke(&self) -> Call {
        self.server.post(&self.path)
    }
}

#[tokio::test]
async fn without_gates_it_is_done_at_once() {
    let setting = Setting::new().await;
    setting.revoke().send().await.check(&expect![[r#"
        200 OK
        content-type: application/json; charset=UTF-8
        portcullis-gates: 0/0
        portcullis-revision: <revision>

        {
          "errors": [],
          "messages": [],
          "result": {},
          "success": true
        }
    "#]]);
}

#[tokio::test]
async fn the_body_has_everything_that_any_client_looks_for() {
    let setting = Setting::new().await;
    let reply = setting.revoke().ok(200).await;
    assert_eq!(reply.text, r#"{"result":{},"success":true,"errors":[],"messages":[]}"#);
}

#[tokio::test]
async fn revoking_twice_succeeds_at_a_later_revision() {
    let setting = Setting::new().await;
    let revision = |reply: &crate::support::Reply| -> u64 {
        reply.header("portcullis-revision").unwrap().parse().unwrap()
    };
    let first = revision(&setting.revoke().ok(200).await);
    assert!(revision(&setting.revoke().ok(200).await) > first);
}

#[tokio::test]
async fn a_gate_that_confirms_is_waited_for() {
    let setting = Setting::new().await;
    let _gate = Gate::alive(setting.server.control.hub());
    setting.revoke().send().await.check(&expect![[r#"
        200 OK
        content-type: application/json; charset=UTF-8
        portcullis-gates: 1/1
        portcullis-revision: <revision>

        {
          "errors": [],
          "messages": [],
          "result": {},
          "success": true
        }
    "#]]);
}

#[tokio::test(start_paused = true)]
async fn i11_a_gate_that_is_silent_is_waited_out_before_200() {
    let setting = Setting::new().await;
    let _gate = Gate::stalled(setting.server.control.hub());
    let started = tokio::time::Instant::now();
    let reply = setting.revoke().ok(200).await;
    assert_eq!(started.elapsed().as_millis(), 3750);
    assert_eq!(reply.header("portcullis-enforced-within"), None);
}

#[tokio::test(start_paused = true)]
async fn respond_async_is_answered_with_the_time_by_which_it_is_done() {
    let setting = Setting::new().await;
    let _gate = Gate::stalled(setting.server.control.hub());
    setting.revoke().header("prefer", "respond-async").send().await.check(&expect![[r#"
        202 Accepted
        content-type: application/json; charset=UTF-8
        portcullis-enforced-within: 4
        portcullis-gates: 0/1
        portcullis-revision: <revision>
        preference-applied: respond-async

        {
          "errors": [],
          "messages": [],
          "result": {},
          "success": true
        }
    "#]]);
}

#[tokio::test(start_paused = true)]
async fn wait_is_how_long_the_caller_waits() {
    let setting = Setting::new().await;
    let _gate = Gate::stalled(setting.server.control.hub());
    let started = tokio::time::Instant::now();
    setting.revoke().header("prefer", "respond-async, wait=1").send().await.check(&expect![[r#"
        202 Accepted
        content-type: application/json; charset=UTF-8
        portcullis-enforced-within: 3
        portcullis-gates: 0/1
        portcullis-revision: <revision>
        preference-applied: respond-async, wait=1

        {
          "errors": [],
          "messages": [],
          "result": {},
          "success": true
        }
    "#]]);
    assert_eq!(started.elapsed().as_secs(), 1);
    let reply = setting.revoke().header("prefer", "wait=60").ok(200).await;
    assert_eq!(reply.status.as_u16(), 200);
    assert_eq!(reply.header("preference-applied"), Some("wait=60"));
}

#[tokio::test(start_paused = true)]
async fn a_malformed_preference_is_ignored() {
    let setting = Setting::new().await;
    let _gate = Gate::stalled(setting.server.control.hub());
    let reply = setting.revoke().header("prefer", "wait=soon").send().await;
    assert_eq!(reply.status.as_u16(), 200);
    assert_eq!(reply.header("preference-applied"), None);
}

#[tokio::test]
async fn an_unknown_or_malformed_application_is_told_apart() {
    let server = Server::start().await;
    let revoke = |id: &str| server.post(&format!("/access/apps/{id}/revoke_tokens"));
    revoke(NOBODY).send().await.check(&expect![[r#"
        404 Not Found
        content-type: application/json; charset=UTF-8

        {
          "errors": [
            {
              "code": 11021,
              "message": "access.api.error.unknown_application"
            }
          ],
          "messages": [],
          "result": null,
          "success": false
        }
    "#]]);
    revoke("wiki").send().await.check(&expect![[r#"
        400 Bad Request
        content-type: application/json; charset=UTF-8

        {
          "errors": [
            {
              "code": 12045,
              "message": "access.api.error.invalid_application_id"
            }
          ],
          "messages": [],
          "result": null,
          "success": false
        }
    "#]]);
    revoke(&NOBODY.to_uppercase()).fails(400, 12045).await;
    revoke(&NOBODY.replace('-', "")).fails(400, 12045).await;
}

#[tokio::test]
async fn the_permission_to_revoke_is_enough_and_to_read_is_not() {
    let setting = Setting::new().await;
    let server = &setting.server;
    let revoke = server.account_token("Access: Apps and Policies Revoke").await;
    setting.revoke().token(&revoke).ok(200).await;
    let write = server.account_token("Access: Apps and Policies Write").await;
    setting.revoke().token(&write).ok(200).await;
    let read = server.account_token("Access: Apps and Policies Read").await;
    setting.revoke().token(&read).fails(403, 10000).await;
}

#[tokio::test]
async fn i7_an_application_belongs_to_the_owner_under_which_it_was_created() {
    let server = Server::start().await;
    let zone = server.zone("example.com").await;
    let of_account = server.wiki().await;
    let of_zone = server.create_app(&format!("/zones/{zone}"), &app("Blog", "blog.example.com")).await;
    let revoke =
        |owner: &str, id: &str| server.call("POST", &format!("{owner}/access/apps/{id}/revoke_tokens"));
    revoke(&format!("/zones/{zone}"), &of_zone).ok(200).await;
    revoke(&server.path(""), &of_account).ok(200).await;
    revoke(&format!("/zones/{zone}"), &of_account).fails(404, 11021).await;
    revoke(&server.path(""), &of_zone).fails(404, 11021).await;
}
