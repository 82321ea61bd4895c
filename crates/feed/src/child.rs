//! The child's side of the protocol.

use std::collections::VecDeque;
use std::sync::Arc;

use portcullis_model::{Commit, Incarnation, Moment, Revision, Snapshot};

use crate::message::{Grant, ToChild, ToParent};

/// More unanswered requests than this are forgotten, the oldest first: their grants come to nothing.
const MAX_REQUESTS: usize = 16;

/// What a child has to do next, in this order.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Replace the view, and cut what it does not admit.
    Install(Arc<Snapshot>),
    /// Bring the view forward, and cut what it does not admit any more.
    Apply(Arc<Commit>),
    /// Admit until then.
    ExtendLease(Moment),
    /// Say this to the parent.
    Send(ToParent),
}

/// Where a child stands with its parent.
#[derive(Debug)]
pub struct Child {
    incarnation: Incarnation,
    view: Revision,
    next_sequence: u64,
    requests: VecDeque<(u64, Moment)>,
    early_grants: Vec<(Revision, Moment)>,
    asked: Option<Revision>,
    parent_is_behind: bool,
    expects_snapshot: bool,
}

impl Child {
    /// A child whose view stands at `revision` of `incarnation`, and the greeting that it sends first.
    pub fn new(incarnation: Incarnation, revision: Revision) -> (Self, ToParent) {
        let child = Self {
            incarnation,
            view: revision,
            next_sequence: 0,
            requests: VecDeque::new(),
            early_grants: Vec::new(),
            asked: None,
            parent_is_behind: true,
            expects_snapshot: true,
        };
        (child, ToParent::Hello { incarnation, revision })
    }

    /// The request for a lease that is sent at `now`.
    pub fn request_lease(&mut self, now: Moment) -> ToParent {
        let sequence = self.next_sequence;
        self.next_sequence += 1;
        if self.requests.len() == MAX_REQUESTS {
            self.requests.pop_front();
        }
        self.requests.push_back((sequence, now));
        ToParent::Lease { sequence }
    }

    /// What follows from a message of the parent.
    pub fn receive(&mut self, message: ToChild) -> Vec<Effect> {
        match message {
            ToChild::Snapshot(snapshot) => self.snapshot(snapshot),
            ToChild::Commit(commit) => self.commit(commit),
            ToChild::Grant(grant) => self.grant(grant),
            ToChild::Confirm { revision } => {
                self.asked = self.asked.max(Some(revision));
                self.confirm().into_iter().collect()
            }
        }
    }

    fn snapshot(&mut self, snapshot: Arc<Snapshot>) -> Vec<Effect> {
        self.expects_snapshot = false;
        // INVARIANT(I4): a view never goes back. The parent has to catch up before it can grant anything.
        self.parent_is_behind = snapshot.incarnation == self.incarnation && snapshot.revision < self.view;
        if self.parent_is_behind {
            return Vec::new();
        }
        (self.incarnation, self.view) = (snapshot.incarnation, snapshot.revision);
        self.advanced(Effect::Install(snapshot))
    }

    fn commit(&mut self, commit: Arc<Commit>) -> Vec<Effect> {
        if self.expects_snapshot || commit.revision <= self.view {
            self.parent_is_behind &= commit.revision < self.view;
            return Vec::new();
        }
        if commit.previous != self.view {
            return self.start_over();
        }
        self.view = commit.revision;
        self.parent_is_behind = false;
        self.advanced(Effect::Apply(commit))
    }

    /// Something is missing: the view stays as it is, and the lease runs out unless a snapshot comes.
    fn start_over(&mut self) -> Vec<Effect> {
        self.expects_snapshot = true;
        vec![Effect::Send(ToParent::Hello { incarnation: self.incarnation, revision: self.view })]
    }

    fn grant(&mut self, grant: Grant) -> Vec<Effect> {
        let sent =
            self.requests.iter().find(|(sequence, _)| *sequence == grant.sequence).map(|(_, sent)| *sent);
        self.requests.retain(|(sequence, _)| *sequence > grant.sequence);
        let Some(sent) = sent.filter(|_| !self.parent_is_behind) else { return Vec::new() };
        // INVARIANT(I3): counted from when it was asked for, not from when the answer came.
        let until = sent.plus(grant.length);
        if grant.floor <= self.view && !self.expects_snapshot {
            return vec![Effect::ExtendLease(until)];
        }
        self.early_grants.push((grant.floor, until));
        Vec::new()
    }

    /// After the view has moved: grants that waited for it, and the confirmation that was asked for.
    fn advanced(&mut self, effect: Effect) -> Vec<Effect> {
        let mut effects = vec![effect];
        let view = self.view;
        self.early_grants.retain(|(floor, until)| {
            let counts = *floor <= view;
            if counts {
                effects.push(Effect::ExtendLease(*until));
            }
            !counts
        });
        effects.extend(self.confirm());
        effects
    }

