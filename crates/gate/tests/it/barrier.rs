//! Open requests: on the books from admission to the last byte, and cut when they are revoked.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use portcullis_gate::{Admission, Cut, Pass, Verdict};
use portcullis_model::{Change, Decision, Revision, Selector, Watermark};

use crate::setting::*;

#[derive(Debug, Default)]
struct Counter(AtomicUsize);

impl Cut for Counter {
    fn cut(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Counter {
    fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

fn pass(setting: &Setting, url: &str, token: &str) -> Pass {
    match setting.verdict(url, &[("cf-access-token", token)]) {
        Verdict::Pass(pass) => pass,
        other => panic!("{other:?}"),
    }
}

fn two_apps() -> Setting {
    Setting::new(vec![
        app(1, "wiki.example.com", vec![any_service(), everyone()]),
        app(2, "other.example.com", vec![any_service(), everyone()]),
    ])
}

fn revoke_wiki(setting: &Setting) -> usize {
    setting
        .commit(vec![Change::Watermark(Watermark::Application(app_key(1)), setting.gate.revision().next())])
}

fn admit(setting: &Setting, url: &str, token: &str) -> (Admission, Arc<Counter>) {
    let cut = Arc::new(Counter::default());
    (setting.gate.admit(pass(setting, url, token), cut.clone()).unwrap(), cut)
}

#[test]
fn i13_a_revocation_cuts_what_it_covers_and_nothing_else() {
    let setting = two_apps();
    let (_wiki, wiki_cut) = admit(&setting, "wiki.example.com/", &Token::default().issue());
    let (_other, other_cut) = admit(&setting, "other.example.com/", &Token::default().audience(2).issue());
    assert_eq!(setting.gate.open_requests(), 2);
    assert_eq!(revoke_wiki(&setting), 1);
    assert_eq!((wiki_cut.get(), other_cut.get()), (1, 0));
}

#[test]
fn i13_a_request_that_has_ended_is_off_the_books() {
    let setting = two_apps();
    let (admission, cut) = admit(&setting, "wiki.example.com/", &Token::default().issue());
    let (_pass, guard) = admission.into_parts();
    drop(guard);
    assert_eq!(setting.gate.open_requests(), 0);
    assert_eq!(revoke_wiki(&setting), 0);
    assert_eq!(cut.get(), 0);
}

#[test]
fn i13_a_request_that_was_judged_before_a_revocation_and_admitted_after_it_is_refused() {
    let setting = two_apps();
    let judged = pass(&setting, "wiki.example.com/", &Token::default().issue());
    revoke_wiki(&setting);
    let refused = setting.gate.admit(judged, Arc::new(Counter::default())).unwrap_err();
    assert_eq!(refused.reason.as_str(), "revoked");
    assert_eq!(setting.gate.open_requests(), 0);
}

#[test]
fn i13_a_request_that_was_judged_before_an_unrelated_change_is_admitted_after_it() {
    let setting = two_apps();
    let judged = pass(&setting, "other.example.com/", &Token::default().audience(2).issue());
    revoke_wiki(&setting);
    assert!(setting.gate.admit(judged, Arc::new(Counter::default())).is_ok());
}

#[test]
fn i13_a_request_is_not_admitted_once_the_lease_has_ended() {
    let setting = two_apps();
    let judged = pass(&setting, "wiki.example.com/", &Token::default().issue());
    setting.clock.advance(std::time::Duration::from_secs(10));
    let refused = setting.gate.admit(judged, Arc::new(Counter::default())).unwrap_err();
    assert_eq!(refused.reason.as_str(), "no_lease");
}

#[test]
fn i13_whatever_ends_an_admission_cuts_the_connection() {
    let changes: [fn(&Setting) -> Change; 5] = [
        |setting| Change::Watermark(Watermark::ServiceToken(service_id(1)), setting.gate.revision().next()),
        |setting| Change::Watermark(Watermark::Floor, setting.gate.revision().next()),
        |_| Change::ApplicationDeleted(app_key(1)),
        |_| Change::ServiceTokenDeleted(service_id(1)),
        |_| change(app(1, "wiki.example.com", vec![everyone()])),
    ];
    for (number, make) in changes.iter().enumerate() {
        let setting = two_apps();
        let (_open, cut) = admit(&setting, "wiki.example.com/", &Token::default().issue());
        setting.commit(vec![make(&setting)]);
        assert_eq!(cut.get(), 1, "change {number}");
    }
}

#[test]
fn i13_a_bypassed_connection_survives_a_revocation_and_ends_with_its_policy() {
    let open = policy(Decision::Bypass, vec![Selector::Everyone]);
    let setting = Setting::wiki(vec![open]);
    let Verdict::Pass(pass) = setting.verdict("wiki.example.com/", &[]) else { panic!("refused") };
    let cut = Arc::new(Counter::default());
    let _open = setting.gate.admit(pass, cut.clone()).unwrap();
    revoke_wiki(&setting);
    assert_eq!(cut.get(), 0, "no token admitted it");
    setting.commit(vec![change(app(1, "wiki.example.com", vec![everyone()]))]);
    assert_eq!(cut.get(), 1);
}

#[test]
fn i13_a_snapshot_cuts_what_it_does_not_admit() {
    let setting = two_apps();
    let (_open, cut) = admit(&setting, "wiki.example.com/", &Token::default().issue());
    let snapshot = portcullis_model::Snapshot {
        incarnation: portcullis_model::Incarnation::from_bytes([2; 16]),
        revision: Revision::new(1),
        changes: vec![],
    };
    setting.gate.install(&snapshot).unwrap();
    assert_eq!(cut.get(), 1);
}

/// Admits, while it is being cut, what was judged before the revocation that cuts it.
#[derive(Debug)]
struct AdmitsMeanwhile {
    judged: Mutex<Vec<Pass>>,
    admitted: Mutex<mpsc::Sender<bool>>,
    outcomes: Mutex<mpsc::Receiver<bool>>,
    gate: Arc<portcullis_gate::Gate>,
}

impl Cut for AdmitsMeanwhile {
    fn cut(&self) {
        // In threads: the books of the application that is being cut are locked, and some of these share them.
        for pass in self.judged.lock().unwrap().drain(..) {
            let (gate, admitted) = (self.gate.clone(), self.admitted.lock().unwrap().clone());
            std::thread::spawn(move || admitted.send(gate.admit(pass, Arc::new(Counter::default())).is_ok()));
        }
        let slipped = self.outcomes.lock().unwrap().recv().unwrap();
        assert!(
            !slipped,
            "admitted on the view before the revocation, after its application's books were read"
        );
    }
}

#[test]
fn i13_the_view_is_in_place_before_the_books_are_read() {
    let apps = |number| app(number, &format!("app{number}.example.com"), vec![any_service(), everyone()]);
    let setting = Setting::new((1..=9).map(apps).collect());
    let judged = |number: u8| {
        pass(&setting, &format!("app{number}.example.com/"), &Token::default().audience(number).issue())
    };
    let (admitted, outcomes) = mpsc::channel();
    let cut = AdmitsMeanwhile {
        judged: Mutex::new((1..=8).map(judged).collect()),
        admitted: Mutex::new(admitted),
        outcomes: Mutex::new(outcomes),
        gate: setting.gate.clone(),
    };
    let _open = setting.gate.admit(judged(9), Arc::new(cut)).unwrap();
    let revision = setting.gate.revision().next();
    // In this order: by the time the last one is cut, the books of the others have been read.
    let revoked = |number| Change::Watermark(Watermark::Application(app_key(number)), revision);
    assert_eq!(setting.commit((1..=9).map(revoked).collect()), 1);
}

/// Threads admit and end requests while another revokes: at the end of each revocation, every request
/// that is still on the books was issued after it.
#[test]
fn i13_no_request_slips_through_while_revocations_race_with_admissions() {
    const ROUNDS: u64 = 200;
    let setting = Arc::new(Setting::wiki(vec![any_service(), everyone()]));
    let tokens: Vec<(u64, String)> =
        (0..ROUNDS).map(|round| (20 + round, Token::default().at(20 + round).issue())).collect();
    let tokens = Arc::new(tokens);
    let slipped = std::thread::scope(|scope| {
        let admitters: Vec<_> = (0..3)
            .map(|_| {
                let (setting, tokens) = (setting.clone(), tokens.clone());
                scope.spawn(move || {
                    let mut slipped = 0;
                    loop {
                        let revision = setting.gate.revision().get();
                        let Some((_, token)) = tokens.get(usize::try_from(revision - 20).unwrap()) else {
                            return slipped;
                        };
                        let verdict = setting.verdict("wiki.example.com/", &[("cf-access-token", token)]);
                        let Verdict::Pass(pass) = verdict else { continue };
                        let cut = Arc::new(Counter::default());
                        let Ok(admission) = setting.gate.admit(pass, cut.clone()) else { continue };
                        // The next revocation covers this request: by the time it is applied, it is cut.
                        while setting.gate.revision().get() == revision {
                            std::hint::spin_loop();
                        }
                        // `apply` of the revision after that one has begun: the cuts of the first have returned.
                        while setting.gate.revision().get() < (revision + 2).min(20 + ROUNDS) {
                            std::hint::spin_loop();
                        }
                        slipped += usize::from(revision + 2 <= 20 + ROUNDS && cut.get() == 0);
                        drop(admission);
                    }
                })
            })
            .collect();
        for _ in 0..ROUNDS {
            revoke_wiki(&setting);
            std::thread::yield_now();
        }
        admitters.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>()
    });
    assert_eq!(slipped, 0);
    assert_eq!(setting.gate.open_requests(), 0);
}
