//! The thread that writes: it groups what is queued, and shares one sync.

use std::io;
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

use portcullis_model::Revision;
use rusqlite::{Connection, ErrorCode};
use tokio::sync::{mpsc, oneshot};

use super::apply::{self, Outcome, Place};
use crate::counters::Tally;
use crate::error::Ended;
use crate::history::History;
use crate::{Cause, Commit, CommitError, Committed, Transaction};

/// How many transactions share one sync at most, and how many can be queued behind them.
const GROUP_LIMIT: usize = 256;

type Answer = Result<Committed, CommitError>;

/// A transaction, and who waits for it.
#[derive(Debug)]
struct Request {
    transaction: Transaction,
    answer: oneshot::Sender<Answer>,
}

/// The way to the writer, and its thread.
#[derive(Debug)]
pub(super) struct WriterThread {
    queue: Option<mpsc::Sender<Request>>,
    thread: Option<JoinHandle<()>>,
}

impl WriterThread {
    /// Starts the thread.
    pub(super) fn start(writer: Writer) -> io::Result<Self> {
        let (queue, requests) = mpsc::channel(GROUP_LIMIT);
        let thread = Builder::new().name("store-write".into()).spawn(move || writer.run(requests))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Hands over a transaction, and waits until it is durable or has failed.
    pub(super) async fn commit(&self, transaction: Transaction) -> Answer {
        let Some(queue) = &self.queue else {
            return Err(CommitError::Unavailable(Ended::Closed.cause()));
        };
        let (answer, answered) = oneshot::channel();
        if queue.send(Request { transaction, answer }).await.is_err() {
            return Err(CommitError::Unavailable(Ended::Thread.cause()));
        }
        // Without an answer nobody knows how far it got.
        answered.await.unwrap_or_else(|_| Err(CommitError::Unconfirmed(Ended::Thread.cause())))
    }
}

impl Drop for WriterThread {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            // A panic has already been reported through the history.
            let _ = thread.join();
        }
    }
}

/// What the writing thread owns.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) connection: Connection,
    /// The last durable commit.
    pub(super) head: Revision,
    /// No commit since the opening has a lower revision.
    pub(super) first_revision: Revision,
    pub(super) history: Arc<History>,
    pub(super) tally: Arc<Tally>,
    pub(super) checkpoint_pages: usize,
    /// About how many pages were written to the log since the last checkpoint.
    pub(super) pages: usize,
}

/// How far a group got before it failed.
#[derive(Debug)]
enum GroupError {
    /// Somebody else holds the file, so it was not even begun. The store still works.
    Busy(Cause),
    /// Nothing of it is in the file.
    NothingWritten(Cause),
    /// All of it or nothing of it will be found in the file.
    Unconfirmed(Vec<Outcome>, Cause),
}

impl Writer {
    fn run(mut self, mut requests: mpsc::Receiver<Request>) {
        let _obituary = Obituary(Arc::clone(&self.history));
        let mut group = Vec::new();
        while requests.blocking_recv_many(&mut group, GROUP_LIMIT) > 0 {
            if let Err(cause) = self.serve(std::mem::take(&mut group)) {
                refuse_rest(requests, &cause);
                return;
            }
        }
    }

    /// Commits a group and answers each of its members. An error is the end of the store.
    fn serve(&mut self, group: Vec<Request>) -> Result<(), Cause> {
        let (transactions, answers): (Vec<_>, Vec<_>) =
            group.into_iter().map(|request| (request.transaction, request.answer)).unzip();
        match self.commit(transactions) {
            Ok(outcomes) => {
                self.acknowledge(outcomes, answers);
                self.checkpoint_if_due()
            }
            Err(GroupError::Busy(cause)) => {
                answer_all(answers, || CommitError::Unavailable(Arc::clone(&cause)));
                Ok(())
            }
            Err(GroupError::NothingWritten(cause)) => {
                // Before the answers: who has one must find the store unavailable.
                self.history.fail(&cause);
                answer_all(answers, || CommitError::Unavailable(Arc::clone(&cause)));
                Err(cause)
            }
            Err(GroupError::Unconfirmed(outcomes, cause)) => {
                self.history.fail(&cause);
                for (outcome, answer) in outcomes.iter().zip(answers) {
                    let _ = answer.send(Err(unconfirmed(outcome, &cause)));
                }
                Err(cause)
            }
        }
    }

