use std::net::IpAddr;

use portcullis_model::application::PolicyLink;
use portcullis_model::{
    AccountId, Action, Actor, ApiPolicy, ApiTokenId, AppId, AppKey, Audience, ClientId, CorsHeaders,
    Decision, Effect, IpRange, Kid, OwnerId, PermissionGroup, Policy, PolicyId, Presentation, PublicKey,
    Resource, SameSite, SecretDigest, Selector, ServiceTokenDuration, ServiceTokenId, SessionDuration,
    SessionNonce, UserId, Watermark, ZoneId,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

fn bytes() -> impl Strategy<Value = [u8; 16]> {
    any::<[u8; 16]>()
}

fn time() -> impl Strategy<Value = Timestamp> {
    any::<i64>().prop_map(Timestamp::from_unix)
}

fn account_id() -> impl Strategy<Value = AccountId> {
    bytes().prop_map(AccountId::from_bytes)
}

fn user_id() -> impl Strategy<Value = UserId> {
    bytes().prop_map(UserId::from_bytes)
}

fn zone_id() -> impl Strategy<Value = ZoneId> {
    bytes().prop_map(ZoneId::from_bytes)
}

fn api_token_id() -> impl Strategy<Value = ApiTokenId> {
    bytes().prop_map(ApiTokenId::from_bytes)
}

fn policy_id() -> impl Strategy<Value = PolicyId> {
    bytes().prop_map(PolicyId::from_random)
}

fn service_token_id() -> impl Strategy<Value = ServiceTokenId> {
    bytes().prop_map(ServiceTokenId::from_random)
}

fn owner() -> impl Strategy<Value = OwnerId> {
    prop_oneof![account_id().prop_map(OwnerId::Account), zone_id().prop_map(OwnerId::Zone)]
}

fn app_key() -> impl Strategy<Value = AppKey> {
    (owner(), bytes()).prop_map(|(owner, app)| AppKey { owner, app: AppId::from_random(app) })
}

fn digest() -> impl Strategy<Value = SecretDigest> {
    any::<[u8; 32]>().prop_map(SecretDigest::from_bytes)
}

fn duration() -> impl Strategy<Value = SessionDuration> {
    select(vec!["24h", "1440m", "0", "300ms", "1.5h"]).prop_map(|text| text.parse().unwrap())
}

fn range() -> impl Strategy<Value = IpRange> {
    select(vec!["192.0.2.1", "192.0.2.1/32", "2001:db8::/32", "0.0.0.0/0"])
        .prop_map(|text| text.parse().unwrap())
}

fn at<V: std::fmt::Debug>(
    key: impl Strategy<Value = Key>,
    record: impl Strategy<Value = V>,
    make: impl Fn(&Key, V) -> Record,
) -> impl Strategy<Value = (Key, Record)> {
    (key, record).prop_map(move |(key, value)| {
        let record = make(&key, value);
        (key, record)
    })
}

fn account() -> impl Strategy<Value = (Key, Record)> {
    (account_id(), any::<String>(), time()).prop_map(|(id, name, created_on)| {
        (Key::Account(id), Record::Account(Account { id, name, created_on }))
    })
}

fn organization() -> impl Strategy<Value = (Key, Record)> {
    (account_id(), any::<String>(), any::<String>(), time(), time()).prop_map(
        |(account, name, auth_domain, created_at, updated_at)| {
            let it = Organization { account, name, auth_domain, created_at, updated_at };
            (Key::Organization(account), Record::Organization(it))
        },
    )
}

fn user() -> impl Strategy<Value = (Key, Record)> {
    (user_id(), any::<String>(), digest(), vec(account_id(), 0..3), time()).prop_map(
        |(id, email, api_key, accounts, created_on)| {
            (Key::User(id), Record::User(ApiUser { id, email, api_key, accounts, created_on }))
        },
    )
}

fn zone() -> impl Strategy<Value = (Key, Record)> {
    (zone_id(), account_id(), any::<String>(), time(), time()).prop_map(
        |(id, account, name, created_on, modified_on)| {
            (Key::Zone(id), Record::Zone(Zone { id, account, name, created_on, modified_on }))
        },
    )
}

fn cors() -> impl Strategy<Value = CorsHeaders> {
    let names = || vec(any::<String>(), 0..3);
    (any::<[bool; 4]>(), names(), names(), names(), option::of(any::<i32>())).prop_map(
        |(
            [headers, methods, origins, credentials],
            allowed_headers,
            allowed_methods,
            allowed_origins,
            max_age,
        )| {
            CorsHeaders {
                allow_all_headers: headers,
                allow_all_methods: methods,
                allow_all_origins: origins,
                allow_credentials: credentials,
                allowed_headers,
                allowed_methods,
                allowed_origins,
                max_age,
            }
        },
    )
}

fn presentation() -> impl Strategy<Value = Presentation> {
    let text = || option::of(any::<String>());
    (any::<[Option<bool>; 2]>(), text(), text(), text(), text()).prop_map(
        |(flags, logo, message, url, other)| Presentation {
            app_launcher_visible: flags[0],
            logo_url: logo,
            skip_interstitial: flags[1],
            custom_deny_message: message,
            custom_deny_url: url,
            custom_non_identity_deny_url: other,
        },
    )
}

fn application() -> impl Strategy<Value = (Key, Record)> {
    let domain = select(vec!["a.example.com", "*.example.com/x", "A.example.com/b/"]);
    let link = (policy_id(), any::<u32>()).prop_map(|(id, precedence)| PolicyLink { id, precedence });
    let who = (app_key(), account_id(), any::<[u8; 32]>(), any::<String>(), time(), time());
    let what = (vec(domain, 0..3), duration(), vec(link, 0..3), any::<[bool; 4]>());
    let how = (
        option::of(select(vec![SameSite::None, SameSite::Lax, SameSite::Strict])),
        option::of(cors()),
        option::of(any::<String>()),
        presentation(),
    );
    (who, what, how).prop_map(|(who, what, how)| {
        let (key, account, audience, name, created_at, updated_at) = who;
        let (domains, session_duration, policies, flags) = what;
        let (same_site_cookie, cors, service_token_header, presentation) = how;
        let it = Application {
            key,
            account,
            audience: Audience::from_bytes(audience),
            name,
            domains: domains.into_iter().map(|text| text.parse().unwrap()).collect(),
            session_duration,
            policies,
            http_only_cookie: flags[0],
            same_site_cookie,
            path_cookie: flags[1],
            service_auth_401_redirect: flags[2],
            options_preflight_bypass: flags[3],
            cors,
            service_token_header,
            presentation,
            created_at,
            updated_at,
        };
        (Key::Application(key), Record::Application(Box::new(it)))
    })
}

fn selector() -> impl Strategy<Value = Selector> {
    prop_oneof![
        any::<String>().prop_map(Selector::Email),
        any::<String>().prop_map(Selector::EmailDomain),
        Just(Selector::Everyone),
        range().prop_map(Selector::Ip),
        service_token_id().prop_map(Selector::ServiceToken),
        Just(Selector::AnyValidServiceToken),
    ]
}

fn policy() -> impl Strategy<Value = (Key, Record)> {
    let decisions = vec![Decision::Allow, Decision::Deny, Decision::NonIdentity, Decision::Bypass];
    let rules = || vec(selector(), 0..3);
    let who = (owner(), policy_id(), option::of(bytes().prop_map(AppId::from_random)), any::<String>());
    let what = (select(decisions), rules(), rules(), rules(), option::of(duration()), time(), time());
    (who, what).prop_map(|((owner, id, application, name), what)| {
        let (decision, include, exclude, require, session_duration, created_at, updated_at) = what;
        let reusable = application.is_none();
        let policy = Policy {
            id,
            name,
            decision,
            include,
            exclude,
            require,
            session_duration,
            reusable,
            created_at,
            updated_at,
        };
        (Key::Policy(PolicyKey { owner, id }), Record::Policy(Box::new(OwnedPolicy { application, policy })))
    })
}

fn service_token() -> impl Strategy<Value = (Key, Record)> {
    let duration = option::of(duration())
        .prop_map(|it| it.map_or(ServiceTokenDuration::Forever, ServiceTokenDuration::Limited));
    let who = (service_token_id(), owner(), account_id(), any::<String>(), bytes(), digest());
    (who, (duration, option::of(time()), any::<bool>(), time(), time())).prop_map(|(who, what)| {
        let (id, owner, account, name, client_id, secret) = who;
        let (duration, expires_at, enabled, created_at, updated_at) = what;
        let client_id = ClientId::from_bytes(client_id);
        let it = ServiceToken {
            id,
            owner,
            account,
            name,
            client_id,
            secret,
            duration,
            expires_at,
            enabled,
            created_at,
            updated_at,
        };
        (Key::ServiceToken(owner, id), Record::ServiceToken(Box::new(it)))
    })
}

fn resource() -> impl Strategy<Value = Resource> {
    prop_oneof![
        Just(Resource::EveryAccount),
        account_id().prop_map(Resource::Account),
        Just(Resource::EveryZone),
        zone_id().prop_map(Resource::Zone),
        account_id().prop_map(Resource::ZonesOf),
        user_id().prop_map(Resource::User),
    ]
}

fn api_policy() -> impl Strategy<Value = ApiPolicy> {
    let groups = vec(select(PermissionGroup::ALL.iter().collect::<Vec<_>>()), 0..3);
    (api_token_id(), select(vec![Effect::Allow, Effect::Deny]), groups, vec(resource(), 0..3))
        .prop_map(|(id, effect, groups, resources)| ApiPolicy { id, effect, groups, resources })
}

fn api_token() -> impl Strategy<Value = (Key, Record)> {
    let who = (api_token_id(), user_id(), any::<String>(), digest(), vec(api_policy(), 0..3));
    let when = (any::<bool>(), option::of(time()), option::of(time()), time(), time());
    (who, vec(range(), 0..3), vec(range(), 0..3), when).prop_map(|(who, allowed_from, refused_from, when)| {
        let (id, user, name, secret, policies) = who;
        let (disabled, not_before, expires_on, issued_on, modified_on) = when;
        let it = ApiToken {
            id,
            user,
            name,
            secret,
            policies,
            allowed_from,
            refused_from,
            disabled,
            not_before,
            expires_on,
            issued_on,
            modified_on,
        };
        (Key::ApiToken(id), Record::ApiToken(Box::new(it)))
    })
}

fn signing_key() -> impl Strategy<Value = (Key, Record)> {
    let blob = || vec(any::<u8>(), 0..20);
    (any::<[u8; 32]>(), blob(), blob(), blob(), any::<String>(), time()).prop_map(
        |(kid, modulus, exponent, sealed, certificate_pem, created_at)| {
            let kid = Kid::from_bytes(kid);
            let public = PublicKey { kid, modulus, exponent };
            let it = SealedSigningKey { public, certificate_pem, sealed, created_at };
            (Key::SigningKey(kid), Record::SigningKey(Box::new(it)))
        },
    )
}

fn settings() -> impl Strategy<Value = (Key, Record)> {
    let nanos = || any::<u64>().prop_map(std::time::Duration::from_nanos);
    at(Just(Key::Settings), (nanos(), nanos()), |_, (lease_max, longest_lease)| {
        Record::Settings(Settings { lease_max, longest_lease })
    })
}

fn watermark() -> impl Strategy<Value = Watermark> {
    prop_oneof![
        Just(Watermark::Floor),
        app_key().prop_map(Watermark::Application),
        service_token_id().prop_map(Watermark::ServiceToken),
        user_id().prop_map(Watermark::User),
        "[A-Za-z0-9]{16}".prop_map(|text| Watermark::Session(text.parse::<SessionNonce>().unwrap())),
    ]
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        Just(Action::Bootstrap),
        Just(Action::CreateKey),
        app_key().prop_map(Action::CreateApplication),
        app_key().prop_map(Action::UpdateApplication),
        app_key().prop_map(Action::DeleteApplication),
        app_key().prop_map(Action::RevokeApplicationTokens),
        (app_key(), policy_id()).prop_map(|(app, policy)| Action::ChangePolicy(app, policy)),
        service_token_id().prop_map(Action::CreateServiceToken),
        service_token_id().prop_map(Action::DeleteServiceToken),
        zone_id().prop_map(Action::CreateZone),
        zone_id().prop_map(Action::DeleteZone),
        api_token_id().prop_map(Action::CreateApiToken),
        api_token_id().prop_map(Action::DeleteApiToken),
    ]
}

