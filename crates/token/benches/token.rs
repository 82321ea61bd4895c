//! What a token costs: the bare RS256 verification, the whole token, and issuing one.

#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark")]

use std::hint::black_box;

use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use criterion::{Criterion, criterion_group, criterion_main};
use portcullis_model::{Audience, ClientId, PolicyId, Revision, Timestamp, UserId};
use portcullis_token::{AppClaims, RawAppToken, SigningKey, Subject, VerifyingKey, issue, verify};

const ISSUER: &str = "https://team.example.com";
const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

fn machine() -> AppClaims {
    AppClaims {
        audience: Audience::from_bytes([0xa1; 32]),
        subject: Subject::ServiceToken(ClientId::from_bytes([0xc1; 16])),
        issued_at: NOW,
        expires_at: Timestamp::from_unix(NOW.unix() + 3600),
        revision: Revision::new(1_800_000_000_000_001),
        policy: PolicyId::from_random([7; 16]),
        country: None,
    }
}

fn person() -> AppClaims {
    let subject = Subject::Person {
        user: UserId::from_bytes([0x51; 16]),
        email: "ada.lovelace@example.com".into(),
        nonce: "AbCdEf0123456789".parse().unwrap(),
    };
    AppClaims { subject, country: Some("GB".to_owned()), ..machine() }
}

fn bare_verification(c: &mut Criterion, key: &SigningKey, token: &str) {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let public = key.public();
    let parsed: ParsedPublicKey = RsaPublicKeyComponents { n: &public.modulus, e: &public.exponent }
        .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
        .unwrap();
    c.bench_function("verify/bare RS256", |b| {
        b.iter(|| parsed.verify_sig(black_box(signed.as_bytes()), black_box(&signature)).unwrap());
    });
}

fn whole_token(c: &mut Criterion, name: &str, key: &VerifyingKey, token: &str) {
    c.bench_function(name, |b| {
        b.iter(|| {
            let raw = RawAppToken::parse(black_box(token.as_bytes())).unwrap();
            verify(raw, ISSUER, NOW, |_| Some(key)).unwrap()
        });
    });
}

fn token(c: &mut Criterion) {
    let key = SigningKey::generate(NOW).unwrap();
    let verifying = VerifyingKey::new(key.public()).unwrap();
    let for_machine = issue(&key, ISSUER, &machine()).unwrap();
    let for_person = issue(&key, ISSUER, &person()).unwrap();
    bare_verification(c, &key, &for_person);
    whole_token(c, "verify/service token", &verifying, &for_machine);
    whole_token(c, "verify/person", &verifying, &for_person);
    c.bench_function("parse/outline", |b| {
        b.iter(|| RawAppToken::parse(black_box(for_person.as_bytes())).is_ok());
    });
    c.bench_function("issue/person", |b| b.iter(|| issue(&key, ISSUER, black_box(&person())).unwrap()));
}

criterion_group!(benches, token);
criterion_main!(benches);