    /// Applies the transactions in one SQLite transaction, and returns when that is durable.
    fn commit(&mut self, transactions: Vec<Transaction>) -> Result<Vec<Outcome>, GroupError> {
        self.execute("BEGIN IMMEDIATE").map_err(|error| match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy) => GroupError::Busy(Arc::new(error)),
            _ => GroupError::NothingWritten(Arc::new(error)),
        })?;
        let (outcomes, head) =
            self.apply(transactions).map_err(|error| GroupError::NothingWritten(Arc::new(error)))?;
        if head == self.head {
            self.execute("ROLLBACK").map_err(|error| GroupError::NothingWritten(Arc::new(error)))?;
            return Ok(outcomes);
        }
        // The one place where something becomes durable. `synchronous = FULL` makes it return only once
        // the log is synced.
        if let Err(error) = self.execute("COMMIT") {
            return Err(GroupError::Unconfirmed(outcomes, Arc::new(error)));
        }
        self.head = head;
        Ok(outcomes)
    }

    fn apply(&self, transactions: Vec<Transaction>) -> rusqlite::Result<(Vec<Outcome>, Revision)> {
        let mut head = self.head;
        let mut outcomes = Vec::with_capacity(transactions.len());
        for transaction in transactions {
            // INVARIANT(I4): above every commit of this file, and above the time of the opening.
            let place = Place { predecessor: head, revision: head.next().max(self.first_revision) };
            let outcome = apply::apply(&self.connection, transaction, place, &self.tally)?;
            if matches!(outcome, Outcome::Changed(..)) {
                head = place.revision;
            }
            outcomes.push(outcome);
        }
        if head > self.head {
            let first = self.head.next().max(self.first_revision);
            apply::advance(&self.connection, self.head, first, head)?;
        }
        Ok((outcomes, head))
    }

    fn execute(&self, statement: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(statement)?.execute([])?;
        Ok(())
    }

    fn acknowledge(&mut self, outcomes: Vec<Outcome>, answers: Vec<oneshot::Sender<Answer>>) {
        // Nobody who is answered may miss what others are answered for, so all is published first.
        let results: Vec<Answer> = outcomes.into_iter().map(|outcome| self.publish(outcome)).collect();
        for (result, answer) in results.into_iter().zip(answers) {
            // A caller that went away is in the position of one that was not answered.
            let _ = answer.send(result);
        }
    }

    fn publish(&mut self, outcome: Outcome) -> Answer {
        match outcome {
            Outcome::Conflict => Err(CommitError::Conflict),
            Outcome::Unchanged(committed) => Ok(committed),
            Outcome::Changed(committed, commit) => {
                self.pages = self.pages.saturating_add(pages(&commit));
                self.history.publish(commit);
                Ok(committed)
            }
        }
    }

    /// Moves the log into the file once it is long enough, with nobody waiting for it.
    ///
    /// What is in the log is durable; this only keeps it short. Readers are not waited for: what they
    /// still need stays in the log until the next time. A failed sync ends the store here as well.
    fn checkpoint_if_due(&mut self) -> Result<(), Cause> {
        if self.pages < self.checkpoint_pages {
            return Ok(());
        }
        self.pages = 0;
        let checkpoint = self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        checkpoint.map_err(|error| {
            let cause: Cause = Arc::new(error);
            self.history.fail(&cause);
            cause
        })
    }
}

/// About how many pages a commit adds to the log.
fn pages(commit: &Commit) -> usize {
    const PAGE: usize = 4096;
    let value_bytes =
        commit.changes.iter().filter_map(|change| change.record.as_ref()).map(|record| record.value.len());
    1 + 2 * commit.changes.len() + value_bytes.sum::<usize>() / PAGE
}

