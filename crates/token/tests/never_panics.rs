//! Whatever the bytes are: no panic, and nothing verifies but what was issued.

#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

mod common;

use common::{FOREIGN_KEY, ISSUER, KEY, forge, forge_with, header, machine, machine_json, person, verified};
use portcullis_token::{RawAppToken, issue};
use proptest::prelude::*;

fn issued() -> Vec<u8> {
    issue(&KEY, ISSUER, &person()).unwrap().into_bytes()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn random_bytes_never_verify(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        prop_assert!(verified(bytes).is_err());
    }

    #[test]
    fn text_with_the_outline_of_a_token_never_verifies(text in r"[A-Za-z0-9_-]{1,90}\.[A-Za-z0-9_-]{1,90}\.[A-Za-z0-9_-]{1,90}") {
        prop_assert!(RawAppToken::parse(text.as_bytes()).is_ok());
        prop_assert!(verified(text).is_err());
    }

    #[test]
    fn a_changed_byte_never_verifies(position in any::<prop::sample::Index>(), change in 1..=u8::MAX) {
        let mut token = issued();
        let index = position.index(token.len());
        token[index] ^= change;
        prop_assert!(verified(token).is_err());
    }

    #[test]
    fn a_removed_or_inserted_stretch_never_verifies(
        start in any::<prop::sample::Index>(),
        length in 0..40_usize,
        insert in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        let original = issued();
        let start = start.index(original.len());
        let end = (start + length).min(original.len());
        let mut token = original.clone();
        token.splice(start..end, insert);
        prop_assume!(token != original);
        prop_assert!(verified(token).is_err());
    }

    #[test]
    fn random_headers_and_claims_of_a_stranger_never_verify(header in ".{0,80}", claims in ".{0,80}") {
        prop_assert!(verified(forge_with(&FOREIGN_KEY, &header, &claims)).is_err());
    }

    #[test]
    fn signed_claims_with_any_byte_changed_never_panic(position in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut claims = machine_json("", "").into_bytes();
        let index = position.index(claims.len());
        claims[index] = byte;
        if let Ok(token) = verified(forge(&header(), claims)) {
            prop_assert_eq!(token.kid(), KEY.kid());
        }
    }

    #[test]
    fn parts_of_two_tokens_never_verify_together(which in 1..7_u8) {
        let (one, other) = (issue(&KEY, ISSUER, &machine()).unwrap(), issue(&KEY, ISSUER, &person()).unwrap());
        let parts: Vec<_> = one
            .split('.')
            .zip(other.split('.'))
            .enumerate()
            .map(|(index, (one, other))| if which >> index & 1 == 1 { one } else { other })
            .collect();
        // The headers are equal, so only a claim with the other's signature is a mixture.
        prop_assume!((which >> 1 & 1) != (which >> 2 & 1));
        prop_assert!(verified(parts.join(".")).is_err());
    }
}
