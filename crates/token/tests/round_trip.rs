//! What is issued verifies, here and elsewhere.

#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::{ISSUER, KEY, NOW, machine, person, verified};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use portcullis_model::Timestamp;
use portcullis_token::{AppClaims, CertsDocument, Expired, IssueError, PublishedKey, Subject, issue};
use serde_json::{Value, json};

fn parts_of(token: &str) -> Vec<String> {
    let part = |text| String::from_utf8_lossy(&URL_SAFE_NO_PAD.decode(text).unwrap()).into_owned();
    token.split('.').map(part).collect()
}

#[test]
fn what_was_issued_is_what_is_verified() {
    for claims in [machine(), person()] {
        let token = verified(issue(&KEY, ISSUER, &claims).unwrap()).unwrap();
        assert_eq!(token.subject(), &claims.subject);
        assert_eq!(token.audience(), claims.audience);
        assert_eq!(token.policy(), claims.policy);
        assert_eq!(token.revision(), claims.revision);
        assert_eq!(token.issued_at(), claims.issued_at);
        assert_eq!(token.expires_at(), claims.expires_at);
        assert_eq!(token.kid(), KEY.kid());
    }
}

#[test]
fn the_header_is_cloudflares_to_the_byte() {
    let token = issue(&KEY, ISSUER, &machine()).unwrap();
    assert_eq!(parts_of(&token)[0], format!(r#"{{"alg":"RS256","kid":"{}","typ":"JWT"}}"#, KEY.kid()));
}

#[test]
fn the_claims_of_a_service_token_are_cloudflares() {
    let token = issue(&KEY, ISSUER, &machine()).unwrap();
    assert_eq!(
        serde_json::from_str::<Value>(&parts_of(&token)[1]).unwrap(),
        json!({
            "type": "app",
            "aud": ["a1".repeat(32)],
            "exp": 1_800_003_600,
            "iat": 1_800_000_000,
            "nbf": 1_800_000_000,
            "iss": "https://team.example.com",
            "common_name": format!("{}.access", "c1".repeat(16)),
            "sub": "",
            "rev": 1_800_000_000_000_001_u64,
            "pol": "07070707-0707-4707-8707-070707070707",
        })
    );
}

#[test]
fn the_claims_of_a_person_are_cloudflares() {
    let token = issue(&KEY, ISSUER, &person()).unwrap();
    assert_eq!(
        serde_json::from_str::<Value>(&parts_of(&token)[1]).unwrap(),
        json!({
            "type": "app",
            "aud": ["a1".repeat(32)],
            "exp": 1_800_003_600,
            "iat": 1_800_000_000,
            "nbf": 1_800_000_000,
            "iss": "https://team.example.com",
            "email": "ada@example.com",
            "identity_nonce": "AbCdEf0123456789",
            "sub": "51".repeat(16),
            "country": "GB",
            "rev": 1_800_000_000_000_001_u64,
            "pol": "07070707-0707-4707-8707-070707070707",
        })
    );
}

#[test]
fn an_unknown_country_is_left_out() {
    let token = issue(&KEY, ISSUER, &AppClaims { country: None, ..person() }).unwrap();
    assert!(!parts_of(&token)[1].contains("country"));
    assert!(verified(token).is_ok());
}

#[test]
fn addresses_of_every_alphabet_come_back_as_they_were() {
    for email in ["zoë@exämple.com", "\"a\\\"b\u{1}\"@example.com", "用户@例子.公司", "😀@example.com"]
    {
        let Subject::Person { user, nonce, .. } = person().subject else { unreachable!() };
        let subject = Subject::Person { user, email: email.into(), nonce };
        let token = issue(&KEY, ISSUER, &AppClaims { subject: subject.clone(), ..person() }).unwrap();
        assert_eq!(verified(token).unwrap().subject(), &subject);
    }
}

#[test]
fn a_token_that_no_gate_would_read_is_not_issued() {
    let with_email_of = |length| {
        let Subject::Person { user, nonce, .. } = person().subject else { unreachable!() };
        let subject = Subject::Person { user, email: "a".repeat(length).into(), nonce };
        issue(&KEY, ISSUER, &AppClaims { subject, ..person() })
    };
    let longest = (0..8192).rev().find_map(|length| with_email_of(length).ok()).unwrap();
    assert!(longest.len() > 8185, "{}", longest.len());
    assert!(verified(longest).is_ok());
    assert!(matches!(with_email_of(8192), Err(IssueError::TooLong { .. })));
}

#[test]
fn expiry_is_asked_each_time_and_starts_with_its_second() {
    let token = verified(issue(&KEY, ISSUER, &machine()).unwrap()).unwrap();
    assert_eq!(token.unexpired_at(NOW), Ok(()));
    assert_eq!(token.unexpired_at(Timestamp::from_unix(1_800_003_599)), Ok(()));
    assert_eq!(token.unexpired_at(Timestamp::from_unix(1_800_003_600)), Err(Expired));
}

#[test]
fn another_library_verifies_it_with_the_published_key() {
    let published = PublishedKey { key: KEY.public(), certificate_pem: KEY.certificate_pem() };
    let document = serde_json::to_value(CertsDocument::new(published, &[])).unwrap();
    let jwk = &document["keys"][0];
    let key =
        DecodingKey::from_rsa_components(jwk["n"].as_str().unwrap(), jwk["e"].as_str().unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&["a1".repeat(32)]);
    validation.set_issuer(&[ISSUER]);
    // That library reads the clock, and these tests have their own.
    validation.validate_exp = false;
    for claims in [machine(), person()] {
        let token = issue(&KEY, ISSUER, &claims).unwrap();
        let read = jsonwebtoken::decode::<Value>(&token, &key, &validation).unwrap();
        assert_eq!(read.header.kid, Some(KEY.kid().to_string()));
        assert_eq!(read.claims["type"], "app");
    }
}
