//! One life of all processes: one thread, virtual time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Duration,
};

use pay_core::ManualClock;
use pay_sandbox::Sandbox;
use pay_store::SimulationStore;
use tokio::sync::Notify;

/// How a life ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Done,
    Crashed,
    /// Nobody could do anything any more, and no time would change that.
    Hung,
    Panicked,
}

/// Runs until it is done or dies. When nothing can be done, time passes: as much as the next sleeper
/// waits for. What is still under way at the end is dropped where it stands.
pub fn live<F>(clock: &ManualClock, sandbox: &Sandbox, machine: &SimulationStore, life: F) -> End
where
    F: Future<Output = ()> + Send + 'static,
{
    let stuck = Arc::new(Notify::new());
    let over = Arc::new(AtomicBool::new(false));
    let idle = {
        let (clock, sandbox) = (clock.clone(), sandbox.clone());
        let (stuck, over) = (Arc::clone(&stuck), Arc::clone(&over));
        move || {
            if over.load(SeqCst) {
                return;
            }
            match clock.next_wake() {
                // Never quite nothing: time always passes.
                Some(wait) => pass(&clock, &sandbox, wait.max(Duration::from_millis(1))),
                None => stuck.notify_one(),
            }
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .on_thread_park(idle)
        .build()
        .expect("a runtime without any driver");
    let machine = machine.clone();
    runtime.block_on(async {
        let life = tokio::spawn(life);
        let end = tokio::select! {
            biased;
            () = machine.crashed() => End::Crashed,
            ended = life => if ended.is_ok() { End::Done } else { End::Panicked },
            () = stuck.notified() => End::Hung,
        };
        over.store(true, SeqCst);
        end
    })
}

/// Both clocks. By whole milliseconds, for the sandbox's has no more: they would drift apart, and a
/// token would be from the future.
pub fn pass(clock: &ManualClock, sandbox: &Sandbox, by: Duration) {
    let millis = by.as_nanos().div_ceil(1_000_000);
    let by = Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX));
    sandbox.advance(by);
    clock.advance(by);
}
