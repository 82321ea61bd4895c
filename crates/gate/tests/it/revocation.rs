//! What a revocation does to tokens that are out.

use std::sync::Arc;
use std::time::Duration;

use portcullis_model::{
    Change, Commit, Decision, Incarnation, Moment, Revision, Selector, Snapshot, UserId, Watermark,
};

use crate::setting::*;

fn open_wiki() -> Setting {
    Setting::wiki(vec![any_service(), everyone()])
}

fn revoked_at(watermark: Watermark, revision: u64) -> Change {
    Change::Watermark(watermark, Revision::new(revision))
}

fn app_watermark() -> Watermark {
    Watermark::Application(app_key(1))
}

#[test]
fn i3_a_token_issued_just_before_the_revocation_is_refused_and_one_issued_at_it_is_admitted() {
    let person = || Token::person("ann@example.com");
    let Some(nonce) = (match person().subject {
        portcullis_token::Subject::Person { nonce, .. } => Some(nonce),
        portcullis_token::Subject::ServiceToken(_) => None,
    }) else {
        unreachable!()
    };
    let cases = [
        ("floor", Watermark::Floor, Token::default()),
        ("application", app_watermark(), Token::default()),
        ("service token", Watermark::ServiceToken(service_id(1)), Token::default()),
        ("user", Watermark::User(UserId::from_bytes([9; 16])), person()),
        ("session", Watermark::Session(nonce), person()),
    ];
    for (name, watermark, token) in cases {
        let setting = open_wiki();
        let (before, at) = (token.clone().at(20).issue(), token.at(21).issue());
        assert_eq!(setting.wiki_with(&before), "pass", "{name}");
        setting.commit(vec![revoked_at(watermark, 21)]);
        assert_eq!(setting.wiki_with(&before), "revoked", "{name}");
        assert_eq!(setting.wiki_with(&at), "pass", "{name}");
    }
}

#[test]
fn i3_the_highest_of_the_watermarks_that_cover_a_token_decides() {
    let setting = open_wiki();
    let token = Token::default().at(25).issue();
    setting.commit(vec![
        revoked_at(app_watermark(), 21),
        revoked_at(Watermark::ServiceToken(service_id(1)), 26),
    ]);
    assert_eq!(setting.wiki_with(&token), "revoked");
    let setting = open_wiki();
    setting.commit(vec![
        revoked_at(app_watermark(), 26),
        revoked_at(Watermark::ServiceToken(service_id(1)), 21),
    ]);
    assert_eq!(setting.wiki_with(&token), "revoked");
}

#[test]
fn i3_what_does_not_cover_a_token_leaves_it_alive() {
    let setting = Setting::new(vec![
        app(1, "wiki.example.com", vec![any_service(), everyone()]),
        app(2, "other.example.com", vec![any_service(), everyone()]),
    ]);
    setting.commit(vec![
        revoked_at(Watermark::Application(app_key(2)), 30),
        revoked_at(Watermark::ServiceToken(service_id(2)), 30),
        revoked_at(Watermark::User(UserId::from_bytes([9; 16])), 30),
    ]);
    assert_eq!(setting.wiki_with(&Token::service(1).issue()), "pass");
    assert_eq!(setting.wiki_with(&Token::service(2).issue()), "revoked");
}

#[test]
fn i3_a_token_older_than_its_application_or_service_token_is_dead() {
    assert_eq!(open_wiki().wiki_with(&Token::default().at(9).issue()), "revoked");
    assert_eq!(open_wiki().wiki_with(&Token::default().at(10).issue()), "pass");
}

#[test]
fn i3_a_token_above_the_view_is_judged_like_any_other() {
    assert_eq!(open_wiki().wiki_with(&Token::default().at(1000).issue()), "pass");
}

#[test]
fn i4_a_watermark_never_goes_down() {
    let setting = open_wiki();
    let token = Token::default().at(25).issue();
    setting.commit(vec![revoked_at(app_watermark(), 30)]);
    setting.commit(vec![revoked_at(app_watermark(), 22)]);
    assert_eq!(setting.wiki_with(&token), "revoked");
    // Nor when the application is replaced.
    setting.commit(vec![change(app(1, "wiki.example.com", vec![any_service(), everyone()]))]);
    assert_eq!(setting.wiki_with(&token), "revoked");
}

