//! The certs document, field by field.

#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use common::{FOREIGN_KEY, KEY};
use portcullis_token::{CertsDocument, PublishedKey, SigningKey};
use serde_json::{Value, json};

fn published(key: &SigningKey) -> PublishedKey<'_> {
    PublishedKey { key: key.public(), certificate_pem: key.certificate_pem() }
}

fn document() -> Value {
    serde_json::to_value(CertsDocument::new(published(&KEY), &[published(&FOREIGN_KEY)])).unwrap()
}

fn decoded(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap()
}

#[test]
fn it_has_cloudflares_members_and_no_others() {
    let document = document();
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&document), ["keys", "public_cert", "public_certs"]);
    assert_eq!(names(&document["keys"][0]), ["alg", "e", "kid", "kty", "n", "use"]);
    assert_eq!(names(&document["public_cert"]), ["cert", "kid"]);
}

#[test]
fn each_key_decodes_to_the_key() {
    let document = document();
    assert_eq!(document["keys"].as_array().unwrap().len(), 2);
    for (jwk, key) in document["keys"].as_array().unwrap().iter().zip([&*KEY, &*FOREIGN_KEY]) {
        assert_eq!(jwk["kid"], key.kid().to_string());
        assert_eq!(jwk["kty"], "RSA");
        assert_eq!(jwk["alg"], "RS256");
        assert_eq!(jwk["use"], "sig");
        assert_eq!(jwk["e"], "AQAB");
        assert_eq!(decoded(&jwk["n"]), key.public().modulus);
        assert_eq!(decoded(&jwk["e"]), key.public().exponent);
        assert_eq!(decoded(&jwk["n"]).len(), 256);
    }
}

#[test]
fn the_first_certificate_is_that_of_the_key_that_signs() {
    let document = document();
    let entry = |key: &SigningKey| json!({"kid": key.kid().to_string(), "cert": key.certificate_pem()});
    assert_eq!(document["public_cert"], entry(&KEY));
    assert_eq!(document["public_certs"], json!([entry(&KEY), entry(&FOREIGN_KEY)]));
}

#[test]
fn each_certificate_is_pem_and_carries_its_key() {
    for key in [&*KEY, &*FOREIGN_KEY] {
        let body = key
            .certificate_pem()
            .trim()
            .strip_prefix("-----BEGIN CERTIFICATE-----")
            .and_then(|rest| rest.strip_suffix("-----END CERTIFICATE-----"))
            .unwrap();
        let text: String = body.split_whitespace().collect();
        let der = STANDARD.decode(text).unwrap();
        assert!(der.windows(256).any(|window| window == key.public().modulus));
        let name = key.kid().to_string();
        assert!(der.windows(64).any(|window| window == name.as_bytes()));
    }
}
