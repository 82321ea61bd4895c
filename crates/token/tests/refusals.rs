//! Every way in which a token is not one of ours, with its neighbour that is.

#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

mod common;

use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{KeyPair as _, RsaKeyPair};
use common::{
    FOREIGN_KEY, ISSUER, KEY, NOW, base64url, forge, forge_with, header, machine, machine_json, person_json,
    refused, replaced, verified, verified_at,
};
use portcullis_model::{Kid, PublicKey, Timestamp};
use portcullis_token::{RawAppToken, VerifyError, VerifyingKey, issue, verify};

fn token() -> String {
    issue(&KEY, ISSUER, &machine()).unwrap()
}

#[test]
fn what_the_forger_starts_from_is_accepted() {
    assert!(verified(forge(&header(), machine_json("", ""))).is_ok());
    assert!(verified(forge(&header(), person_json("", ""))).is_ok());
}

// The outline.

#[test]
fn truncated_tokens_are_refused_at_every_length() {
    let token = token();
    for length in 0..token.len() {
        assert!(verified(&token[..length]).is_err(), "{length} of {} bytes", token.len());
    }
}

#[test]
fn oversized_is_refused_before_anything_is_read() {
    refused(format!("{}{}", token(), "A".repeat(8192)), VerifyError::TooLong);
}

#[test]
fn a_trailing_dot_is_refused() {
    refused(format!("{}.", token()), VerifyError::Parts);
}

#[test]
fn a_token_without_its_signature_is_refused() {
    let token = token();
    let (signed, _) = token.rsplit_once('.').unwrap();
    refused(format!("{signed}."), VerifyError::Parts);
    refused(signed, VerifyError::Parts);
}

#[test]
fn padding_and_the_other_base64_alphabet_are_refused() {
    let token = token();
    refused(format!("{token}=="), VerifyError::Encoding);
    refused(replaced(&token, ".", "=."), VerifyError::Encoding);
    refused(format!("{}+", &token[..token.len() - 1]), VerifyError::Encoding);
}

#[test]
fn white_space_around_it_is_refused() {
    for token in [format!(" {}", token()), format!("{}\n", token()), format!("{}\0", token())] {
        refused(token, VerifyError::Encoding);
    }
}

#[test]
fn a_second_spelling_of_the_same_signature_is_refused() {
    // 256 bytes leave four bits of the last character unused: sixteen spellings, one of which is canonical.
    let token = token();
    let (front, last) = token.split_at(token.len() - 1);
    let other = match last {
        "A" => "B",
        "Q" => "R",
        "g" => "h",
        "w" => "x",
        _ => unreachable!("a canonical last character"),
    };
    refused(format!("{front}{other}"), VerifyError::Encoding);
}

#[test]
fn unicode_is_refused() {
    refused("é.é.é", VerifyError::Encoding);
    refused(format!("\u{feff}{}", token()), VerifyError::Encoding);
    refused(token().replace('.', "．"), VerifyError::Parts);
}

// The header.

#[test]
fn the_algorithm_none_is_refused_in_every_spelling() {
    for none in ["none", "None", "NONE", ""] {
        refused(forge(&replaced(&header(), "RS256", none), machine_json("", "")), VerifyError::Algorithm);
    }
}

#[test]
fn every_algorithm_but_rs256_is_refused() {
    for other in ["RS384", "RS512", "PS256", "ES256", "EdDSA", "HS256", "rs256", "RS256 ", "RS256\\u0000"] {
        let token = forge(&replaced(&header(), "RS256", other), machine_json("", ""));
        assert!(
            matches!(verified(&token), Err(VerifyError::Algorithm | VerifyError::MalformedHeader)),
            "{other}"
        );
    }
    let without = replaced(&header(), r#""alg":"RS256","#, "");
    refused(forge(&without, machine_json("", "")), VerifyError::Algorithm);
}

#[test]
fn hs256_keyed_with_the_public_key_is_refused() {
    let pair = RsaKeyPair::from_pkcs8(&KEY.to_pkcs8().unwrap()).unwrap();
    let spki: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
    let secrets =
        [spki.as_ref(), pair.public_key().as_ref(), &KEY.public().modulus, KEY.certificate_pem().as_bytes()];
    for secret in secrets {
        for (algorithm, reason) in [("HS256", VerifyError::Algorithm), ("RS256", VerifyError::Signature)] {
            let header = replaced(&header(), "RS256", algorithm);
            let signed = format!("{}.{}", base64url(header), base64url(machine_json("", "")));
            let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), signed.as_bytes());
            refused(format!("{signed}.{}", base64url(tag)), reason);
        }
    }
}

