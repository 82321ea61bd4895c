//! What the demo says in the end.

use std::fmt;
use std::time::Duration;

/// Everything that was counted.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) clients: usize,
    pub(super) websockets: usize,
    pub(super) streams: usize,
    pub(super) requests_before: u64,
    pub(super) messages_before: u64,
    pub(super) answer: String,
    pub(super) gates: Option<(u64, u64)>,
    pub(super) until_answer: Duration,
    pub(super) until_last_refusal: Duration,
    pub(super) refused: u64,
    pub(super) closed: u64,
    pub(super) too_late: u64,
    pub(super) received_too_late: u64,
    pub(super) logged_in_again: usize,
    pub(super) neighbours_untouched: usize,
    pub(super) neighbours: usize,
    pub(super) dead_after_restart: usize,
    pub(super) alive_after_restart: usize,
    pub(super) oddities: Vec<String>,
}

impl Report {
    /// What is not as promised; empty when everything is.
    pub(super) fn broken_promises(&self) -> Vec<String> {
        let mut broken = Vec::new();
        let mut expect = |holds: bool, what: String| {
            if !holds {
                broken.push(what);
            }
        };
        let open = (self.websockets + self.streams) as u64;
        expect(self.too_late == 0, format!("{} requests reached the origin after the answer", self.too_late));
        expect(
            self.received_too_late == 0,
            format!("{} chunks reached a client after the answer", self.received_too_late),
        );
        expect(self.closed == open, format!("{} of {open} open connections were closed", self.closed));
        expect(self.refused >= self.clients as u64, format!("only {} requests were refused", self.refused));
        expect(
            self.logged_in_again == self.clients,
            format!("{} of {} clients could log in again", self.logged_in_again, self.clients),
        );
        expect(
            self.neighbours_untouched == self.neighbours,
            format!("{} of {} clients of the other application", self.neighbours_untouched, self.neighbours),
        );
        expect(
            self.dead_after_restart == self.clients,
            format!("{} of {} revoked tokens dead after the restart", self.dead_after_restart, self.clients),
        );
        expect(
            self.alive_after_restart == self.clients + self.neighbours,
            format!("{} other tokens alive after the restart", self.alive_after_restart),
        );
        for oddity in &self.oddities {
            expect(false, format!("refused, but not as revoked: {oddity}"));
        }
        broken
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = |duration: Duration| format!("{:.1} ms", duration.as_secs_f64() * 1000.0);
        let mut line = |what: &str, value: String| writeln!(f, "  {what:<62}{value:>16}");
        line("clients that logged in through the gate", self.clients.to_string())?;
        line(
            "  of these on an open WebSocket / on an endless answer",
            format!("{} / {}", self.websockets, self.streams),
        )?;
        line("admitted before the call, as the origin counted: requests", self.requests_before.to_string())?;
        line("                                               messages", self.messages_before.to_string())?;
        line("revoke_tokens answered", self.answer.clone())?;
        if let Some((confirmed, connected)) = self.gates {
            line("gates that had confirmed by then", format!("{confirmed}/{connected}"))?;
        }
        line("from the call to the answer", millis(self.until_answer))?;
        line("from the call to the last client's first refusal", millis(self.until_last_refusal))?;
        line("requests refused as revoked", self.refused.to_string())?;
        line("open connections closed", self.closed.to_string())?;
        line("clients that could log in again with their credentials", self.logged_in_again.to_string())?;
        line(
            "clients of another application that noticed nothing",
            format!("{}/{}", self.neighbours_untouched, self.neighbours),
        )?;
        line("revoked tokens that were dead after kill -9 and restart", self.dead_after_restart.to_string())?;
        line("other tokens that were alive after it", self.alive_after_restart.to_string())?;
        line(
            "sent with a revoked token after the answer, and reached the origin",
            self.too_late.to_string(),
        )?;
        line("made by the origin after the answer, and reached a client", self.received_too_late.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Report {
        Report {
            clients: 2,
            refused: 10,
            logged_in_again: 2,
            neighbours: 1,
            neighbours_untouched: 1,
            dead_after_restart: 2,
            alive_after_restart: 3,
            ..Report::default()
        }
    }

    #[test]
    fn each_broken_promise_is_named() {
        assert!(good().broken_promises().is_empty());
        let broken: [fn(&mut Report); 9] = [
            |report| report.too_late = 1,
            |report| report.received_too_late = 1,
            |report| report.websockets = 1,
            |report| report.refused = 1,
            |report| report.logged_in_again = 1,
            |report| report.neighbours_untouched = 0,
            |report| report.dead_after_restart = 1,
            |report| report.alive_after_restart = 2,
            |report| report.oddities.push("403 no reason given".into()),
        ];
        for breaks in broken {
            let mut report = good();
            breaks(&mut report);
            assert_eq!(report.broken_promises().len(), 1, "{report:?}");
        }
    }
}
