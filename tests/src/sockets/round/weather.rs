//! The server restarts now and then: it stops listening for a moment, and closes idle connections.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{sync::oneshot, task::JoinHandle, time::sleep};

use super::Round;
use crate::faults::dice::Dice;

pub(super) struct Weather {
    over: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

pub(super) fn begin(round: &Arc<Round>) -> Weather {
    let (over, mut is_over) = oneshot::channel();
    let round = Arc::clone(round);
    let task = tokio::spawn(async move {
        let dice = Dice::new(round.plan.schedule.seed ^ 0x3ea7_8e35);
        loop {
            tokio::select! {
                () = sleep(millis(dice.below(60))) => {}
                _ = &mut is_over => return,
            }
            // Each of these to its end: the sandbox must listen again.
            match dice.one_in(2) {
                true => close_idle(&round),
                false => stop(&round, millis(dice.below(20))).await,
            }
        }
    });
    Weather { over, task }
}

impl Weather {
    pub(super) async fn end(self, round: &Round) {
        let _ = self.over.send(());
        let _ = self.task.await;
        round.sandbox.resume_listening().await;
    }
}

/// Who has connected and not yet sent anything is idle to the server.
fn close_idle(round: &Round) {
    let from = Instant::now();
    round.sandbox.close_idle_connections();
    round.attempts.hit_between(from, Instant::now(), "idle-closed");
}

/// Who has connected and was not yet taken is turned away.
async fn stop(round: &Round, time: Duration) {
    let from = Instant::now();
    round.sandbox.stop_listening().await;
    round.attempts.hit_between(from, Instant::now(), "stopped");
    sleep(time).await;
    round.sandbox.resume_listening().await;
}

fn millis(count: usize) -> Duration {
    Duration::from_millis(u64::try_from(count).unwrap_or(0))
}