#[test]
fn a_key_that_the_token_brings_is_refused() {
    let jwk = format!(
        r#"{{"kty":"RSA","e":"AQAB","n":"{}"}}"#,
        base64url(&FOREIGN_KEY.public().modulus).get(..60).unwrap()
    );
    for parameter in [
        format!(r#""jwk":{jwk}"#),
        r#""jku":"https://evil.example/certs""#.to_owned(),
        r#""x5u":"https://evil.example/cert""#.to_owned(),
        r#""x5c":["AAAA"]"#.to_owned(),
    ] {
        for kid in [KEY.kid(), FOREIGN_KEY.kid()] {
            let header = format!(r#"{{"alg":"RS256","kid":"{kid}",{parameter}}}"#);
            for key in [&*KEY, &*FOREIGN_KEY] {
                refused(forge_with(key, &header, machine_json("", "")), VerifyError::UnexpectedHeader);
            }
        }
    }
}

#[test]
fn critical_and_unknown_header_parameters_are_refused() {
    for parameter in
        [r#""crit":["exp"]"#, r#""crit":[]"#, r#""b64":false"#, r#""cty":"JWT""#, r#""zip":"DEF""#]
    {
        let header = replaced(&header(), r#""typ":"JWT""#, parameter);
        refused(forge(&header, machine_json("", "")), VerifyError::UnexpectedHeader);
    }
}

#[test]
fn a_header_type_other_than_jwt_is_refused_and_none_is_not() {
    for other in ["jwt", "at+jwt", ""] {
        refused(forge(&replaced(&header(), "JWT", other), machine_json("", "")), VerifyError::HeaderType);
    }
    assert!(verified(forge(&replaced(&header(), r#","typ":"JWT""#, ""), machine_json("", ""))).is_ok());
}

#[test]
fn a_missing_unknown_or_malformed_key_id_is_refused() {
    let known = KEY.kid().to_string();
    for other in [FOREIGN_KEY.kid().to_string(), String::new(), known.to_uppercase(), format!("{known}00")] {
        refused(forge(&replaced(&header(), &known, &other), machine_json("", "")), VerifyError::UnknownKey);
    }
    let without = replaced(&header(), &format!(r#""kid":"{known}","#), "");
    refused(forge(&without, machine_json("", "")), VerifyError::UnknownKey);
}

#[test]
fn duplicate_header_parameters_are_refused() {
    for twice in [r#"{"alg":"none","#, r#"{"typ":"JWT","#, r#"{"kid":"","#] {
        refused(forge(&replaced(&header(), "{", twice), machine_json("", "")), VerifyError::DuplicateHeader);
    }
}

#[test]
fn a_header_that_is_not_an_object_of_strings_is_refused() {
    for json in ["null", "[]", "\"RS256\"", "{", r#"{"alg":null}"#, r#"{"alg":["RS256"]}"#, r#"{"kid":1}"#] {
        refused(forge(json, machine_json("", "")), VerifyError::MalformedHeader);
    }
    refused(forge(&format!("{} x", header()), machine_json("", "")), VerifyError::MalformedHeader);
}

// The signature.

#[test]
fn a_foreign_key_under_a_known_key_id_is_refused() {
    refused(forge_with(&FOREIGN_KEY, &header(), machine_json("", "")), VerifyError::Signature);
}

#[test]
fn a_lookup_that_finds_another_key_is_not_believed() {
    let foreign = VerifyingKey::new(FOREIGN_KEY.public()).unwrap();
    let token = forge_with(&FOREIGN_KEY, &header(), machine_json("", ""));
    let found = verify(RawAppToken::parse(token.as_bytes()).unwrap(), ISSUER, NOW, |_: Kid| Some(&foreign));
    assert_eq!(found, Err(VerifyError::UnknownKey));
}

#[test]
fn other_claims_under_a_genuine_signature_are_refused() {
    let token = token();
    let mut parts = token.split('.');
    let (header, signature) = (parts.next().unwrap(), parts.nth(1).unwrap());
    refused(format!("{header}.{}.{signature}", base64url(machine_json("", ""))), VerifyError::Signature);
}

#[test]
fn signatures_of_trivial_values_are_refused() {
    let signed = format!("{}.{}", base64url(header()), base64url(machine_json("", "")));
    let mut one = [0; 256];
    one[255] = 1;
    for signature in [&[0; 256][..], &one, &[0xff; 256], &KEY.public().modulus, &[0], &[0; 255], &[0; 257]] {
        refused(format!("{signed}.{}", base64url(signature)), VerifyError::Signature);
    }
    refused(format!("{signed}.{}", base64url([0; 513])), VerifyError::Encoding);
}

#[test]
fn a_key_with_which_everybody_can_sign_is_no_key() {
    let public = PublicKey { exponent: vec![1], ..KEY.public().clone() };
    assert!(VerifyingKey::new(&public).is_err());
}

// The claims.

#[test]
fn every_claim_is_needed() {
    let audience = format!(r#""aud":["{}"],"#, "a1".repeat(32));
    let policy = r#","pol":"07070707-0707-4707-8707-070707070707""#;
    for (claim, text) in [
        ("type", r#""type":"app","#),
        ("aud", &audience),
        ("exp", r#""exp":1800003600,"#),
        ("iat", r#""iat":1800000000,"#),
        ("nbf", r#""nbf":1800000000,"#),
        ("iss", &format!(r#""iss":"{ISSUER}","#)),
        ("rev", r#","rev":5"#),
        ("pol", policy),
    ] {
        refused(forge(&header(), machine_json(text, "")), VerifyError::MissingClaim(claim));
        refused(forge(&header(), person_json(text, "")), VerifyError::MissingClaim(claim));
    }
    let client = format!(r#""common_name":"{}.access","#, "c1".repeat(16));
    refused(forge(&header(), machine_json(r#""sub":"","#, "")), VerifyError::MissingClaim("sub"));
    refused(forge(&header(), machine_json(&client, "")), VerifyError::MissingClaim("email"));
    let user = format!(r#""sub":"{}","#, "51".repeat(16));
    for (claim, text) in [
        ("sub", user.as_str()),
        ("email", r#""email":"ada@example.com","#),
        ("identity_nonce", r#""identity_nonce":"AbCdEf0123456789","#),
    ] {
        refused(forge(&header(), person_json(text, "")), VerifyError::MissingClaim(claim));
    }
}

#[test]
fn claims_of_the_wrong_type_are_refused() {
    for (old, new) in [
        (r#""type":"app""#, r#""type":null"#),
        (r#""exp":1800003600"#, r#""exp":"1800003600""#),
        (r#""exp":1800003600"#, r#""exp":1800003600.5"#),
        (r#""exp":1800003600"#, r#""exp":1e30"#),
        (r#""exp":1800003600"#, r#""exp":99999999999999999999"#),
        (r#""iat":1800000000"#, r#""iat":true"#),
        (r#""nbf":1800000000"#, r#""nbf":[1800000000]"#),
        (r#""rev":5"#, r#""rev":-5"#),
        (r#""rev":5"#, r#""rev":5.0"#),
        (r#""rev":5"#, r#""rev":"5""#),
        (r#""rev":5"#, r#""rev":18446744073709551616"#),
        (r#""rev":5"#, r#""rev":null"#),
        (r#""sub":"""#, r#""sub":null"#),
        (r#""pol":"07070707-0707-4707-8707-070707070707""#, r#""pol":{}"#),
        (r#""aud":["#, r#""aud":[1,"#),
    ] {
        refused(forge(&header(), machine_json(old, new)), VerifyError::MalformedClaims);
    }
    let list = format!(r#"["{}"]"#, "a1".repeat(32));
    let text = format!(r#""{}""#, "a1".repeat(32));
    refused(forge(&header(), machine_json(&list, &text)), VerifyError::MalformedClaims);
    let email = r#""ada@example.com""#;
    refused(forge(&header(), person_json(email, "null")), VerifyError::MalformedClaims);
    refused(forge(&header(), person_json(r#""GB""#, "44")), VerifyError::MalformedClaims);
}

#[test]
fn claims_that_are_not_one_object_are_refused() {
    for json in ["null", "[]", "{", "{}{}", "x"] {
        refused(forge(&header(), json), VerifyError::MalformedClaims);
    }
    refused(forge(&header(), "[".repeat(5000)), VerifyError::MalformedClaims);
    let deep = machine_json("{", &format!(r#"{{"x":{},"#, "[".repeat(5000)));
    refused(forge(&header(), deep), VerifyError::MalformedClaims);
    let bytes = machine_json("{", r#"{"x":"?","#).into_bytes();
    let not_utf8: Vec<_> = bytes.into_iter().map(|byte| if byte == b'?' { 0xff } else { byte }).collect();
    refused(forge(&header(), not_utf8), VerifyError::MalformedClaims);
}

#[test]
fn duplicate_claims_are_refused_the_unknown_ones_too() {
    let audience = format!(r#"{{"aud":["{}"],"#, "a1".repeat(32));
    for twice in [r#"{"rev":9,"#, r#"{"rev":5,"#, &audience, r#"{"x":1,"x":1,"#] {
        refused(forge(&header(), machine_json("{", twice)), VerifyError::DuplicateClaim);
    }
    let hidden = machine_json("{", r#"{"\u0072ev":9,"#);
    refused(forge(&header(), hidden), VerifyError::MalformedClaims);
}

#[test]
fn a_claim_of_a_later_version_is_passed_over() {
    assert!(verified(forge(&header(), machine_json("{", r#"{"custom":{"a":[1]},"#))).is_ok());
}

#[test]
fn claims_whose_value_no_token_of_ours_has_are_refused() {
    for (claim, old, new) in [
        ("aud", "a1a1", "A1A1"),
        ("aud", "a1a1", ""),
        ("common_name", ".access", ""),
        ("common_name", "c1c1", "C1C1"),
        ("sub", r#""sub":"""#, r#""sub":"51515151515151515151515151515151""#),
        ("pol", "07070707-", "07070707"),
    ] {
        refused(forge(&header(), machine_json(old, new)), VerifyError::InvalidClaim(claim));
    }
    for (claim, old, new) in [
        ("sub", "5151", "5G51"),
        ("sub", &"51".repeat(16) as &str, ""),
        ("email", "ada@example.com", ""),
        ("identity_nonce", "AbCdEf", "-bCdEf"),
        ("identity_nonce", "AbCdEf", "AbCdE"),
    ] {
        refused(forge(&header(), person_json(old, new)), VerifyError::InvalidClaim(claim));
    }
}

#[test]
fn a_token_for_no_or_several_applications_is_refused() {
    let list = format!(r#"["{}"]"#, "a1".repeat(32));
    let two = format!(r#"["{}","{}"]"#, "a1".repeat(32), "a2".repeat(32));
    let same = format!(r#"["{0}","{0}"]"#, "a1".repeat(32));
    for other in ["[]", &two, &same] {
        refused(forge(&header(), machine_json(&list, other)), VerifyError::Audience);
    }
}

#[test]
fn a_session_token_opens_no_application() {
    for other in ["org", "APP", ""] {
        let claims = machine_json(r#""type":"app""#, &format!(r#""type":"{other}""#));
        refused(forge(&header(), claims), VerifyError::TokenType);
    }
}

#[test]
fn another_issuer_is_refused() {
    for other in ["https://evil.example", "https://team.example.com/", "http://team.example.com", ""] {
        refused(forge(&header(), machine_json(ISSUER, other)), VerifyError::Issuer);
    }
}

#[test]
fn the_claims_of_a_person_and_a_service_token_at_once_are_refused() {
    let client = format!(r#"{{"common_name":"{}.access","#, "c1".repeat(16));
    refused(forge(&header(), person_json("{", &client)), VerifyError::AmbiguousSubject);
    for claim in [r#""email":"a@b.c""#, r#""identity_nonce":"AbCdEf0123456789""#, r#""country":"GB""#] {
        let claims = machine_json("{", &format!("{{{claim},"));
        refused(forge(&header(), claims), VerifyError::AmbiguousSubject);
    }
}

#[test]
fn a_token_is_refused_before_its_first_second_and_verified_in_it() {
    let token = token();
    let just_before = Timestamp::from_unix(NOW.unix() - 1);
    assert_eq!(verified_at(&token, just_before), Err(VerifyError::NotYetValid));
    assert!(verified_at(&token, NOW).is_ok());
}
