//! Lists are complete, and they end.

use std::pin::pin;

use crate::support::{Answer, Script, answer};
use futures_util::{StreamExt, TryStreamExt};
use portcullis_client::types::Account;

/// A page with these ids, and whatever follows `result`.
fn page(ids: &[u32], info: &str) -> Answer {
    let items: Vec<_> = ids.iter().map(|id| format!(r#"{{"id":"{id}"}}"#)).collect();
    answer(200, &format!(r#"{{"success":true,"errors":[],"result":[{}]{info}}}"#, items.join(",")))
}

fn info(page: u32, per_page: u32, total_pages: &str) -> String {
    format!(r#","result_info":{{"page":{page},"per_page":{per_page},"total_pages":{total_pages}}}"#)
}

/// The ids of the whole list, and the queries that it took.
async fn listed(answers: impl IntoIterator<Item = Answer>) -> (String, String) {
    let script = Script::new(answers);
    let all: Vec<Account> = script.client().accounts().list().all().await.unwrap();
    let ids: Vec<_> = all.into_iter().map(|account| account.id).collect();
    let queries: Vec<_> = script.lines().iter().map(|line| query(line)).collect();
    (ids.join(" "), queries.join(" "))
}

fn query(line: &str) -> String {
    line.split(' ').nth(1).unwrap().strip_prefix("/client/v4/accounts").unwrap().replace('?', "")
        + if line.contains('?') { "" } else { "first" }
}

fn both(ids: &str, queries: &str) -> (String, String) {
    (ids.to_owned(), queries.to_owned())
}

#[tokio::test]
async fn a_list_ends_at_the_last_page() {
    let pages = [page(&[1, 2], &info(1, 2, "2")), page(&[3, 4], &info(2, 2, "2"))];
    assert_eq!(listed(pages).await, both("1 2 3 4", "first page=2"));
}

#[tokio::test]
async fn a_list_ends_at_a_short_page() {
    let pages = [page(&[1, 2], &info(1, 2, "null")), page(&[3], &info(2, 2, "null"))];
    assert_eq!(listed(pages).await, both("1 2 3", "first page=2"));
}

#[tokio::test]
async fn a_list_ends_at_an_empty_page() {
    let pages = [page(&[1], ""), page(&[2], ""), page(&[], "")];
    assert_eq!(listed(pages).await, both("1 2", "first page=2 page=3"));
    assert_eq!(listed([answer(200, r#"{"result":null,"success":true}"#)]).await, both("", "first"));
}

#[tokio::test]
async fn a_server_that_does_not_know_pages_is_asked_twice_and_nothing_is_doubled() {
    let same = || page(&[1, 2], "");
    assert_eq!(listed([same(), same()]).await, both("1 2", "first page=2"));
    let claims_more = || page(&[1, 2], &info(1, 2, "1000000"));
    assert_eq!(listed([claims_more(), claims_more()]).await, both("1 2", "first page=2"));
}

#[tokio::test]
async fn a_server_that_goes_round_in_circles_is_noticed() {
    let pages = [page(&[1], ""), page(&[2], ""), page(&[1], "")];
    assert_eq!(listed(pages).await, both("1 2", "first page=2 page=3"));
}

#[tokio::test]
async fn every_page_is_asked_for_with_the_options_of_the_first() {
    let script = Script::new([page(&[1], ""), page(&[], "")]);
    let applications = script.client();
    let applications = applications.zero_trust().access().applications();
    let list =
        applications.list().account_id("a").per_page(50).page(3).query("name", "w").header("x-note", "hi");
    list.all().await.unwrap();
    for (number, request) in (3..).zip(script.requests()) {
        let line = format!("GET /client/v4/accounts/a/access/apps?page={number}&per_page=50&name=w HTTP/1.1");
        assert!(request.starts_with(&line) && request.contains("x-note: hi"), "{request}");
        assert!(!request.contains("content-length"), "{request}");
    }
}

#[tokio::test]
async fn pages_can_be_turned_by_hand() {
    let script = Script::new([page(&[1, 2], &info(1, 2, "2")), page(&[3], &info(2, 2, "2"))]);
    let first = script.client().accounts().list().await.unwrap();
    assert_eq!((first.result.len(), first.is_last()), (2, false));
    let second = first.next_page().unwrap().await.unwrap();
    assert_eq!((second.result.len(), second.is_last()), (1, true));
    assert!(second.next_page().is_none());
}

#[tokio::test]
async fn a_stream_fetches_only_what_is_asked_for_and_ends_with_the_error() {
    let script = Script::new([page(&[1, 2], ""), answer(404, "{}")]);
    let client = script.client();
    let mut stream = pin!(client.accounts().list().stream());
    for id in ["1", "2"] {
        assert_eq!(stream.try_next().await.unwrap().unwrap().id, id);
        assert_eq!(script.lines().len(), 1);
    }
    assert!(stream.next().await.unwrap().unwrap_err().is_not_found());
    assert!(stream.next().await.is_none());
}
