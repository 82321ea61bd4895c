//! The check in process: 10 000 applications, 100 000 tokens, and the cost of a revocation to a view.
//!
//! The tokens take about a minute of RSA signatures to make; `PORTCULLIS_BENCH_TOKENS` sets their number.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a benchmark that fails says so by panicking, and reads its size from the environment"
)]

#[path = "../tests/it/setting.rs"]
#[allow(dead_code, reason = "shared with the tests")]
mod setting;

use std::hint::black_box;
use std::net::IpAddr;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use http::{HeaderMap, HeaderValue, Method, header};
use portcullis_gate::{AccessRequest, Gate, GateOptions, Target, Verdict};
use portcullis_model::{Audience, Change, Commit, Incarnation, Moment, Snapshot, Watermark};
use portcullis_model::{ClientId, ServiceToken, ServiceTokenId};
use portcullis_token::{RawAppToken, Subject, VerifyingKey};
use setting::{
    CREATED, HEAD, ISSUER, NOON, StoppedClock, Token, any_service, app, change, everyone, hasher, key,
    service_token,
};

const APPS: u32 = 10_000;
/// Services that the tokens belong to.
const SERVICES: u32 = 1_000;

fn wide(number: u32) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    bytes
}

fn big_gate(token_memory: u64) -> Gate {
    let clock = Arc::new(StoppedClock::default());
    let gate = Gate::new(GateOptions { token_memory, ..GateOptions::new(hasher(), clock) });
    let mut changes: Vec<Change> = (0..APPS)
        .map(|number| {
            let mut app = app(1, &format!("app-{number}.example.com"), vec![any_service(), everyone()]);
            app.application.key.app = portcullis_model::AppId::from_random(wide(number));
            let mut audience = [0; 32];
            audience[..4].copy_from_slice(&number.to_be_bytes());
            app.application.audience = Audience::from_bytes(audience);
            change(app)
        })
        .collect();
    changes.extend((0..SERVICES).map(|number| {
        let (id, client_id) = (ServiceTokenId::from_random(wide(number)), ClientId::from_bytes(wide(number)));
        Change::ServiceToken(Arc::new(ServiceToken { id, client_id, ..service_token(1) }), CREATED)
    }));
    changes.push(Change::Key(Arc::new(key().public().clone())));
    changes.push(Change::TeamDomain("team.localhost".into()));
    gate.install(&Snapshot { incarnation: Incarnation::from_bytes([1; 16]), revision: HEAD, changes })
        .unwrap();
    gate.lease().extend(Moment::from_nanos(u64::MAX));
    gate
}

fn tokens(count: u32) -> Vec<(Target, HeaderMap)> {
    let make = |number: u32| {
        let mut token = Token::service(1);
        token.subject = Subject::ServiceToken(ClientId::from_bytes(wide(number % SERVICES)));
        let mut audience = [0; 32];
        audience[..4].copy_from_slice(&(number % APPS).to_be_bytes());
        token.audience = Audience::from_bytes(audience);
        let token = token.lifetime(3600 + i64::from(number)).issue();
        let target = Target::parse(&format!("app-{}.example.com", number % APPS), "/some/page").unwrap();
        let mut headers = HeaderMap::new();
        let cookie = HeaderValue::from_str(&format!("theme=dark; CF_Authorization={token}")).unwrap();
        headers.insert(header::COOKIE, cookie);
        headers.insert(header::ACCEPT, HeaderValue::from_static("*/*"));
        (target, headers)
    };
    let threads = 2;
    std::thread::scope(|scope| {
        let makers: Vec<_> = (0..threads)
            .map(|thread| scope.spawn(move || (thread..count).step_by(2).map(make).collect::<Vec<_>>()))
            .collect();
        makers.into_iter().flat_map(|maker| maker.join().unwrap()).collect()
    })
}

fn check(gate: &Gate, (target, headers): &(Target, HeaderMap)) -> bool {
    let client_ip = IpAddr::from([192, 0, 2, 7]);
    let request = AccessRequest { target, method: &Method::GET, headers, client_ip };
    matches!(gate.check(&request), Verdict::Pass(_))
}

fn benchmarks(criterion: &mut Criterion) {
    let count =
        std::env::var("PORTCULLIS_BENCH_TOKENS").ok().and_then(|text| text.parse().ok()).unwrap_or(100_000);
    let gate = big_gate(GateOptions::DEFAULT_TOKEN_MEMORY);
    let tokens = tokens(count);

    let mut unseen = tokens.iter().cycle();
    criterion.bench_function("check/unseen token", |bencher| {
        // Room for some sixty tokens: by the time one comes round again it is forgotten.
        let forgetful = big_gate(64 << 10);
        bencher.iter(|| assert!(check(&forgetful, unseen.next().unwrap())));
    });
    let raw =
        tokens[0].1[header::COOKIE].to_str().unwrap().split_once("CF_Authorization=").unwrap().1.to_owned();
    criterion.bench_function("check/bare RS256 verification of the same token", |bencher| {
        let verifying = VerifyingKey::new(key().public()).unwrap();
        let parsed = RawAppToken::parse(raw.as_bytes()).unwrap();
        bencher.iter(|| {
            portcullis_token::verify(
                black_box(parsed),
                ISSUER,
                portcullis_model::Timestamp::from_unix(NOON),
                |_| Some(&verifying),
            )
        });
    });
    for request in &tokens {
        assert!(check(&gate, request));
    }
    criterion.bench_function("check/seen token, one again and again", |bencher| {
        bencher.iter(|| assert!(check(&gate, black_box(&tokens[0]))));
    });
    let mut seen = tokens.iter().cycle();
    criterion.bench_function("check/seen token, each in turn", |bencher| {
        bencher.iter(|| assert!(check(&gate, seen.next().unwrap())));
    });
    criterion.bench_function("apply/a revocation among 10 000 applications", |bencher| {
        let app = gate.view().application_by_audience(Audience::from_bytes([0; 32])).unwrap().key();
        bencher.iter_batched(
            || {
                let previous = gate.revision();
                let changes = vec![Change::Watermark(Watermark::Application(app), previous.next())];
                Commit { previous, revision: previous.next(), changes }
            },
            |commit| gate.apply(&commit).unwrap(),
            BatchSize::PerIteration,
        );
    });
}

criterion_group!(benches, benchmarks);
criterion_main!(benches);
