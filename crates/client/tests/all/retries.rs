//! What is repeated, how often and when. Nothing here waits: the script writes the waits down.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::{Answer, SUCCESS, Script, answer, answer_with, revoke};
use portcullis_client::RetryPolicy;
use portcullis_client::types::ServiceTokenParams;

const CREATED: &str = r#"{"result":{"id":"i"},"success":true}"#;

/// Revokes; the first answers are these, the last is a success. Answers the waits.
async fn waits(answers: impl IntoIterator<Item = Answer>) -> Vec<u128> {
    let script = Script::new(answers.into_iter().chain([answer(200, SUCCESS)]));
    script.revoke().send().await.unwrap();
    let waits = script.delays();
    assert_eq!(script.requests().len(), waits.len() + 1);
    waits
}

/// Revokes against a server that always answers this, as long as it is asked. Answers the number of attempts.
async fn attempts(make: impl Fn() -> Answer, retries: u32) -> usize {
    let script = Script::new((0..=retries).map(|_| make()));
    script.revoke().max_retries(retries).send().await.unwrap_err();
    script.requests().len()
}

async fn attempts_to_create(make: impl Fn() -> Answer, policy: RetryPolicy) -> usize {
    let script = Script::new((0..=2).map(|_| make()));
    let client = script.builder().api_token("t").retry(policy).build().unwrap();
    let tokens = client.zero_trust().access().service_tokens();
    tokens.create(ServiceTokenParams::new("ci")).account_id("a").await.unwrap_err();
    script.requests().len()
}

#[tokio::test]
async fn what_may_pass_is_repeated_and_what_will_not_is_not() {
    for status in [408, 409, 429, 500, 502, 503, 504, 530] {
        assert_eq!(attempts(|| answer(status, "{}"), 2).await, 3, "{status}");
    }
    for status in [302, 400, 401, 403, 404, 405, 410, 422] {
        assert_eq!(attempts(|| answer(status, "{}"), 2).await, 1, "{status}");
    }
    assert_eq!(attempts(|| answer(200, r#"{"success":false}"#), 2).await, 1);
    assert_eq!(attempts(|| answer(200, "<html>"), 2).await, 1);
}

#[tokio::test]
async fn a_lost_connection_is_repeated_if_that_is_safe() {
    assert_eq!(waits([Answer::Reset, Answer::HalfBody]).await, [500, 1000]);
    for (lost, name) in
        [(|| Answer::Reset) as fn() -> Answer, || Answer::HalfBody].into_iter().zip(["reset", "half"])
    {
        assert_eq!(attempts_to_create(lost, RetryPolicy::default()).await, 1, "{name}");
    }
}

#[tokio::test]
async fn a_timeout_is_repeated() {
    let script = Script::new([Answer::Silence, Answer::Silence]);
    let error = script.revoke().max_retries(1).timeout(Duration::from_millis(20)).await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(script.finish().len(), 2);
}

#[tokio::test]
async fn a_connection_that_is_refused_is_repeated_even_if_the_call_is_not_safe_to_repeat() {
    let script = Script::new([]);
    let client = script.client();
    let delays = || script.delays().len();
    client.post::<()>("x", &7).await.unwrap_err();
    assert_eq!(delays(), 2);
}

#[tokio::test]
async fn the_server_decides_if_it_says_so() {
    let yes = || answer_with(400, "x-should-retry: true\r\n", "{}");
    let no = || answer_with(429, "x-should-retry: false\r\n", "{}");
    assert_eq!((attempts(yes, 2).await, attempts(no, 2).await), (3, 1));
    assert_eq!(attempts_to_create(yes, RetryPolicy::default()).await, 3);
}

#[tokio::test]
async fn what_creates_is_repeated_only_if_it_was_certainly_not_done() {
    let policy = RetryPolicy::default;
    for (status, expected) in [(429, 3), (500, 1), (503, 1), (408, 1), (409, 1)] {
        assert_eq!(attempts_to_create(|| answer(status, "{}"), policy()).await, expected, "{status}");
    }
    let bold = policy().retry_non_idempotent(true);
    assert_eq!(attempts_to_create(|| answer(500, "{}"), bold).await, 3);
}

#[tokio::test]
async fn the_wait_is_what_the_server_asks_for_or_doubles() {
    let after = |header: &str| answer_with(503, &format!("{header}\r\n"), "{}");
    assert_eq!(waits([after("x: y"), after("x: y")]).await, [500, 1000]);
    assert_eq!(waits([after("Retry-After: 2")]).await, [2000]);
    assert_eq!(waits([after("Retry-After: 0.25")]).await, [250]);
    assert_eq!(waits([after("Retry-After: 0")]).await, [0]);
    assert_eq!(waits([after("Retry-After: 60")]).await, [60_000]);
    assert_eq!(waits([after("Retry-After-Ms: 70\r\nRetry-After: 2")]).await, [70]);
    assert_eq!(waits([after("Retry-After: 61"), after("Retry-After: 61")]).await, [500, 1000]);
    assert_eq!(waits([after("Retry-After: -1"), after("Retry-After: NaN")]).await, [500, 1000]);
    let dates = "Date: Wed, 21 Oct 2015 07:28:00 GMT\r\nRetry-After: Wed, 21 Oct 2015 07:28:07 GMT";
    assert_eq!(waits([after(dates)]).await, [7000]);
}

#[tokio::test]
async fn the_longest_wait_of_the_server_can_be_changed() {
    let script = Script::new([answer_with(503, "Retry-After: 3\r\n", "{}"), answer(200, SUCCESS)]);
    let policy = RetryPolicy::default().jitter(0.0).max_server_delay(Duration::from_secs(2));
    let client = script.builder().api_token("t").retry(policy).build().unwrap();
    revoke(&client).await.unwrap();
    assert_eq!(script.delays(), [500]);
}

#[tokio::test]
async fn a_call_can_be_repeated_more_or_less_often_than_the_client_says() {
    assert_eq!(attempts(|| answer(500, "{}"), 0).await, 1);
    assert_eq!(attempts(|| answer(500, "{}"), 5).await, 6);
}

#[tokio::test]
async fn the_error_counts_and_the_hook_sees_every_repetition() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let policy = RetryPolicy::default().jitter(0.0).on_retry(move |retry| {
        let status = retry.status.map(|status| status.as_u16());
        log.lock().unwrap().push((retry.retries, retry.delay.as_millis(), status));
    });
    let script = Script::new([answer(500, "{}"), Answer::Reset, answer(503, "{}")]);
    let client = script.builder().api_token("t").retry(policy).build().unwrap();
    let error = revoke(&client).await.unwrap_err();
    assert_eq!(error.api().unwrap().retries, 2);
    assert_eq!(*seen.lock().unwrap(), [(1, 500, Some(500)), (2, 1000, None)]);
}

#[tokio::test]
async fn the_body_is_sent_again() {
    let script = Script::new([answer(429, "{}"), answer(201, CREATED)]);
    let client = script.client();
    let tokens = client.zero_trust().access().service_tokens();
    tokens.create(ServiceTokenParams::new("ci")).account_id("a").await.unwrap();
    for request in script.requests() {
        assert!(request.ends_with("\r\n\r\n{\"name\":\"ci\"}"), "{request}");
    }
}
