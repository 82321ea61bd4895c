//! The threads that read.

use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};

use rusqlite::{Connection, Transaction};
use tokio::sync::oneshot;

use crate::Cause;
use crate::error::Ended;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// A few connections, each on a thread of its own, that share one queue: a long scan holds up only
/// the thread that it is on.
#[derive(Debug)]
pub(super) struct Readers {
    queue: Option<Sender<Job>>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    /// Starts one thread for each connection.
    pub(super) fn start(connections: Vec<Connection>) -> io::Result<Self> {
        let (queue, jobs) = channel();
        let jobs = Arc::new(Mutex::new(jobs));
        // What was started ends, and is waited for, if a later one cannot be.
        let mut readers = Self { queue: Some(queue), threads: Vec::new() };
        for connection in connections {
            let jobs = Arc::clone(&jobs);
            readers
                .threads
                .push(Builder::new().name("store-read".into()).spawn(move || serve(connection, &jobs))?);
        }
        Ok(readers)
    }

    /// Runs `query` on a snapshot of its own.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Cause> {
        let (answer, answered) = oneshot::channel();
        let job = Box::new(move |connection: &mut Connection| {
            if !answer.is_closed() {
                // The answer goes nowhere if nobody waits any more.
                let _ = answer.send(on_snapshot(connection, query));
            }
        });
        let queued = self.queue.as_ref().map(|queue| queue.send(job));
        let Some(Ok(())) = queued else {
            return Err(Ended::Thread.cause());
        };
        match answered.await {
            Ok(answer) => answer.map_err(|error| Arc::new(error) as Cause),
            Err(_) => Err(Ended::Thread.cause()),
        }
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.queue = None;
        for thread in self.threads.drain(..) {
            // A thread that panicked has told its caller by dropping the answer.
            let _ = thread.join();
        }
    }
}

fn serve(mut connection: Connection, jobs: &Mutex<Receiver<Job>>) {
    loop {
        // The lock is held while waiting: the other threads wait for it instead of for the queue.
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        job(&mut connection);
    }
}

fn on_snapshot<T>(
    connection: &mut Connection,
    query: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let snapshot = connection.transaction()?;
    let answer = query(&snapshot)?;
    snapshot.commit()?;
    Ok(answer)
}
