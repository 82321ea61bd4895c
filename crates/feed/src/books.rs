//! The parent's side of the protocol: who holds a lease, and who has confirmed what.

use std::collections::BTreeMap;
use std::time::Duration;

use portcullis_model::{Moment, Revision};

use crate::message::Grant;
use crate::with_margin;

/// A session: one child from one `Hello` on. Numbers are never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(u64);

/// The sessions of one parent and the leases that they hold.
///
/// A lease stays here until it runs out, whatever disconnects, reconnects, takes another name or
/// confirms on another session.
#[derive(Debug)]
pub struct Books {
    lease_max: Duration,
    next: u64,
    sessions: BTreeMap<SessionId, Session>,
}

#[derive(Debug, Default)]
struct Session {
    connected: bool,
    confirmed: Revision,
    leases: Vec<Lease>,
}

/// A lease as the parent counts it.
#[derive(Clone, Copy, Debug)]
struct Lease {
    floor: Revision,
    until: Moment,
}

/// How far a revision has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Sessions that have confirmed it.
    pub confirmed: usize,
    /// Sessions on the books.
    pub total: usize,
    /// When the last lease runs out that could lack it; `None` when there is none.
    pub outstanding_until: Option<Moment>,
}

impl Books {
    /// Empty books that grant leases of `lease_max`.
    pub fn new(lease_max: Duration) -> Self {
        Self { lease_max, next: 0, sessions: BTreeMap::new() }
    }

    /// How long a child may admit on one grant.
    pub fn lease_max(&self) -> Duration {
        self.lease_max
    }

    /// Counts sessions of an earlier run, of which nothing is known, as holding leases until `until`.
    pub fn remember_unknown(&mut self, until: Moment) {
        let session = self.insert(false);
        if let Some(session) = self.sessions.get_mut(&session) {
            session.leases.push(Lease { floor: Revision::ZERO, until });
        }
    }

    /// A child has connected.
    pub fn open(&mut self) -> SessionId {
        self.insert(true)
    }

    fn insert(&mut self, connected: bool) -> SessionId {
        let id = SessionId(self.next);
        self.next += 1;
        self.sessions.insert(id, Session { connected, ..Session::default() });
        id
    }

    /// Grants a lease at `now`, with what this parent has applied as its floor. `None`: no such session.
    pub fn grant(&mut self, id: SessionId, sequence: u64, applied: Revision, now: Moment) -> Option<Grant> {
        let length = self.lease_max;
        let session = self.sessions.get_mut(&id).filter(|session| session.connected)?;
        session.leases.retain(|lease| now < lease.until);
        let lease = Lease { floor: applied, until: now.plus(with_margin(length)) };
        match session.leases.last_mut() {
            // The same floor: the longer lease covers the shorter one.
            Some(last) if last.floor == lease.floor => *last = lease,
            _ => session.leases.push(lease),
        }
        Some(Grant { sequence, floor: applied, length })
    }

    /// The child of this session has applied `revision` and cut what it revokes.
    pub fn confirm(&mut self, id: SessionId, revision: Revision) {
        if let Some(session) = self.sessions.get_mut(&id) {
            // INVARIANT(I4)
            session.confirmed = session.confirmed.max(revision);
        }
    }

    /// The child has gone. Its lease has not.
    pub fn close(&mut self, id: SessionId) {
        if let Some(session) = self.sessions.get_mut(&id) {
            session.connected = false;
        }
    }

