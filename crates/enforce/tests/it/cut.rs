//! After a revocation not one more byte passes (I13).

use std::time::Duration;

use portcullis_model::Moment;
use tokio::io::AsyncWriteExt as _;
use tokio::task::JoinSet;

use crate::setting::*;
use crate::wire::Wire;

const ENDLESS: &str = "HTTP/1.1 200 OK\r\ncontent-length: 1000000000000\r\n\r\n";

/// Writes for as long as the other end takes it.
fn pour(wire: Wire) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let mut stream = wire.stream;
    tasks.spawn(async move {
        let chunk = vec![b'x'; 1 << 16];
        while stream.write_all(&chunk).await.is_ok() {}
    });
    tasks
}

/// A download of which `client` has read a part, and its source.
async fn download(site: &Site) -> (Wire, JoinSet<()>) {
    let (mut client, mut origin, _) = site.through(&get("/", &[])).await;
    origin.send(ENDLESS).await;
    let pouring = pour(origin);
    client.head().await;
    client.exactly(1 << 20).await;
    (client, pouring)
}

/// An upload of which the origin has read a part, and its source.
async fn upload(site: &Site) -> (Wire, JoinSet<()>) {
    let text = request("POST", "wiki.example.com", "/", &["content-length: 1000000000000"]);
    let (client, mut origin, _) = site.through(&text).await;
    let pouring = pour(client);
    origin.exactly(1 << 20).await;
    (origin, pouring)
}

/// Revokes, and asserts that `end` gets nothing that had not arrived by then, and that both ends are told.
async fn revoke_and_see_nothing_more(site: &Site, (mut end, mut source): (Wire, JoinSet<()>)) {
    // All is on one thread, so nothing is on its way between two sockets here.
    assert_eq!(site.setting.revoke(1), 1);
    let arrived = end.arrived();
    let (rest, was_reset) = end.rest().await;
    assert!(rest.len() <= arrived, "{} bytes came after the revocation", rest.len() - arrived);
    assert!(was_reset);
    source.join_next().await.unwrap().unwrap();
    site.until_closed().await;
}

#[tokio::test]
async fn i13_a_download_is_cut_while_its_reader_is_slow() {
    for _ in 0..20 {
        let site = Site::standard().await;
        let flow = download(&site).await;
        revoke_and_see_nothing_more(&site, flow).await;
    }
}

