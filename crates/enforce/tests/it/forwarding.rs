//! Bodies, connections and time limits.

use std::time::Duration;

use portcullis_enforce::Limits;

use crate::setting::*;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

#[tokio::test]
async fn a_chunk_arrives_before_the_next_is_sent() {
    let site = Site::standard().await;
    let (mut client, mut origin, _) = site.through(&get("/events", &[])).await;
    origin
        .send("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        .await;
    assert_eq!(client.head().await.get("content-type"), Some("text/event-stream"));
    for number in 0..3 {
        let event = format!("9\r\ndata: {number}\n\n\r\n");
        origin.send(&event).await;
        client.expect(&event).await;
    }
    origin.send("0\r\n\r\n").await;
    client.expect("0\r\n\r\n").await;
    site.until_closed().await;
}

#[tokio::test]
async fn an_upload_arrives_as_it_is_sent() {
    let site = Site::standard().await;
    let text = request("POST", "wiki.example.com", "/", &["transfer-encoding: chunked"]);
    let (mut client, mut origin, head) = site.through(&text).await;
    assert_eq!(head.get("transfer-encoding"), Some("chunked"));
    for chunk in ["3\r\none\r\n", "3\r\ntwo\r\n", "0\r\n\r\n"] {
        client.send(chunk).await;
        origin.expect(chunk).await;
    }
    origin.send(OK).await;
    assert_eq!(client.head().await.status(), 200);
    client.expect("ok").await;
    site.until_closed().await;
}

#[tokio::test]
async fn trailers_pass_both_ways() {
    let site = Site::standard().await;
    let lines = ["transfer-encoding: chunked", "te: trailers", "trailer: x-sum"];
    let (mut client, mut origin, head) =
        site.through(&request("POST", "wiki.example.com", "/", &lines)).await;
    assert_eq!((head.get("te"), head.get("trailer")), (Some("trailers"), Some("x-sum")));
    client.send("1\r\na\r\n0\r\nx-sum: 1\r\n\r\n").await;
    origin.expect("1\r\na\r\n0\r\nx-sum: 1\r\n\r\n").await;
    let chunked = "transfer-encoding: chunked\r\ntrailer: x-sum\r\n\r\n1\r\nb\r\n0\r\nx-sum: 2\r\n\r\n";
    origin.send(format!("HTTP/1.1 200 OK\r\n{chunked}")).await;
    assert_eq!(client.head().await.get("trailer"), Some("x-sum"));
    client.expect("1\r\nb\r\n0\r\nx-sum: 2\r\n\r\n").await;
    site.until_closed().await;
}

#[tokio::test]
async fn a_body_is_asked_for_once_its_request_is_admitted_and_not_before() {
    let site = Site::standard().await;
    let lines = ["content-length: 5", "expect: 100-continue"];
    let post = request("POST", "wiki.example.com", "/", &lines);
    let (mut client, mut origin, head) = site.through(&post).await;
    assert_eq!(head.get("expect"), None);
    assert_eq!(client.head().await.status(), 100);
    client.send("hello").await;
    origin.expect("hello").await;
    origin.send(OK).await;
    assert_eq!(client.head().await.status(), 200);

    assert_eq!(site.ask(&post).await.0.status(), 302);
}

#[tokio::test]
async fn a_large_body_passes_both_ways_whole() {
    const LENGTH: usize = 16 << 20;
    let site = Site::standard().await;
    let body: Vec<u8> = (0..LENGTH).map(|number| u8::try_from(number % 251).unwrap()).collect();
    let length = format!("content-length: {LENGTH}");
    let (mut client, mut origin, _) =
        site.through(&request("PUT", "wiki.example.com", "/", &[&length])).await;
    let ((), received) = tokio::join!(client.send(&body), origin.exactly(LENGTH));
    assert!(received == body);
    let send = async {
        origin.send(format!("HTTP/1.1 200 OK\r\n{length}\r\n\r\n")).await;
        origin.send(&body).await;
    };
    let receive = async {
        client.head().await;
        client.exactly(LENGTH).await
    };
    let (received, ()) = tokio::join!(receive, send);
    assert!(received == body);
    site.until_closed().await;
}

#[tokio::test]
async fn connections_are_kept_at_both_ends() {
    let site = Site::standard().await;
    let page = with_token(&get("/", &[]), &Token::default().issue());
    let (mut client, mut origin, _) = site.through(&get("/", &[])).await;
    for number in 0..3 {
        if number > 0 {
            client.send(&page).await;
            origin.head().await;
        }
        origin.send(OK).await;
        assert_eq!(client.head().await.status(), 200);
        client.expect("ok").await;
        site.until_closed().await;
        // A request that is refused needs no origin, and ends nothing.
        client.send(get("/", &[])).await;
        let head = client.head().await;
        assert_eq!(head.status(), 302);
        client.body(&head).await;
    }
    // Another client uses the same connection to the origin.
    let mut other = site.client().await;
    other.send(&page).await;
    origin.head().await;
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_turn() {
    let site = Site::standard().await;
    let page = |path| with_token(&get(path, &[]), &Token::default().issue());
    let mut client = site.client().await;
    client.send(format!("{}{}{}", page("/1"), get("/2", &[]), page("/3"))).await;
    let mut origin = site.at_origin().await;
    for path in ["/1", "/3"] {
        assert!(origin.head().await.start.starts_with(&format!("GET {path} ")));
        origin.send(OK).await;
    }
    for status in [200, 302, 200] {
        let head = client.head().await;
        assert_eq!(head.status(), status);
        client.body(&head).await;
    }
    site.until_closed().await;
}

#[tokio::test]
async fn an_answer_without_a_body_or_of_an_old_server_ends_its_request() {
    let site = Site::standard().await;
    for (method, answer, body) in [
        ("HEAD", "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n", ""),
        ("GET", "HTTP/1.1 204 No Content\r\n\r\n", ""),
        ("GET", "HTTP/1.1 304 Not Modified\r\netag: \"x\"\r\n\r\n", ""),
        ("GET", "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", ""),
        ("GET", "HTTP/1.0 200 OK\r\n\r\nold", "3\r\nold\r\n0\r\n\r\n"),
    ] {
        let (mut client, mut origin, _) =
            site.through(&request(method, "wiki.example.com", "/", &["connection: close"])).await;
        origin.send(answer).await;
        drop(origin);
        client.head().await;
        assert_eq!(String::from_utf8(client.rest().await.0).unwrap(), body, "{answer}");
        site.until_closed().await;
    }
}

#[tokio::test]
async fn a_request_is_sent_again_only_if_not_a_byte_of_it_was_sent() {
    let site = Site::standard().await;
    let page = with_token(&get("/", &[]), &Token::default().issue());
    let (mut client, mut origin, _) = site.through(&get("/", &[])).await;
    origin.send(OK).await;
    client.head().await;
    client.expect("ok").await;
    site.until_closed().await;
    // Closed while idle: the next request uses a new connection, unseen by the client.
    drop(origin);
    client.send(&page).await;
    let mut origin = site.at_origin().await;
    origin.head().await;
    // Closed after the request: it may have been acted upon.
    drop(origin);
    let head = client.head().await;
    assert_eq!(head.status(), 502);
    client.rest().await;
    site.settle().await;
    assert_eq!(site.setting.gate.open_requests(), 0);
    let again = site.origin.accept();
    assert!(futures_util::FutureExt::now_or_never(again).is_none(), "the request was sent again");
}

#[tokio::test]
async fn a_host_without_an_origin_is_502_and_named() {
    let apps = vec![app(1, "wiki.example.org", vec![any_service(), everyone()])];
    let site = Site::new(Plan { apps, ..Plan::default() }).await;
    let text = with_token(&request("GET", "wiki.example.org", "/", &[]), &Token::default().issue());
    let (head, body) = site.ask(&text).await;
    assert_eq!(head.status(), 502);
    assert!(body.contains("No origin") && body.contains("wiki.example.org"), "{body}");
}

#[tokio::test]
async fn an_origin_that_is_down_is_502() {
    let Site { origin, proxy, setting, shutdown, mut tasks, .. } = Site::standard().await;
    drop(origin);
    let mut client = crate::wire::Wire::connect(proxy).await;
    client.send(with_token(&get("/", &[]), &Token::default().issue())).await;
    assert_eq!(client.head().await.status(), 502);
    assert_eq!(setting.gate.open_requests(), 0);
    shutdown.cancel();
    while tasks.join_next().await.is_some() {}
}

#[tokio::test(start_paused = true)]
async fn an_origin_that_does_not_answer_is_504_and_its_connection_is_given_up() {
    let site = Site::standard().await;
    let (mut client, mut origin, _) = site.through(&get("/", &[])).await;
    assert_eq!(client.head().await.status(), 504);
    origin.rest().await;
    site.until_closed().await;
}

#[tokio::test(start_paused = true)]
async fn whoever_is_silent_in_the_middle_of_a_body_is_given_up() {
    let site = Site::standard().await;
    let (mut client, mut origin, _) = site.through(&get("/", &[])).await;
    origin.send("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\npart").await;
    client.head().await;
    assert_eq!(client.rest().await.0, b"part");
    let (mut client, mut origin, _) =
        site.through(&request("POST", "wiki.example.com", "/", &["content-length: 9"])).await;
    client.send("part").await;
    assert_eq!(origin.rest().await.0, b"part");
    site.until_closed().await;
}

#[tokio::test(start_paused = true)]
async fn a_client_that_sends_half_a_head_or_nothing_is_given_up() {
    let site = Site::standard().await;
    for text in ["", "GET / HTTP/1.1\r\nhost: wiki"] {
        let mut client = site.client().await;
        client.send(text).await;
        client.rest().await;
    }
}

#[tokio::test]
async fn connections_beyond_the_limit_wait() {
    let limits = Limits { connections: 1, ..Limits::default() };
    let site = Site::new(Plan { limits, ..Plan::default() }).await;
    let mut first = site.client().await;
    first.send(get("/", &[])).await;
    first.head().await;
    let mut second = site.client().await;
    second.send(get("/", &[])).await;
    site.settle().await;
    assert_eq!(second.arrived(), 0);
    drop(first);
    assert_eq!(second.head().await.status(), 302);
}

#[tokio::test]
async fn a_shutdown_lets_requests_end() {
    let mut site = Site::standard().await;
    let (mut client, mut origin, _) = site.through(&get("/", &[])).await;
    origin.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\no").await;
    client.head().await;
    site.shutdown.cancel();
    site.settle().await;
    origin.send("k").await;
    assert_eq!(client.rest().await, (b"ok".to_vec(), false));
    while site.tasks.join_next().await.is_some() {}
    assert_eq!(site.setting.gate.open_requests(), 0);
}

#[tokio::test]
async fn a_shutdown_cuts_off_what_does_not_end_in_time() {
    let limits = Limits { drain: Duration::ZERO, ..Limits::default() };
    let mut site = Site::new(Plan { limits, ..Plan::default() }).await;
    let (mut client, mut origin, _) = site.through(&get("/", &[])).await;
    origin.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\no").await;
    client.head().await;
    site.shutdown.cancel();
    while site.tasks.join_next().await.is_some() {}
    assert_eq!(client.rest().await.0, b"o");
    assert_eq!(site.setting.gate.open_requests(), 0);
}