    /// How far `revision` has come at `now`, and forgets sessions that are gone and hold no lease.
    ///
    /// INVARIANT(I11): a session is done with a revision when it has confirmed it, or when every lease
    /// that it was granted without that revision has run out. Later leases have it as their floor.
    pub fn standing(&mut self, revision: Revision, now: Moment) -> Standing {
        self.sessions.retain(|_, session| {
            session.leases.retain(|lease| now < lease.until);
            session.connected || !session.leases.is_empty()
        });
        let mut standing = Standing { confirmed: 0, total: self.sessions.len(), outstanding_until: None };
        for session in self.sessions.values() {
            if session.confirmed >= revision {
                standing.confirmed += 1;
            } else {
                let lacking = session.leases.iter().filter(|lease| lease.floor < revision);
                let until = lacking.map(|lease| lease.until).max();
                standing.outstanding_until = standing.outstanding_until.max(until);
            }
        }
        standing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEASE: Duration = Duration::from_secs(3);
    const COUNTED: Duration = Duration::from_millis(3750);

    fn at(millis: u64) -> Moment {
        Moment::from_nanos(millis * 1_000_000)
    }

    fn rev(number: u64) -> Revision {
        Revision::new(number)
    }

    fn outstanding(books: &mut Books, revision: u64, now: u64) -> Option<Moment> {
        books.standing(rev(revision), at(now)).outstanding_until
    }

    #[test]
    fn i11_a_session_that_was_never_granted_a_lease_is_not_waited_for() {
        let mut books = Books::new(LEASE);
        books.open();
        assert_eq!(
            books.standing(rev(1), at(0)),
            Standing { confirmed: 0, total: 1, outstanding_until: None }
        );
    }

    #[test]
    fn i11_a_lease_without_the_revision_is_waited_for_until_it_is_confirmed() {
        let mut books = Books::new(LEASE);
        let gate = books.open();
        books.grant(gate, 0, rev(4), at(0));
        assert_eq!(outstanding(&mut books, 5, 10), Some(at(0).plus(COUNTED)));
        books.confirm(gate, rev(4));
        assert_eq!(outstanding(&mut books, 5, 10), Some(at(0).plus(COUNTED)));
        books.confirm(gate, rev(5));
        assert_eq!(outstanding(&mut books, 5, 10), None);
    }

    #[test]
    fn i11_the_parent_counts_a_quarter_longer_than_the_child() {
        let mut books = Books::new(LEASE);
        let gate = books.open();
        assert_eq!(
            books.grant(gate, 7, rev(4), at(0)),
            Some(Grant { sequence: 7, floor: rev(4), length: LEASE })
        );
        assert!(outstanding(&mut books, 5, 3749).is_some());
        assert!(outstanding(&mut books, 5, 3750).is_none());
    }

    #[test]
    fn i11_a_lease_outlives_its_connection() {
        let mut books = Books::new(LEASE);
        let gate = books.open();
        books.grant(gate, 0, rev(4), at(0));
        books.close(gate);
        let again = books.open();
        books.confirm(again, rev(5));
        assert_eq!(outstanding(&mut books, 5, 10), Some(at(0).plus(COUNTED)));
        assert_eq!(books.standing(rev(5), at(10)).total, 2);
        assert_eq!(books.standing(rev(5), at(4000)).total, 1);
    }

    #[test]
    fn i11_renewing_does_not_put_off_the_end_of_the_lease_that_lacks_the_revision() {
        let mut books = Books::new(LEASE);
        let gate = books.open();
        books.grant(gate, 0, rev(4), at(0));
        books.grant(gate, 1, rev(4), at(1000));
        books.grant(gate, 2, rev(5), at(2000));
        books.grant(gate, 3, rev(6), at(3000));
        assert_eq!(outstanding(&mut books, 5, 3000), Some(at(1000).plus(COUNTED)));
        assert_eq!(outstanding(&mut books, 6, 3000), Some(at(2000).plus(COUNTED)));
        assert_eq!(outstanding(&mut books, 5, 4750), None);
    }

    #[test]
    fn a_closed_session_is_granted_nothing() {
        let mut books = Books::new(LEASE);
        let gate = books.open();
        books.close(gate);
        assert_eq!(books.grant(gate, 0, rev(4), at(0)), None);
    }

    #[test]
    fn i11_unknown_sessions_of_an_earlier_run_are_waited_for() {
        let mut books = Books::new(LEASE);
        books.remember_unknown(at(100));
        assert_eq!(outstanding(&mut books, 1, 99), Some(at(100)));
        assert_eq!(outstanding(&mut books, 1, 100), None);
    }
}
