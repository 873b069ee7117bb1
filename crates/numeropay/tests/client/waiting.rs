use std::time::Duration;

use numeropay::{PaymentId, PaymentState, Waited};
use serde_json::{Value, json};

use crate::world::{Step, World, answer, payment, refusal, wrapped};

const SECOND: Duration = Duration::from_secs(1);

fn id() -> PaymentId {
    PaymentId::new("5CD0RGCKJ").unwrap()
}

fn state(state: Value) -> Step {
    answer(200, wrapped(&payment(json!({"state": state}))))
}

#[tokio::test]
async fn it_is_read_until_it_is_final() {
    for last in [json!("COMPLETED"), json!("CANCELED"), json!(2)] {
        let steps = [state(json!(0)), state(json!("IN_PROGRESS")), state(json!(1)), state(last)];
        let world = World::with(steps, |builder| builder.state_number(2, PaymentState::Completed));
        let waited = world.client.payments().wait(&id(), 7 * SECOND, 60 * SECOND).await.unwrap();
        let Waited::Final(payment) = waited else { panic!("{waited:?}") };
        assert!(payment.is_final());
        let slept = world.clock.sleeps();
        assert_eq!(slept.iter().filter(|slept| **slept == 7 * SECOND).count(), 3);
        world.sent();
    }
}

#[tokio::test]
async fn it_is_not_read_for_longer_than_asked_nor_is_a_number_guessed() {
    let world = World::new([state(json!(2)), state(json!(2)), state(json!(2))]);
    let waited = world.client.payments().wait(&id(), 7 * SECOND, 20 * SECOND).await.unwrap();
    assert!(matches!(waited, Waited::StillOpen(_)), "{waited:?}");
    world.sent();

    let world = World::new([state(json!(0))]);
    let waited = world.client.payments().wait(&id(), SECOND, Duration::ZERO).await.unwrap();
    assert!(matches!(waited, Waited::StillOpen(_)), "{waited:?}");
    world.only();
}

#[tokio::test]
async fn an_error_ends_the_wait() {
    let world = World::new([state(json!(0)), answer(200, refusal("NOT_FOUND"))]);
    let waited = world.client.payments().wait(&id(), SECOND, 60 * SECOND).await;
    assert!(waited.unwrap_err().is_not_found());

    let world = World::new([]);
    let error = world.client.payments().wait(&id(), SECOND / 2, SECOND).await.unwrap_err();
    assert_eq!(error.field_errors()[0].field, "every");
}
