//! However many tasks wait, one logs in.

use std::time::Duration;

use futures_util::future::join_all;
use pay_core::{Connection, ManualClock, Outcome, Result};
use pay_sandbox::{Fault, FaultKind, Phase, Sandbox};
use payfirma::{Callback, Environment, MemoryTokenStore, Partner, TransactionFilter};
use time::OffsetDateTime;

use crate::{
    shop::Shop,
    shops::{Payroc, for_each_provider},
    world::World,
};

const TASKS: usize = 10_000;

for_each_provider! {
    one_login_for_all_and_one_at_each_expiry: payfirma payanywhere payroc;
    no_call_meets_an_expired_token: numeropay cashier;
    a_login_that_fails_is_not_tried_by_all_and_the_next_goes_well: payfirma payanywhere payroc;
    credentials_that_are_refused_are_tried_once: payfirma payanywhere payroc;
}

/// As many tasks as there are, on several threads.
fn look_at_once<S: Shop>(shop: &S) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().unwrap();
    runtime.block_on(async {
        let tasks: Vec<_> = (0..TASKS).map(|_| tokio::spawn(shop.look())).collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
    });
}

/// All in one thread: each has come before the first is answered.
fn crowd<S: Shop>(world: &World<S>, tasks: usize) -> Vec<Result<()>> {
    world.run(join_all((0..tasks).map(|_| world.shop.look())))
}

fn one_login_for_all_and_one_at_each_expiry<S: Shop>() {
    let world = World::<S>::new();
    let before = world.logins();
    look_at_once(&world.shop);
    assert_eq!(world.logins(), before + 1);
    for (passed, due) in S::DUE.iter().enumerate() {
        world.pass(*due);
        look_at_once(&world.shop);
        assert_eq!(world.logins(), before + 2 + passed, "after {due:?}");
    }
    assert!(world.sandbox.requests().iter().all(|request| request.status == Some(200)));
}

fn no_call_meets_an_expired_token<S: Shop>() {
    let world = World::<S>::new();
    world.run(world.shop.look()).unwrap();
    world.pass(Duration::from_secs(25 * 3600));
    look_at_once(&world.shop);
    let requests = world.sandbox.requests();
    assert_eq!(requests.len(), 1 + TASKS);
    assert!(requests.iter().all(|request| request.status == Some(200)));
}

fn logins_answer<S: Shop>(sandbox: &Sandbox, status: u16) {
    for login in S::LOGINS {
        let status = FaultKind::Status { status, headers: Vec::new(), body: None };
        sandbox.add_fault(Fault::new(status).phase(Phase::Before).on(*login)).unwrap();
    }
}

fn a_login_that_fails_is_not_tried_by_all_and_the_next_goes_well<S: Shop>() {
    // Never logged in; and with a token that has died.
    for expired in [false, true] {
        let world = World::<S>::new();
        if expired {
            world.run(world.shop.ready()).unwrap();
            world.pass(Duration::from_secs(25 * 3600));
        }
        logins_answer::<S>(&world.sandbox, 503);
        let before = world.logins();
        for error in crowd(&world, TASKS).into_iter().map(Result::unwrap_err) {
            assert_eq!(error.outcome(), Outcome::NotSent, "{error:?}");
            assert!(error.is_provider_fault(), "{error:?}");
        }
        // One login, with as many attempts as a call has.
        assert_eq!(world.logins(), before + 3);
        world.sandbox.clear_faults();
        crowd(&world, 100).into_iter().for_each(Result::unwrap);
        assert_eq!(world.logins(), before + 4);
    }
}

fn credentials_that_are_refused_are_tried_once<S: Shop>() {
    let world = World::<S>::new();
    logins_answer::<S>(&world.sandbox, 401);
    let before = world.logins();
    for _ in 0..2 {
        for error in crowd(&world, TASKS).into_iter().map(Result::unwrap_err) {
            assert!(error.is_unauthorized(), "{error:?}");
            assert_eq!(error.outcome(), Outcome::NotSent);
        }
        assert_eq!(world.logins(), before + 1);
        world.pass(Duration::from_secs(3600));
    }
}