/// What a member of an unconfirmed group is told. One that wrote nothing was judged on top of
/// others that may not exist, so it has no result either.
fn unconfirmed(outcome: &Outcome, cause: &Cause) -> CommitError {
    match outcome {
        Outcome::Changed(..) => CommitError::Unconfirmed(Arc::clone(cause)),
        Outcome::Conflict | Outcome::Unchanged(_) => CommitError::Unavailable(Arc::clone(cause)),
    }
}

fn answer_all(answers: Vec<oneshot::Sender<Answer>>, error: impl Fn() -> CommitError) {
    for answer in answers {
        let _ = answer.send(Err(error()));
    }
}

fn refuse_rest(mut requests: mpsc::Receiver<Request>, cause: &Cause) {
    requests.close();
    while let Some(request) = requests.blocking_recv() {
        let _ = request.answer.send(Err(CommitError::Unavailable(Arc::clone(cause))));
    }
}

/// Says that the store has failed if its writer panics, so that nobody waits for it.
struct Obituary(Arc<History>);

impl Drop for Obituary {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.fail(&Ended::Thread.cause());
        }
    }
}

#[cfg(test)]
mod tests {
    use portcullis_model::Incarnation;
    use tempfile::TempDir;

    use super::*;
    use crate::{Condition, Key, Opening, SqliteStore};

    /// A writer without its thread, so that a test says what comes together in a group.
    fn writer(folder: &TempDir) -> Writer {
        let opening = Opening::new(Incarnation::from_bytes([7; 16]), 100);
        drop(SqliteStore::open(folder.path(), opening).unwrap());
        Writer {
            connection: Connection::open(folder.path().join("portcullis.db")).unwrap(),
            head: Revision::ZERO,
            first_revision: Revision::new(100),
            history: Arc::new(History::new(Revision::ZERO, 10_000)),
            tally: Arc::new(Tally::default()),
            checkpoint_pages: 1000,
            pages: 0,
        }
    }

    fn put(key: &str, value: &str) -> Transaction {
        Transaction::new().put(Key::new(key), value)
    }

    /// What each member of the group is answered: its revision, or that it conflicts.
    fn answers(writer: &mut Writer, group: Vec<Transaction>) -> Vec<Option<u64>> {
        let (requests, waiting): (Vec<_>, Vec<_>) = (group.into_iter())
            .map(|transaction| {
                let (answer, answered) = oneshot::channel();
                (Request { transaction, answer }, answered)
            })
            .unzip();
        writer.serve(requests).unwrap();
        let answer = |mut answered: oneshot::Receiver<Answer>| match answered.try_recv().unwrap() {
            Ok(committed) => Some(committed.revision.get()),
            Err(CommitError::Conflict) => None,
            Err(error) => panic!("{error}"),
        };
        waiting.into_iter().map(answer).collect()
    }

    #[test]
    fn each_member_of_a_group_is_judged_on_top_of_those_before_it() {
        let folder = TempDir::new().unwrap();
        let mut writer = writer(&folder);
        let absent = || Condition::Absent(Key::new("a"));
        let at = |revision| Condition::ModifiedAt(Key::new("a"), Revision::new(revision));
        let group = vec![
            put("a", "1").require(absent()),
            put("a", "2").put(Key::new("b"), "2").require(absent()),
            put("a", "3").require(at(100)),
            put("a", "4").require(at(100)),
            Transaction::new().delete(Key::new("b")),
            put("a", "5").require(at(101)),
        ];
        assert_eq!(answers(&mut writer, group), [Some(100), None, Some(101), None, Some(101), Some(102)]);
        assert_eq!(writer.history.head().unwrap(), Revision::new(102));
    }

    #[test]
    fn a_group_of_conflicts_writes_nothing() {
        let folder = TempDir::new().unwrap();
        let mut writer = writer(&folder);
        let group = || vec![put("a", "1").require(Condition::Present(Key::new("a"))); 3];
        assert_eq!(answers(&mut writer, group()), [None; 3]);
        assert_eq!(writer.history.head().unwrap(), Revision::ZERO);
        assert_eq!(answers(&mut writer, vec![put("a", "1")]), [Some(100)]);
        assert_eq!(answers(&mut writer, group()), [Some(101), Some(102), Some(103)]);
    }
}
