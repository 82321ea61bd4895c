use std::sync::Arc;

use portcullis_model::application::PolicyLink;
use portcullis_model::{
    AccountId, AppId, Application, Audience, Change, Decision, GateApplication, Incarnation, OwnerId, Policy,
    PolicyId, Presentation, Selector, SessionDuration, Timestamp,
};
use portcullis_store as store;
use portcullis_token::{HashKey, KeyEncryptionKey, SecretHasher};

use super::*;
use crate::keyring::Keyring;
use crate::records::{Key, Record};

const ACCOUNT: AccountId = AccountId::from_bytes([1; 16]);
const OWNER: OwnerId = OwnerId::Account(ACCOUNT);

fn source() -> Source {
    Source {
        incarnation: Incarnation::from_bytes([7; 16]),
        keyring: Arc::new(Keyring::new(KeyEncryptionKey::generate().unwrap())),
        hasher: Arc::new(SecretHasher::new(&HashKey::generate().unwrap())),
    }
}

fn rev(number: u64) -> Revision {
    Revision::new(number)
}

fn policy_id(number: u8) -> PolicyId {
    PolicyId::from_random([number; 16])
}

fn app_key() -> AppKey {
    AppKey { owner: OWNER, app: AppId::from_random([2; 16]) }
}

fn account() -> (Key, Record) {
    let account = Account { id: ACCOUNT, name: "A".into(), created_on: Timestamp::default() };
    (Key::Account(ACCOUNT), Record::Account(account))
}

/// An application that lets every preflight through and names these policies.
fn application(policies: &[PolicyId]) -> (Key, Record) {
    let link = |(id, precedence): (&PolicyId, u32)| PolicyLink { id: *id, precedence };
    let application = Application {
        key: app_key(),
        account: ACCOUNT,
        audience: Audience::from_bytes([3; 32]),
        name: "Wiki".into(),
        domains: vec!["wiki.example.com".parse().unwrap()],
        session_duration: SessionDuration::default(),
        policies: policies.iter().zip(1..).map(link).collect(),
        http_only_cookie: true,
        same_site_cookie: None,
        path_cookie: false,
        service_auth_401_redirect: false,
        options_preflight_bypass: true,
        cors: None,
        service_token_header: None,
        presentation: Presentation::default(),
        created_at: Timestamp::default(),
        updated_at: Timestamp::default(),
    };
    (Key::Application(app_key()), Record::Application(Box::new(application)))
}

fn policy(id: PolicyId, application: Option<AppId>) -> (Key, Record) {
    let policy = Policy {
        id,
        name: "P".into(),
        decision: Decision::Allow,
        include: vec![Selector::Everyone],
        exclude: vec![],
        require: vec![],
        session_duration: None,
        reusable: application.is_none(),
        created_at: Timestamp::default(),
        updated_at: Timestamp::default(),
    };
    (
        Key::Policy(PolicyKey { owner: OWNER, id }),
        Record::Policy(Box::new(OwnedPolicy { application, policy })),
    )
}

fn scan(records: &[(Key, Record)]) -> store::Scan {
    let stored = |record: &Record| store::Stored {
        value: record.encode().unwrap(),
        created: rev(1),
        modified: rev(1),
    };
    store::Scan {
        revision: rev(1),
        records: records.iter().map(|(key, record)| (key.encode(), stored(record))).collect(),
    }
}

fn commit(predecessor: u64, records: &[(Key, Record)]) -> store::Commit {
    let revision = rev(predecessor + 1);
    let stored = |record: &Record| store::Stored {
        value: record.encode().unwrap(),
        created: rev(1),
        modified: revision,
    };
    let change =
        |(key, record): &(Key, Record)| store::Change { key: key.encode(), record: Some(stored(record)) };
    store::Commit { revision, predecessor: rev(predecessor), changes: records.iter().map(change).collect() }
}

fn projected(changes: &[Change]) -> Arc<GateApplication> {
    let found = changes.iter().find_map(|change| match change {
        Change::Application(app) => Some(app.clone()),
        _ => None,
    });
    found.unwrap()
}

#[test]
fn an_application_whose_policy_is_missing_refuses_everything() {
    let source = source();
    let own = Some(app_key().app);
    let whole = [account(), application(&[policy_id(1), policy_id(2)]), policy(policy_id(1), own)];
    let state = State::load(&scan(&whole), &source).unwrap();
    let app = projected(&state.snapshot().changes);
    assert_eq!(app.policies, [], "not even the policy that is there");
    assert!(!app.application.options_preflight_bypass);
    let (state, told) = state.after(&commit(1, &[policy(policy_id(2), own)]), &source.keyring).unwrap();
    assert_eq!(projected(&told.changes).policies.len(), 2, "complete again");
    assert_eq!(projected(&state.snapshot().changes), projected(&told.changes));
}

#[test]
fn a_policy_of_another_application_is_none_of_this_one() {
    let foreign = Some(AppId::from_random([9; 16]));
    let records = [account(), application(&[policy_id(1)]), policy(policy_id(1), foreign)];
    let state = State::load(&scan(&records), &source()).unwrap();
    assert_eq!(projected(&state.snapshot().changes).policies, []);
}

#[test]
fn a_reusable_policy_that_changes_changes_its_applications() {
    let source = source();
    let records = [account(), application(&[policy_id(1)]), policy(policy_id(1), None)];
    let state = State::load(&scan(&records), &source).unwrap();
    assert_eq!(projected(&state.snapshot().changes).policies.len(), 1);
    let (key, _) = policy(policy_id(1), None);
    let deleted = Record::Deleted(Timestamp::default());
    let (_, told) = state.after(&commit(1, &[(key, deleted)]), &source.keyring).unwrap();
    assert_eq!(projected(&told.changes).policies, []);
}

#[test]
fn i4_a_watermark_and_a_revision_never_go_down() {
    let source = source();
    let mark = || (Key::Watermark(Watermark::Application(app_key())), Record::Mark);
    let state = State::load(&scan(&[account(), application(&[])]), &source).unwrap();
    let (state, told) = state.after(&commit(1, &[mark()]), &source.keyring).unwrap();
    assert!(matches!(told.changes[..], [Change::Watermark(Watermark::Application(_), at)] if at == rev(2)));
    // The application is replaced: its watermark stays.
    let (state, _) = state.after(&commit(2, &[application(&[])]), &source.keyring).unwrap();
    let app = state.view.application_by_audience(Audience::from_bytes([3; 32])).unwrap();
    assert_eq!(app.watermark(), rev(2));
    assert_eq!(state.view.revision(), rev(3));
}

#[test]
fn a_step_takes_away_what_is_gone() {
    let source = source();
    let before = State::load(&scan(&[account(), application(&[])]), &source).unwrap();
    let mut later = scan(&[account()]);
    later.revision = rev(9);
    let after = State::load(&later, &source).unwrap();
    let step = after.step_from(&before);
    assert_eq!((step.previous, step.revision), (rev(1), rev(9)));
    let view = before.view.after(&step).unwrap();
    assert_eq!(view.applications(), 0);
}