#[test]
fn the_other_way_to_log_in_to_payroc() {
    let world = World::<Payroc>::new();
    let partner = world.sandbox.payroc().partner();
    let builder = Payroc::builder(&world.sandbox, world.connection());
    let client = builder.basic_credentials(partner.user_name, partner.password).build().unwrap();
    let basic = Payroc(client, world.shop.1.clone());
    let before = world.logins();
    look_at_once(&basic);
    assert_eq!(world.logins(), before + 1);
    world.pass(Duration::from_secs(2 * 3600));
    look_at_once(&basic);
    assert_eq!(world.logins(), before + 2);
}

mod a_merchants_tokens {
    use super::*;
    use crate::world::Wire;

    struct Merchants {
        sandbox: Sandbox,
        clock: ManualClock,
        wire: Wire,
        partner: Partner,
        runtime: tokio::runtime::Runtime,
    }

    impl Merchants {
        fn new(runtime: tokio::runtime::Runtime) -> Self {
            let start = 1_900_000_000;
            let sandbox = Sandbox::builder().clock_stopped_at_ms(start * 1_000).without_sockets();
            let now = OffsetDateTime::from_unix_timestamp(start).unwrap();
            // Back-offs pass, timeouts wait.
            let clock = ManualClock::auto_up_to(now, Duration::from_secs(3));
            let wire = Wire::to(&sandbox);
            let account = sandbox.payfirma();
            let environment = Environment::custom(&account.auth_url(), &account.gateway_url());
            let connection = Connection::builder().transport(wire.clone()).clock(clock.clone());
            let partner = Partner::builder(environment.unwrap())
                .credentials(account.client_id(), account.client_secret())
                .token_store(MemoryTokenStore::default())
                .connection(connection.build().unwrap())
                .build()
                .unwrap();
            let code = sandbox.payfirma().authorization_code("m1");
            let callback = Callback::from_code(code, "https://partner.example/cb").unwrap();
            runtime.block_on(partner.exchange_code(&callback)).unwrap();
            Self { sandbox, clock, wire, partner, runtime }
        }

        fn pass(&self, time: Duration) {
            self.clock.advance(time);
            self.sandbox.advance(time);
        }

        fn look(&self) -> impl Future<Output = Result<()>> + Send + 'static {
            let client = self.partner.merchant(&"m1".parse().unwrap());
            async move { client.transactions().list(&TransactionFilter::new()).await.map(|_| ()) }
        }

        fn exchanges(&self) -> u64 {
            self.sandbox.payfirma().token_grants().refresh
        }
    }

    #[test]
    fn are_exchanged_once() {
        let threads = tokio::runtime::Builder::new_multi_thread().worker_threads(4).build();
        let world = Merchants::new(threads.unwrap());
        for exchanges in 1..=2 {
            world.pass(Duration::from_secs(3600));
            let tasks: Vec<_> = (0..TASKS).map(|_| world.runtime.spawn(world.look())).collect();
            for task in tasks {
                world.runtime.block_on(task).unwrap().unwrap();
            }
            assert_eq!(world.exchanges(), exchanges);
        }
    }

    #[test]
    fn that_cannot_be_exchanged_are_not_tried_by_all_and_serve_again() {
        let one_thread = tokio::runtime::Builder::new_current_thread().build();
        let world = Merchants::new(one_thread.unwrap());
        world.pass(Duration::from_secs(3600));
        world.wire.refuse(usize::MAX);
        world.wire.asked();
        let looks = || world.runtime.block_on(join_all((0..TASKS).map(|_| world.look())));
        for error in looks().into_iter().map(Result::unwrap_err) {
            assert_eq!(error.outcome(), Outcome::NotSent, "{error:?}");
            assert!(!error.needs_reauthorization(), "{error:?}");
        }
        assert_eq!((world.wire.asked(), world.exchanges()), (3, 0));
        world.wire.refuse(0);
        looks().into_iter().for_each(Result::unwrap);
        assert_eq!(world.exchanges(), 1);
    }
}