fn audit() -> impl Strategy<Value = (Key, Record)> {
    let actor = prop_oneof![
        (api_token_id(), user_id()).prop_map(|(token, user)| Actor::ApiToken(token, user)),
        user_id().prop_map(Actor::ApiKey),
        Just(Actor::Server),
    ];
    let random = any::<[u8; 8]>();
    (time(), random, actor, option::of(any::<IpAddr>()), option::of(any::<String>()), action()).prop_map(
        |(at, random, actor, from, request_id, action)| {
            let it = AuditRecord { at, actor, from, request_id, action };
            (Key::Audit(AuditId { at, random }), Record::Audit(Box::new(it)))
        },
    )
}

fn anything() -> impl Strategy<Value = (Key, Record)> {
    let live = prop_oneof![
        account(),
        organization(),
        user(),
        zone(),
        application(),
        policy(),
        service_token(),
        api_token(),
        signing_key(),
        at(Just(Key::DigestKey), vec(any::<u8>(), 0..20), |_, sealed| Record::DigestKey(SealedDigestKey(
            sealed
        ))),
        settings(),
        at(Just(Key::Generation), Just(()), |_, ()| Record::Mark),
        at(watermark().prop_map(Key::Watermark), Just(()), |_, ()| Record::Mark),
        audit(),
    ];
    (live, option::of(time())).prop_map(|((key, record), deleted)| match deleted {
        Some(at) => (key, Record::Deleted(at)),
        None => (key, record),
    })
}

