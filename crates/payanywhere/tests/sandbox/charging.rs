//! Card tokens of the browser, and notifications to terminals.

use pay_sandbox::{Fault, FaultKind, Sandbox};
use payanywhere::{
    ChargeVerdict, IframeCharge, IframeToken, Notification, NotificationType, Notified, Outcome,
    Resolution, TransactionFilter,
};

use crate::world::{CHARGE, dollars, lost, world};

fn token(sandbox: &Sandbox) -> IframeToken {
    let token = sandbox.payanywhere().card_token("4111111111111111", 12, 39, "123");
    IframeToken::new(token.unwrap()).unwrap()
}

fn charge(sandbox: &Sandbox, amount: &str) -> IframeCharge {
    let key = sandbox.payanywhere().merchant().gateway_public_key;
    IframeCharge::new(token(sandbox), dollars(amount), key)
}

#[tokio::test]
async fn a_card_token_is_charged_or_declined() {
    for (answer, shape, status) in [
        ("status-code", "status-code", "200"),
        ("wrapped", "402", "201"),
        ("wrapped", "400", "200"),
    ] {
        let world = world(&[
            ("charge_answer", answer),
            ("decline_shape", shape),
            ("success_status", status),
        ])
        .await;
        let charged = world.client.iframe().charge(&charge(&world.sandbox, "11.50")).await.unwrap();
        assert_eq!(charged.status_code.as_deref(), Some("00"), "{answer}");
        assert_eq!(world.sandbox.ledger().total("sale").to_string(), "11.5");
        let declined = charge(&world.sandbox, "12.00");
        let error = world.client.iframe().charge(&declined).await.unwrap_err();
        assert!(error.is_declined(), "{shape}: {error:?}");
        assert_eq!(error.outcome(), Outcome::Refused);
        assert_eq!((world.count("sale"), world.count("sale_declined")), (1, 1));
    }
}

#[tokio::test]
async fn an_answer_that_says_nothing_of_the_verdict_is_unknown_unless_the_caller_knows_better() {
    let world = world(&[("charge_answer", "transaction")]).await;
    let lost = lost(world.client.iframe().charge(&charge(&world.sandbox, "11.50")).await);
    assert_eq!((world.count("sale"), world.asked(CHARGE)), (1, 1));
    let found = world.resolve(&lost).await;
    assert!(matches!(&found, Resolution::Candidates(found) if found.len() == 1), "{found:?}");

    #[derive(serde::Deserialize)]
    struct Answer {
        is_complete: bool,
    }
    let by_completion = |charged: &payanywhere::Charged| match charged.read::<Answer>() {
        Ok(answer) if answer.is_complete => ChargeVerdict::Approved,
        _ => ChargeVerdict::by_status_code(charged),
    };
    let iframe = world.client.iframe();
    let charged = iframe.charge_judged(&charge(&world.sandbox, "13.00"), by_completion).await;
    assert_eq!(charged.unwrap().amount, Some(dollars("13.00")));
    let declined = iframe.charge_judged(&charge(&world.sandbox, "14.00"), by_completion).await;
    assert!(declined.unwrap_err().is_declined());
    // An amount that comes back as another one is an error whatever the caller says.
    let wrong = FaultKind::WrongAmount { by: "1".parse().unwrap() };
    world.disturb(CHARGE, Fault::new(wrong));
    let other = iframe.charge_judged(&charge(&world.sandbox, "15.00"), by_completion).await;
    assert!(other.unwrap_err().is_contradiction());
}

#[tokio::test]
async fn a_token_that_was_used_is_refused_or_charged_again() {
    for (setting, charges) in [("once", 1), ("reusable", 2)] {
        let world = world(&[("card_token_use", setting)]).await;
        let charge = charge(&world.sandbox, "11.00");
        world.client.iframe().charge(&charge).await.unwrap();
        let again = world.client.iframe().charge(&charge).await;
        assert_eq!(again.is_ok(), charges == 2, "{again:?}");
        if let Err(error) = again {
            assert!(error.is_invalid() && error.outcome() == Outcome::Refused, "{error:?}");
        }
        assert_eq!(world.count("sale"), charges);
    }
}

#[tokio::test]
async fn a_terminal_is_told_and_nothing_is_known_of_a_payment() {
    for answer in ["message", "empty-object", "empty"] {
        let world = world(&[("notification_answer", answer)]).await;
        let sale = Notification::sales().extra("amount", "11.00").unwrap();
        let told = world.client.terminal().notify(&sale).await.unwrap();
        assert!(matches!(told.into_inner(), Notified::Taken(_)), "{answer}");
        assert_eq!((world.count("notification_sent"), world.count("sale")), (1, 0));
        let other = Notification::new(NotificationType::Unknown("refunds".to_owned()));
        let _ = world.client.terminal().notify(&other).await.unwrap();
        // The payment, if there is one, is among the transactions.
        assert!(world.sandbox.ledger().effects_of("sale").is_empty());
        world.sale("11.00");
        let listed = world.client.transactions().list(&TransactionFilter::new()).await.unwrap();
        assert_eq!(listed[0].amount, Some(dollars("11.00")));
    }
}
