use portcullis_control::AuthenticationError::{
    InvalidToken, Location, MalformedAuthorization, MalformedKeyPair, Missing, UnknownKeyPair,
};
use portcullis_control::api_tokens::NewApiToken;
use portcullis_control::{AuthenticationError, Credential, Myself, RawCredentials};
use portcullis_model::Timestamp;
use secrecy::ExposeSecret as _;

use crate::api_tokens::policies_of_owner;
use crate::node::{HOME, Node};

type Presented<'a> = (Option<&'a str>, Option<&'a str>, Option<&'a str>);

fn authenticate(
    node: &Node,
    (authorization, auth_email, auth_key): Presented<'_>,
) -> Result<bool, AuthenticationError> {
    let raw = RawCredentials { authorization, auth_email, auth_key, client_ip: HOME, request_id: "" };
    node.control.authenticate(raw).map(|caller| matches!(caller.credential(), Credential::ApiToken(_)))
}

#[tokio::test]
async fn each_way_to_be_wrong_has_its_own_answer() {
    let (node, made) = Node::new().await;
    let token = format!("Bearer {}", made.api_token.expose_secret());
    let other_token = format!("Bearer cfut_{}", "x".repeat(48));
    let key = made.global_api_key.expose_secret();
    let other_key = "0".repeat(37);
    let email = "owner@example.com";
    let table: [(Presented<'_>, Result<bool, AuthenticationError>); 17] = [
        ((Some(&token), None, None), Ok(true)),
        ((None, Some(email), Some(key)), Ok(false)),
        ((Some(&token), Some(email), Some(key)), Ok(true)),
        ((Some(&token), Some(email), None), Ok(true)),
        ((None, None, None), Err(Missing)),
        ((None, Some(email), None), Err(Missing)),
        ((None, None, Some(key)), Err(Missing)),
        ((Some("Bearer"), None, None), Err(MalformedAuthorization)),
        ((Some("Bearer abc"), None, None), Err(MalformedAuthorization)),
        ((Some(&token.replace("Bearer", "Basic")), None, None), Err(MalformedAuthorization)),
        ((Some(&other_token), None, None), Err(InvalidToken)),
        ((None, Some(email), Some("abc")), Err(MalformedKeyPair { key: true, email: false })),
        ((None, Some("owner"), Some(key)), Err(MalformedKeyPair { key: false, email: true })),
        ((None, Some("a b@c"), Some("abc")), Err(MalformedKeyPair { key: true, email: true })),
        ((None, Some(email), Some(&other_key)), Err(UnknownKeyPair)),
        ((None, Some("nobody@example.com"), Some(key)), Err(UnknownKeyPair)),
        ((Some(&token), Some(email), Some(&other_key)), Err(UnknownKeyPair)),
    ];
    for (presented, expected) in table {
        assert_eq!(authenticate(&node, presented), expected, "{presented:?}");
    }
    assert_eq!(authenticate(&node, (Some(&other_token), Some(email), Some(key))), Err(InvalidToken));
}

#[tokio::test]
async fn a_token_works_from_where_and_while_it_may() {
    let (node, made) = Node::new().await;
    let new = NewApiToken {
        name: "ci".into(),
        policies: policies_of_owner(&made),
        allowed_from: vec!["192.0.2.0/24".parse().unwrap()],
        refused_from: vec!["192.0.2.9".parse().unwrap()],
        not_before: Some(Timestamp::from_unix(1_700_000_010)),
        expires_on: Some(Timestamp::from_unix(1_700_000_020)),
    };
    let created = node.control.create_api_token(node.grant(&made, Myself), new).await.unwrap().value;
    let from = |address: &str| node.try_caller(&created.value, address.parse().unwrap()).map(drop);
    assert_eq!(from("192.0.2.1"), Err(InvalidToken), "before its time");
    node.clock.advance(10);
    assert_eq!(from("192.0.2.1"), Ok(()));
    assert_eq!(from("192.0.2.9"), Err(Location("192.0.2.9".parse().unwrap())));
    assert_eq!(from("198.51.100.1"), Err(Location("198.51.100.1".parse().unwrap())));
    node.clock.advance(10);
    assert_eq!(from("192.0.2.1"), Err(InvalidToken), "after its time");
}
