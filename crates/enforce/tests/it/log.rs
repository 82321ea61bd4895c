//! Every refusal is logged once, and no secret ever.

use std::io;
use std::sync::{Arc, Mutex};

use crate::setting::*;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut *self.0.lock().unwrap())).unwrap()
    }
}

#[tokio::test]
async fn a_refusal_is_logged_once_and_without_anything_secret() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_max_level(tracing::Level::DEBUG)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let site = Site::standard().await;
    let token = Token::default().issue();
    site.setting.revoke(1);
    let credentials =
        ["cf-access-client-id: 01010101010101010101010101010101.access", "cf-access-client-secret: hush"];
    for (text, reason) in [
        (with_token(&get("/page?key=hush", &[]), &token), "revoked"),
        (get("/page?key=hush", &credentials), "wrong_service_credentials"),
        (request("GET", "wiki.example.com", "/\u{202e}page?key=hush", &[]), "bad_request"),
        (request("GET", "a\u{1b}[2J", "/", &[]).replace('\u{1b}', "\u{85}"), "bad_request"),
    ] {
        log.take();
        let (head, _) = site.ask(&text).await;
        let written = log.take();
        let lines: Vec<serde_json::Value> =
            written.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let refused: Vec<_> = lines.iter().filter(|line| line["target"] == "portcullis::refused").collect();
        assert_eq!(refused.len(), 1, "{written}");
        assert_eq!(refused[0]["reason"], reason);
        assert_eq!(refused[0]["ray"], head.get("cf-ray").unwrap());
        assert_eq!(refused[0]["client_ip"], "127.0.0.1");
        let printable = |text: &str| text.chars().all(|it| it.is_ascii_graphic() || it == ' ');
        assert!(
            printable(refused[0]["host"].as_str().unwrap())
                && printable(refused[0]["path"].as_str().unwrap())
        );
        assert!(!written.contains("hush") && !written.contains(&token), "{written}");
    }
}
