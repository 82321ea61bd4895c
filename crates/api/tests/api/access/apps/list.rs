//! `GET /{accounts|zones}/{id}/access/apps`

use expect_test::expect;
use serde_json::Value;

use crate::support::{Server, app};

async fn three() -> Server {
    let server = Server::start().await;
    for name in ["Alpha", "Beta", "Gamma"] {
        let body = app(name, &format!("{}.example.com", name.to_lowercase()));
        server.post("/access/apps").json(&body).ok(201).await;
    }
    server
}

async fn names(server: &Server, query: &str) -> Vec<String> {
    let result = server.get(&format!("/access/apps{query}")).ok(200).await.result();
    let name = |app: &Value| app["name"].as_str().unwrap().to_owned();
    let mut names: Vec<_> = result.as_array().unwrap().iter().map(name).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_page_says_where_it_is() {
    let server = three().await;
    let info = |reply: crate::support::Reply| reply.json()["result_info"].to_string();
    let all = info(server.get("/access/apps").ok(200).await);
    expect![[r#"{"count":3,"page":1,"per_page":1000,"total_count":3,"total_pages":1}"#]].assert_eq(&all);
    let second = info(server.get("/access/apps?page=2&per_page=1").ok(200).await);
    expect![[r#"{"count":1,"page":2,"per_page":1,"total_count":3,"total_pages":3}"#]].assert_eq(&second);
    let beyond = info(server.get("/access/apps?page=9&per_page=1").ok(200).await);
    expect![[r#"{"count":0,"page":9,"per_page":1,"total_count":3,"total_pages":3}"#]].assert_eq(&beyond);
}

#[tokio::test]
async fn the_size_of_a_page_is_one_of_eight() {
    let server = three().await;
    server.get("/access/apps?per_page=2").send().await.check(&expect![[r#"
        400 Bad Request
        content-type: application/json; charset=UTF-8

        {
          "errors": [
            {
              "code": 12091,
              "message": "access.api.error.invalid_url_parameter_value"
            }
          ],
          "messages": [],
          "result": null,
          "success": false
        }
    "#]]);
    server.get("/access/apps?page=first").fails(400, 12091).await;
    for size in [1, 5, 10, 20, 25, 50, 100, 1000] {
        server.get(&format!("/access/apps?per_page={size}")).ok(200).await;
    }
}

#[tokio::test]
async fn filters_are_exact_and_search_is_not() {
    let server = three().await;
    assert_eq!(names(&server, "?name=Alpha").await, ["Alpha"]);
    assert_eq!(names(&server, "?name=Alph").await, [""; 0]);
    assert_eq!(names(&server, "?domain=beta.example.com").await, ["Beta"]);
    assert_eq!(names(&server, "?search=AMMA").await, ["Gamma"]);
    assert_eq!(names(&server, "?name=&search=").await, ["Alpha", "Beta", "Gamma"]);
    assert_eq!(names(&server, "?aud=nothing").await, [""; 0]);
    assert_eq!(names(&server, "?name=Alph&exact=false").await, ["Alpha"]);
    server.get("/access/apps?exact=perhaps").fails(400, 12091).await;
    let found = server.get("/access/apps?name=Gamma").ok(200).await.result();
    let aud = found[0]["aud"].as_str().unwrap().to_owned();
    assert_eq!(names(&server, &format!("?aud={aud}")).await, ["Gamma"]);
}

#[tokio::test]
async fn i7_an_owner_lists_its_own_applications() {
    let server = three().await;
    let zone = server.zone("example.com").await;
    server.create_app(&format!("/zones/{zone}"), &app("Zoned", "zoned.example.com")).await;
    assert_eq!(names(&server, "").await, ["Alpha", "Beta", "Gamma"]);
    let listed = server.call("GET", &format!("/zones/{zone}/access/apps")).ok(200).await;
    assert_eq!(listed.json()["result_info"]["total_count"], 1);
}