#[tokio::test]
async fn i13_an_upload_is_cut_while_its_reader_is_slow() {
    for _ in 0..20 {
        let site = Site::standard().await;
        let flow = upload(&site).await;
        revoke_and_see_nothing_more(&site, flow).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i13_what_flows_on_another_thread_is_cut() {
    for number in 0..20 {
        let site = Site::standard().await;
        let (mut end, mut source) = if number % 2 == 0 { download(&site).await } else { upload(&site).await };
        assert_eq!(site.setting.revoke(1), 1);
        // The sources never end; these do.
        assert!(end.rest().await.1);
        source.join_next().await.unwrap().unwrap();
        site.until_closed().await;
    }
}

#[tokio::test]
async fn i13_a_silent_event_stream_is_cut_at_both_ends() {
    let site = Site::standard().await;
    let (mut client, mut origin, _) = site.through(&get("/", &[])).await;
    origin.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n").await;
    client.head().await;
    client.expect("3\r\none\r\n").await;
    assert_eq!(site.setting.revoke(1), 1);
    assert_eq!(client.rest().await, (vec![], true));
    assert_eq!(origin.rest().await, (vec![], true));
    site.until_closed().await;
}

#[tokio::test]
async fn i13_a_request_that_waits_for_its_answer_is_cut() {
    let site = Site::standard().await;
    let (mut client, mut origin, _) = site.through(&get("/", &[])).await;
    assert_eq!(site.setting.revoke(1), 1);
    // The origin answers what it already has; nobody hears it.
    let _ = origin.stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
    assert_eq!(client.rest().await, (vec![], true));
    site.until_closed().await;
}

#[tokio::test]
async fn i13_what_is_cut_is_cut_before_the_revocation_returns_and_without_the_help_of_a_task() {
    let site = Site::standard().await;
    let (mut client, mut origin, _) = site.through(&get("/", &[])).await;
    origin.send(ENDLESS).await;
    client.head().await;
    // One thread: no task of the proxy runs between these lines.
    origin.stream.try_write(b"too late").unwrap();
    site.setting.revoke(1);
    origin.stream.try_write(b"too late").unwrap_err();
    assert_eq!(client.rest().await, (vec![], true));
}

#[tokio::test]
async fn i13_a_neighbour_is_not_cut() {
    let site = Site::standard().await;
    let (mut client, mut origin, _) = site.through(&get("/", &[])).await;
    assert_eq!(site.setting.revoke(2), 0);
    origin.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
    client.head().await;
    client.expect("ok").await;
}

#[tokio::test]
async fn i13_a_connection_whose_requests_have_ended_survives() {
    let site = Site::standard().await;
    let (mut client, mut origin, _) = site.through(&get("/", &[])).await;
    origin.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
    client.head().await;
    client.expect("ok").await;
    site.until_closed().await;
    assert_eq!(site.setting.revoke(1), 0);
    client.send(with_token(&get("/", &[]), &Token::default().issue())).await;
    let head = client.head().await;
    assert_eq!((head.status(), head.get("portcullis-reason")), (302, Some("revoked")));
    client.body(&head).await;
    client.send(with_token(&get("/", &[]), &Token::default().at(100).issue())).await;
    origin.head().await;
}

#[tokio::test]
async fn i13_an_answer_that_is_still_on_its_way_to_the_client_is_on_the_books() {
    let site = Site::standard().await;
    let (mut client, mut origin, _) = site.through(&get("/", &[])).await;
    // More than every buffer on the way can hold.
    let length = 32 << 20;
    origin.send(format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n")).await;
    let body = vec![b'x'; length];
    let ((), part) = tokio::join!(origin.send(&body), async {
        client.head().await;
        client.exactly(length - (1 << 20)).await
    });
    drop(part);
    // All of it has left the origin; whether the last of it waits in the proxy or in the kernel, a cut
    // that counts the request leaves only what had arrived.
    if site.setting.revoke(1) == 1 {
        let arrived = client.arrived();
        assert!(client.rest().await.0.len() <= arrived);
    }
    site.until_closed().await;
}

#[tokio::test]
async fn i13_a_client_that_leaves_ends_its_request() {
    let site = Site::standard().await;
    let (client, mut origin, _) = site.through(&get("/", &[])).await;
    origin.send(ENDLESS).await;
    drop(client);
    origin.rest().await;
    site.until_closed().await;
}

#[tokio::test]
async fn i13_no_byte_passes_without_a_lease_and_a_renewal_lets_them_pass_again() {
    let site = Site::standard().await;
    let text = request("POST", "wiki.example.com", "/", &["transfer-encoding: chunked"]);
    let (mut client, mut origin, _) = site.through(&text).await;
    origin.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n").await;
    client.head().await;
    client.expect("3\r\none\r\n").await;
    site.setting.clock.advance(Duration::from_secs(10));
    client.send("2\r\nup\r\n").await;
    origin.send("4\r\ndown\r\n").await;
    site.settle().await;
    assert_eq!((client.arrived(), origin.arrived()), (0, 0));
    site.setting.gate.lease().extend(Moment::ZERO.plus(Duration::from_secs(20)));
    origin.expect("2\r\nup\r\n").await;
    client.expect("4\r\ndown\r\n").await;
}

#[tokio::test]
async fn i13_what_waits_for_a_lease_can_be_cut() {
    let site = Site::standard().await;
    let (mut client, mut origin, _) = site.through(&get("/", &[])).await;
    origin.send(ENDLESS).await;
    client.head().await;
    site.setting.clock.advance(Duration::from_secs(10));
    origin.send("late").await;
    site.settle().await;
    assert_eq!(site.setting.revoke(1), 1);
    site.setting.gate.lease().extend(Moment::ZERO.plus(Duration::from_secs(20)));
    assert_eq!(client.rest().await, (vec![], true));
    site.until_closed().await;
}