proptest! {
    #[test]
    fn every_record_is_read_as_it_was_written((key, record) in anything()) {
        let place = key.encode();
        prop_assert!(place.as_bytes().is_ascii());
        prop_assert_eq!(&Key::decode(&place).unwrap(), &key);
        let bytes = record.encode().unwrap();
        prop_assert_eq!(Record::decode(&key, &bytes).unwrap(), record);
    }

    #[test]
    fn a_key_of_the_state_is_in_its_ranges_and_only_such_a_key((key, _) in anything()) {
        let place = key.encode();
        let inside = Key::state_ranges().iter().any(|range| range.contains(&place));
        prop_assert_eq!(inside, !matches!(key, Key::Audit(_)));
    }

    #[test]
    fn damaged_bytes_are_an_error_and_never_a_panic((key, record) in anything(), at in any::<prop::sample::Index>()) {
        let bytes = record.encode().unwrap();
        let cut = at.index(bytes.len());
        prop_assert!(Record::decode(&key, &bytes[..cut]).is_err());
    }
}

#[test]
fn a_record_is_readable() {
    let key = Key::Account(AccountId::from_bytes([0x0a; 16]));
    assert_eq!(key.to_string(), format!("account/{}", "0a".repeat(16)));
    let id = AccountId::from_bytes([0x0a; 16]);
    let record = Record::Account(Account { id, name: "A".into(), created_on: Timestamp::from_unix(5) });
    assert_eq!(record.encode().unwrap(), br#"{"v":1,"live":{"name":"A","created_on":5}}"#);
    assert_eq!(Record::Deleted(Timestamp::from_unix(6)).encode().unwrap(), br#"{"v":1,"deleted":{"at":6}}"#);
}

#[test]
fn another_version_is_told_apart_and_another_spelling_is_no_key() {
    let key = Key::Zone(ZoneId::from_bytes([0; 16]));
    let newer = Record::decode(&key, br#"{"v":2,"live":{"name":"A"}}"#);
    assert!(matches!(newer, Err(RecordError::UnknownVersion { version: 2, .. })));
    let both = Record::decode(&Key::Generation, br#"{"v":1,"live":{},"deleted":{"at":1}}"#);
    assert!(matches!(both, Err(RecordError::Damaged { .. })));
    for text in
        ["", "zone", "zone/", "zone/X", "settings/", "settings/x", "audit/1-1", "watermark/floor/", "\u{e9}"]
    {
        assert!(Key::decode(&store::Key::new(text)).is_err(), "{text}");
    }
}
