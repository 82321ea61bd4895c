//! Requests that two servers could read differently.

use crate::setting::*;

#[tokio::test]
async fn what_cannot_be_framed_in_one_way_only_is_refused_and_the_connection_closed() {
    let site = Site::standard().await;
    let line = "POST / HTTP/1.1\r\nhost: wiki.example.com\r\n";
    for text in [
        // Lengths that differ, or are none.
        format!("{line}content-length: 5\r\ncontent-length: 6\r\n\r\nhello!"),
        format!("{line}content-length: +5\r\n\r\nhello"),
        format!("{line}content-length: 5, 5\r\n\r\nhello"),
        format!("{line}content-length: \r\n\r\n"),
        // Codings other than chunked, and chunked in disguise.
        format!("{line}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        format!("{line}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
        format!("{line}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n"),
        format!("{line}transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
        format!("{line}transfer-encoding : chunked\r\n\r\n0\r\n\r\n"),
        // Hosts: none, two, different ones, odd ones.
        "GET / HTTP/1.1\r\n\r\n".into(),
        "GET / HTTP/1.0\r\n\r\n".into(),
        "GET / HTTP/1.1\r\nhost: wiki.example.com\r\nhost: wiki.example.com\r\n\r\n".into(),
        "GET http://machine.example.com/ HTTP/1.1\r\nhost: wiki.example.com\r\n\r\n".into(),
        "GET / HTTP/1.1\r\nhost: wiki.example.com@machine.example.com\r\n\r\n".into(),
        "GET / HTTP/1.1\r\nhost: wiki.example.com/x\r\n\r\n".into(),
        // Folded lines, bare CR, spaces.
        "GET / HTTP/1.1\r\nhost: wiki.example.com\r\nx: a\r\n b: c\r\n\r\n".into(),
        "GET / HTTP/1.1\r\nhost: wiki.example.com\r\nx: a\rb: c\r\n\r\n".into(),
        "GET /a b HTTP/1.1\r\nhost: wiki.example.com\r\n\r\n".into(),
        // Targets that are no path.
        "CONNECT wiki.example.com:443 HTTP/1.1\r\nhost: wiki.example.com:443\r\n\r\n".into(),
        "OPTIONS * HTTP/1.1\r\nhost: wiki.example.com\r\n\r\n".into(),
        "GET /%00 HTTP/1.1\r\nhost: wiki.example.com\r\n\r\n".into(),
    ] {
        let mut client = site.client().await;
        client.send(&text).await;
        assert_eq!(client.head().await.status(), 400, "{text}");
        client.rest().await;
    }
}

#[tokio::test]
async fn of_length_and_chunks_together_only_the_chunks_are_passed_on_and_the_connection_ends() {
    for order in [
        ["content-length: 4", "transfer-encoding: chunked"],
        ["transfer-encoding: chunked", "content-length: 4"],
    ] {
        let site = Site::standard().await;
        let text = request("POST", "wiki.example.com", "/", &order);
        let (mut client, mut origin, head) = site.through(&text).await;
        assert_eq!((head.get("content-length"), head.get("transfer-encoding")), (None, Some("chunked")));
        client.send("5\r\nhello\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n").await;
        origin.expect("5\r\nhello\r\n0\r\n\r\n").await;
        origin.send("HTTP/1.1 204 No Content\r\n\r\n").await;
        assert_eq!(client.head().await.get("connection"), Some("close"));
        client.rest().await;
    }
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let site = Site::standard().await;
    let mut client = site.client().await;
    let many: String = "x: 1\r\n".repeat(200);
    client.send(format!("GET / HTTP/1.1\r\nhost: wiki.example.com\r\n{many}\r\n")).await;
    assert_eq!(client.head().await.status(), 431);
}

#[tokio::test]
async fn an_answer_of_two_lengths_is_no_answer() {
    let site = Site::standard().await;
    let (mut client, mut origin, _) = site.through(&get("/", &[])).await;
    origin.send("HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab").await;
    assert_eq!(client.head().await.status(), 502);
}
