//! Revisions that never existed.

use portcullis_model::Revision;

/// An interval, open at both ends, in which there never was a commit.
///
/// Revisions jump when the embedded store is opened, and each jump is recorded. What lies in one
/// cannot be the revision of anything that this history issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistoryGap {
    /// The last commit before the jump.
    pub after: Revision,
    /// The first commit after it.
    pub until: Revision,
}

/// Which revisions a history has had, as far as the store can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryGaps {
    /// The last commit that this knowledge includes.
    pub head: Revision,
    /// The gaps, in order. On a store whose revisions skip for other reasons (etcd) there are none.
    pub gaps: Vec<HistoryGap>,
}

impl HistoryGaps {
    /// Whether this history can have had `revision` as its head.
    ///
    /// `false` is a proof: something that was validly signed and names that revision comes from a
    /// history that was lost. [`Revision::ZERO`], the empty store, was a head of every history.
    ///
    /// Read the gaps after receiving what is judged: what was issued since is above their head.
    pub fn was_head(&self, revision: Revision) -> bool {
        let until = self.gaps.partition_point(|gap| gap.until <= revision);
        let skipped = self.gaps.get(until).is_some_and(|gap| gap.after < revision);
        revision <= self.head && !skipped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_revisions_strictly_between_the_ends_of_a_gap_never_were() {
        let gap = |after, until| HistoryGap { after: Revision::new(after), until: Revision::new(until) };
        let gaps = HistoryGaps { head: Revision::new(30), gaps: vec![gap(0, 10), gap(12, 20), gap(20, 30)] };
        let heads: Vec<u64> = (0..40).filter(|&n| gaps.was_head(Revision::new(n))).collect();
        assert_eq!(heads, [0, 10, 11, 12, 20, 30]);
    }
}