#[test]
fn i4_the_view_never_goes_back() {
    let setting = open_wiki();
    let snapshot = |incarnation, revision| Snapshot {
        incarnation: Incarnation::from_bytes([incarnation; 16]),
        revision: Revision::new(revision),
        changes: vec![],
    };
    assert!(setting.gate.install(&snapshot(1, 19)).is_err());
    assert_eq!(setting.gate.revision(), HEAD);
    let follows = |previous, revision| Commit {
        previous: Revision::new(previous),
        revision: Revision::new(revision),
        changes: vec![],
    };
    assert!(setting.gate.apply(&follows(21, 22)).is_err(), "a commit is missing");
    assert!(setting.gate.apply(&follows(19, 20)).is_err(), "this one has been applied");
    assert_eq!(setting.gate.revision(), HEAD);
    assert!(setting.gate.install(&snapshot(2, 3)).is_ok(), "another history");
}

#[test]
fn i5_without_a_lease_nothing_is_admitted() {
    let setting = open_wiki();
    let token = Token::default().issue();
    setting.clock.advance(Duration::from_secs(10));
    assert_eq!(setting.wiki_with(&token), "no_lease");
    setting.gate.lease().extend(Moment::ZERO.plus(Duration::from_secs(11)));
    assert_eq!(setting.wiki_with(&token), "pass");
}

#[test]
fn a_deleted_application_takes_its_tokens_with_it() {
    let setting = open_wiki();
    let token = Token::default().issue();
    setting.commit(vec![Change::ApplicationDeleted(app_key(1))]);
    assert_eq!(setting.wiki_with(&token), "no_application");
    // An application at the same place is another one.
    setting.commit(vec![change(app(2, "wiki.example.com", vec![any_service(), everyone()]))]);
    assert_eq!(setting.wiki_with(&token), "other_application");
}

#[test]
fn a_deleted_disabled_or_expired_service_token_takes_its_tokens_with_it() {
    let token = Token::default().issue();
    let changes: [fn() -> Change; 3] = [
        || Change::ServiceTokenDeleted(service_id(1)),
        || {
            let disabled = portcullis_model::ServiceToken { enabled: false, ..service_token(1) };
            Change::ServiceToken(Arc::new(disabled), CREATED)
        },
        || {
            let expires_at = Some(portcullis_model::Timestamp::from_unix(NOON));
            Change::ServiceToken(
                Arc::new(portcullis_model::ServiceToken { expires_at, ..service_token(1) }),
                CREATED,
            )
        },
    ];
    for change in changes {
        let setting = open_wiki();
        assert_eq!(setting.wiki_with(&token), "pass");
        setting.commit(vec![change()]);
        assert_eq!(setting.wiki_with(&token), "service_token_dead");
    }
}

#[test]
fn a_removed_policy_or_key_takes_what_it_admitted_or_signed_with_it() {
    let setting = open_wiki();
    let token = Token::default().issue();
    setting.commit(vec![change(app(1, "wiki.example.com", vec![everyone()]))]);
    assert_eq!(setting.wiki_with(&token), "policy_no_longer_holds");
    let setting = open_wiki();
    assert_eq!(setting.wiki_with(&token), "pass");
    setting.commit(vec![Change::KeyRemoved(key().public().kid)]);
    assert_eq!(setting.wiki_with(&token), "key_removed");
}

#[test]
fn a_continuous_selector_is_asked_on_every_request() {
    let mut near = any_service();
    near.require = vec![Selector::Ip("192.0.2.0/24".parse().unwrap())];
    let setting = Setting::wiki(vec![near.clone(), everyone()]);
    let token = Token::default().issue();
    assert_eq!(setting.wiki_with(&token), "pass");
    near.require = vec![Selector::Ip("198.51.100.0/24".parse().unwrap())];
    assert_eq!(near.decision, Decision::NonIdentity);
    setting.commit(vec![change(app(1, "wiki.example.com", vec![near, everyone()]))]);
    assert_eq!(setting.wiki_with(&token), "policy_no_longer_holds");
}
