//! Connections that change to another protocol.

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{WebSocketStream, accept_async, client_async};

use crate::setting::*;

async fn websocket(site: &Site) -> (WebSocketStream<TcpStream>, WebSocketStream<TcpStream>) {
    let mut request = "ws://wiki.example.com/socket".into_client_request().unwrap();
    let cookie = format!("CF_Authorization={}", Token::default().issue());
    request.headers_mut().insert("cookie", cookie.parse().unwrap());
    let client = TcpStream::connect(site.proxy).await.unwrap();
    let origin = async { accept_async(site.origin.accept().await.unwrap().0).await.unwrap() };
    let (client, origin) = tokio::join!(client_async(request, client), origin);
    (client.unwrap().0, origin)
}

#[tokio::test]
async fn a_websocket_works_both_ways_and_ends_at_both_ends() {
    let site = Site::standard().await;
    let (mut client, mut origin) = websocket(&site).await;
    for text in ["one", "two"] {
        client.send(Message::text(text)).await.unwrap();
        assert_eq!(origin.next().await.unwrap().unwrap(), Message::text(text));
        origin.send(Message::text(text)).await.unwrap();
        assert_eq!(client.next().await.unwrap().unwrap(), Message::text(text));
    }
    assert_eq!(site.setting.gate.open_requests(), 1);
    client.close(None).await.unwrap();
    while let Some(Ok(_)) = origin.next().await {}
    drop((client, origin));
    site.until_closed().await;
}

#[tokio::test]
async fn i13_an_idle_websocket_is_cut_at_both_ends() {
    let site = Site::standard().await;
    let (mut client, mut origin) = websocket(&site).await;
    assert_eq!(site.setting.revoke(1), 1);
    for end in [&mut client, &mut origin] {
        let error = end.get_mut().read_u8().await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    }
    site.until_closed().await;
}

#[tokio::test]
async fn any_protocol_may_be_changed_to_and_either_end_may_finish_first() {
    let site = Site::standard().await;
    let lines = ["connection: Upgrade", "upgrade: other/1"];
    let (mut client, mut origin, head) = site.through(&get("/", &lines)).await;
    assert_eq!((head.get("connection"), head.get("upgrade")), (Some("upgrade"), Some("other/1")));
    origin
        .send("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other/1\r\n\r\nearly")
        .await;
    let head = client.head().await;
    assert_eq!((head.status(), head.get("upgrade")), (101, Some("other/1")));
    client.expect("early").await;
    client.send("last words").await;
    tokio::io::AsyncWriteExt::shutdown(&mut client.stream).await.unwrap();
    assert_eq!(origin.rest().await, (b"last words".to_vec(), false));
    origin.send("answer").await;
    drop(origin);
    assert_eq!(client.rest().await, (b"answer".to_vec(), false));
    site.until_closed().await;
}

#[tokio::test]
async fn a_change_that_nobody_asked_for_is_no_answer() {
    let site = Site::standard().await;
    // h2c is not passed on: what is inside could not be judged.
    let lines = ["connection: Upgrade, HTTP2-Settings", "upgrade: h2c", "http2-settings: AAMAAABk"];
    let (mut client, mut origin, head) = site.through(&get("/", &lines)).await;
    assert_eq!((head.get("connection"), head.get("upgrade"), head.get("http2-settings")), (None, None, None));
    origin.send("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n").await;
    assert_eq!(client.head().await.status(), 502);
}