    fn confirm(&mut self) -> Option<Effect> {
        let asked = self.asked.filter(|asked| *asked <= self.view && !self.expects_snapshot)?;
        self.asked = None;
        debug_assert!(asked <= self.view);
        Some(Effect::Send(ToParent::Applied { revision: self.view }))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const HERE: Incarnation = Incarnation::from_bytes([1; 16]);
    const ELSEWHERE: Incarnation = Incarnation::from_bytes([2; 16]);

    fn rev(number: u64) -> Revision {
        Revision::new(number)
    }

    fn snapshot(incarnation: Incarnation, revision: u64) -> ToChild {
        ToChild::Snapshot(Arc::new(Snapshot { incarnation, revision: rev(revision), changes: vec![] }))
    }

    fn commit(previous: u64, revision: u64) -> ToChild {
        ToChild::Commit(Arc::new(Commit {
            previous: rev(previous),
            revision: rev(revision),
            changes: vec![],
        }))
    }

    fn grant(sequence: u64, floor: u64) -> ToChild {
        ToChild::Grant(Grant { sequence, floor: rev(floor), length: Duration::from_nanos(100) })
    }

    /// What a child does, in words.
    fn told(child: &mut Child, message: ToChild) -> Vec<String> {
        let word = |effect| match effect {
            Effect::Install(snapshot) => format!("install {}", snapshot.revision),
            Effect::Apply(commit) => format!("apply {}", commit.revision),
            Effect::ExtendLease(until) => format!("admit until {}", until.nanos()),
            Effect::Send(ToParent::Hello { revision, .. }) => format!("hello at {revision}"),
            Effect::Send(ToParent::Applied { revision }) => format!("applied {revision}"),
            Effect::Send(ToParent::Lease { sequence }) => format!("lease {sequence}"),
        };
        child.receive(message).into_iter().map(word).collect()
    }

    fn at_ten() -> Child {
        let (mut child, _) = Child::new(HERE, Revision::ZERO);
        assert_eq!(told(&mut child, snapshot(HERE, 10)), ["install 10"]);
        child
    }

    #[test]
    fn i3_a_lease_counts_from_when_it_was_asked_for() {
        let mut child = at_ten();
        child.request_lease(Moment::from_nanos(5));
        assert_eq!(told(&mut child, grant(0, 10)), ["admit until 105"]);
        assert!(told(&mut child, grant(0, 10)).is_empty(), "one grant for one request");
        assert!(told(&mut child, grant(9, 10)).is_empty(), "nobody asked for this");
    }

    #[test]
    fn i3_a_grant_waits_for_the_view_to_reach_its_floor() {
        let mut child = at_ten();
        child.request_lease(Moment::from_nanos(5));
        assert!(told(&mut child, grant(0, 12)).is_empty());
        assert_eq!(told(&mut child, commit(10, 11)), ["apply 11"]);
        assert_eq!(told(&mut child, commit(11, 12)), ["apply 12", "admit until 105"]);
    }

    #[test]
    fn i11_a_revision_is_confirmed_only_once_it_is_applied() {
        let mut child = at_ten();
        assert!(told(&mut child, ToChild::Confirm { revision: rev(12) }).is_empty());
        assert_eq!(told(&mut child, commit(10, 11)), ["apply 11"]);
        assert_eq!(told(&mut child, commit(11, 12)), ["apply 12", "applied 12"]);
        assert_eq!(told(&mut child, ToChild::Confirm { revision: rev(3) }), ["applied 12"]);
    }

    #[test]
    fn a_gap_means_starting_over_and_nothing_is_taken_until_then() {
        let mut child = at_ten();
        child.request_lease(Moment::from_nanos(5));
        assert_eq!(told(&mut child, commit(11, 12)), ["hello at 10"]);
        assert!(told(&mut child, grant(0, 10)).is_empty());
        assert!(told(&mut child, commit(12, 13)).is_empty());
        assert!(told(&mut child, ToChild::Confirm { revision: rev(10) }).is_empty());
        assert_eq!(told(&mut child, snapshot(HERE, 13)), ["install 13", "admit until 105", "applied 13"]);
    }

    #[test]
    fn a_commit_that_the_snapshot_had_is_not_applied_again() {
        let mut child = at_ten();
        assert!(told(&mut child, commit(9, 10)).is_empty());
        assert_eq!(told(&mut child, commit(10, 11)), ["apply 11"]);
    }

    #[test]
    fn i4_an_older_snapshot_of_the_same_history_is_refused_and_so_is_that_parents_lease() {
        let (mut child, _) = Child::new(HERE, rev(20));
        assert!(told(&mut child, snapshot(HERE, 10)).is_empty());
        child.request_lease(Moment::from_nanos(5));
        assert!(told(&mut child, grant(0, 10)).is_empty());
        assert!(told(&mut child, commit(10, 11)).is_empty());
        child.request_lease(Moment::from_nanos(6));
        assert!(told(&mut child, grant(1, 11)).is_empty());
        // The parent has caught up with what the child knows.
        assert!(told(&mut child, commit(11, 20)).is_empty());
        child.request_lease(Moment::from_nanos(7));
        assert_eq!(told(&mut child, grant(2, 20)), ["admit until 107"]);
    }

    #[test]
    fn another_incarnation_starts_from_its_own_snapshot() {
        let (mut child, _) = Child::new(HERE, rev(20));
        assert_eq!(told(&mut child, snapshot(ELSEWHERE, 3)), ["install 3"]);
    }
}
