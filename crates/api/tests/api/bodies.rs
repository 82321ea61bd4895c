//! Bodies: what is JSON, and what is not.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use expect_test::expect;
use hyper::body::Frame;

use crate::support::{Call, Server, app};

fn create(server: &Server) -> Call {
    server.post("/access/apps")
}

#[tokio::test]
async fn json_is_read_whatever_the_content_type_says() {
    let server = Server::start().await;
    for (index, media_type) in [
        "application/json",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/octet-stream",
        "???",
    ]
    .into_iter()
    .enumerate()
    {
        let body = app("App", &format!("{index}.example.com"));
        create(&server).header("content-type", media_type).body(body.to_string()).ok(201).await;
    }
    create(&server).body(app("App", "none.example.com").to_string()).ok(201).await;
}

#[tokio::test]
async fn what_is_plainly_something_else_is_refused_for_its_type() {
    let server = Server::start().await;
    let json = app("App", "a.example.com").to_string();
    let multipart =
        create(&server).header("content-type", "multipart/form-data; boundary=x").body(json.clone());
    multipart.send().await.check(&expect![[r#"
        415 Unsupported Media Type
        content-type: application/json; charset=UTF-8

        {
          "errors": [
            {
              "code": 12130,
              "message": "access.api.error.invalid_request: the body must be application/json, not multipart/form-data"
            }
          ],
          "messages": [],
          "result": null,
          "success": false
        }
    "#]]);
    let form = create(&server).header("content-type", "application/x-www-form-urlencoded");
    form.body("name=App&domain=a.example.com").fails(415, 12130).await;
    create(&server).header("content-type", "text/xml").body("<app/>").fails(415, 12130).await;
    create(&server).header("content-encoding", "gzip").body(json).fails(415, 12130).await;
}

#[tokio::test]
async fn malformed_json_is_told_with_its_place() {
    let server = Server::start().await;
    create(&server).body("{\"name\": \"x\",\n  oops}").send().await.check(&expect![[r#"
        400 Bad Request
        content-type: application/json; charset=UTF-8

        {
          "errors": [
            {
              "code": 12130,
              "message": "access.api.error.invalid_request: the body is not valid JSON: key must be a string at line 2 column 3"
            }
          ],
          "messages": [],
          "result": null,
          "success": false
        }
    "#]]);
    create(&server).send().await.check(&expect![[r#"
        400 Bad Request
        content-type: application/json; charset=UTF-8

        {
          "errors": [
            {
              "code": 12130,
              "message": "access.api.error.invalid_request: the body is not valid JSON: EOF while parsing a value at line 1 column 0"
            }
          ],
          "messages": [],
          "result": null,
          "success": false
        }
    "#]]);
    create(&server).body(r#"{"name": "a", "name": "b"}"#).send().await.check(&expect![[r#"
        400 Bad Request
        content-type: application/json; charset=UTF-8

        {
          "errors": [
            {
              "code": 12130,
              "message": "access.api.error.invalid_request: the body is not valid JSON: the key `name` stands twice in one object at line 1 column 20"
            }
          ],
          "messages": [],
          "result": null,
          "success": false
        }
    "#]]);
    create(&server).body(r#"{"name": 1}"#).send().await.check(&expect![[r#"
        400 Bad Request
        content-type: application/json; charset=UTF-8

        {
          "errors": [
            {
              "code": 12130,
              "message": "access.api.error.invalid_request: name: invalid type: integer `1`, expected a string at line 1 column 10",
              "source": {
                "pointer": "/name"
              }
            }
          ],
          "messages": [],
          "result": null,
          "success": false
        }
    "#]]);
    create(&server).body("[]").fails(400, 12130).await;
    create(&server).body("\"\"").fails(400, 12130).await;
    create(&server).body("null").fails(400, 12130).await;
    create(&server).body(b"{\"name\": \"\xff\"}".to_vec()).fails(400, 12130).await;
}

#[tokio::test]
async fn a_body_of_more_than_a_mebibyte_is_refused() {
    let server = Server::start().await;
    let padded = |length: usize| {
        let json = app("App", "a.example.com").to_string();
        format!("{json}{}", " ".repeat(length - json.len()))
    };
    create(&server).body(padded(1024 * 1024)).ok(201).await;
    create(&server).body(padded(1024 * 1024 + 1)).send().await.check(&expect![[r#"
        413 Payload Too Large
        content-type: application/json; charset=UTF-8

        {
          "errors": [
            {
              "code": 12130,
              "message": "access.api.error.invalid_request: the body is longer than 1048576 bytes"
            }
          ],
          "messages": [],
          "result": null,
          "success": false
        }
    "#]]);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_never_ends_is_given_up() {
    let server = Server::start().await;
    create(&server).body(Body::new(Never)).fails(408, 12130).await;
}

/// A body of which nothing arrives.
struct Never;

impl HttpBody for Never {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}
