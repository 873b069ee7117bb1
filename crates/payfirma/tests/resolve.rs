//! Finding out about lost calls, with every setting of the sandbox that could mislead the search.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use pay_sandbox::{Fault, FaultKind, Phase, Sandbox};
use payfirma::{
    Amount, Authorize, Capture, Card, Client, Confirmed, Environment, Error, Found, LostCall,
    NewCard, NewCustomer, Outcome, Reference, Refund, Resolution, Sale, StoredCardSale,
};

struct World {
    sandbox: Sandbox,
    client: Client,
}

async fn world(switches: &[(&str, &str)]) -> World {
    let sandbox = Sandbox::start().await.unwrap();
    for (name, setting) in switches {
        sandbox.set_by_name(name, setting).unwrap();
    }
    let account = sandbox.payfirma();
    let environment = Environment::custom(&account.auth_url(), &account.gateway_url()).unwrap();
    let client = Client::builder(environment)
        .client_credentials(account.client_id(), account.client_secret())
        .build()
        .unwrap();
    World { sandbox, client }
}

impl World {
    /// The next call of this operation takes effect and its answer is lost.
    fn lose_the_next(&self, operation: &str) {
        let fault = Fault::new(FaultKind::Reset).on(operation).phase(Phase::After).limit(1);
        self.sandbox.add_fault(fault).unwrap();
    }

    async fn resolve(&self, lost: &LostCall) -> Resolution<Found> {
        self.client.resolve(lost).await.unwrap()
    }
}

fn lost<T: std::fmt::Debug>(result: Result<T, Error>) -> LostCall {
    let error = result.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown, "{error:?}");
    error.lost_call().unwrap().clone()
}

fn card() -> Card {
    let text = ("4111111111111111", "12/39", "595");
    Card::new(text.0.parse().unwrap(), text.1.parse().unwrap(), text.2.parse().unwrap())
}

fn dollars(text: &str) -> Amount {
    text.parse().unwrap()
}

fn sale(amount: &str) -> Sale {
    Sale::new(dollars(amount), card(), Reference::random())
}

#[track_caller]
fn is_applied(resolution: &Resolution<Found>) {
    assert!(matches!(resolution, Resolution::Confirmed(Confirmed::Applied(_))), "{resolution:?}");
}

#[tokio::test]
async fn a_lost_decline_is_confirmed_as_a_decline() {
    let world = world(&[]).await;
    world.lose_the_next("payfirma.transactions.sale");
    let lost = lost(world.client.transactions().sale(&sale("12.00")).await);
    let found = world.resolve(&lost).await;
    assert!(matches!(found, Resolution::Confirmed(Confirmed::Declined(_))), "{found:?}");
}

#[tokio::test]
async fn among_equals_the_reference_decides() {
    for envelope in ["entities", "bare-array", "named", "single-cursor"] {
        let world = world(&[("payfirma.list_envelope", envelope)]).await;
        for _ in 0..3 {
            world.client.transactions().sale(&sale("11.00")).await.unwrap();
        }
        world.lose_the_next("payfirma.transactions.sale");
        let ours = sale("11.00");
        let lost = lost(world.client.transactions().sale(&ours).await);
        let found = world.resolve(&lost).await;
        let Resolution::Confirmed(Confirmed::Applied(found)) = found else { panic!("{found:?}") };
        let reference = ours.lost_call().reference().unwrap().to_string();
        assert_eq!(found.transaction().unwrap().invoice_id, Some(reference));
    }
}

#[tokio::test]
async fn without_an_echo_even_a_single_look_alike_is_only_a_candidate() {
    let world = world(&[("payfirma.echo_references", "off")]).await;
    world.lose_the_next("payfirma.transactions.sale");
    let lost = lost(world.client.transactions().sale(&sale("11.00")).await);
    let found = world.resolve(&lost).await;
    assert!(matches!(&found, Resolution::Candidates(found) if found.len() == 1), "{found:?}");
}

#[tokio::test]
async fn what_never_arrived_is_not_seen_and_no_other_sale_is_taken_for_it() {
    let world = world(&[]).await;
    world.client.transactions().sale(&sale("11.00")).await.unwrap();
    let fault = Fault::new(FaultKind::Close).on("payfirma.transactions.sale").phase(Phase::Before);
    world.sandbox.add_fault(fault.limit(1)).unwrap();
    let lost = lost(world.client.transactions().sale(&sale("11.00")).await);
    let found = world.resolve(&lost).await;
    assert!(matches!(found, Resolution::NotSeen { .. }), "{found:?}");
    assert_eq!(world.sandbox.ledger().count("sale"), 1);
}

#[tokio::test]
async fn a_reference_that_was_used_twice_proves_nothing() {
    let world = world(&[]).await;
    let ours = sale("11.00");
    world.client.transactions().sale(&ours).await.unwrap();
    world.lose_the_next("payfirma.transactions.sale");
    let lost = lost(world.client.transactions().sale(&ours).await);
    let found = world.resolve(&lost).await;
    assert!(matches!(&found, Resolution::Candidates(found) if found.len() == 2), "{found:?}");
}

#[tokio::test]
async fn the_time_zone_of_the_filter_does_not_matter() {
    for zone in ["utc", "eastern", "pacific"] {
        for to_date in ["inclusive", "exclusive"] {
            let switches = [("payfirma.date_zone", zone), ("payfirma.to_date", to_date)];
            let world = world(&switches).await;
            world.lose_the_next("payfirma.transactions.sale");
            let lost = lost(world.client.transactions().sale(&sale("11.00")).await);
            is_applied(&world.resolve(&lost).await);
        }
    }
}

#[tokio::test]
async fn a_list_that_goes_round_is_an_error_and_no_answer() {
    let world = world(&[("payfirma.list_end", "repeats")]).await;
    world.lose_the_next("payfirma.transactions.sale");
    let lost = lost(world.client.transactions().sale(&sale("11.00")).await);
    let error = world.client.resolve(&lost).await.unwrap_err();
    assert_eq!(error.kind(), payfirma::ErrorKind::Unreadable);
}

#[tokio::test]
async fn captures_and_refunds_are_found_by_their_description() {
    let world = world(&[]).await;
    let transactions = world.client.transactions();
    let hold = Authorize::new(dollars("21.00"), card(), Reference::random());
    let held = transactions.authorize(&hold).await.unwrap();
    world.lose_the_next("payfirma.transactions.capture");
    let capture = Capture::new(held.id.clone(), dollars("21.00"), Reference::random());
    let lost_capture = lost(transactions.capture(&capture).await);
    let found = world.resolve(&lost_capture).await;
    is_applied(&found);
    let Resolution::Confirmed(Confirmed::Applied(found)) = found else { unreachable!() };
    let captured = found.transaction().unwrap().id.clone();
    world.lose_the_next("payfirma.transactions.refund");
    let refund = Refund::new(captured, dollars("1.00"), Reference::random());
    is_applied(&world.resolve(&lost(transactions.refund(&refund).await)).await);
}

#[tokio::test]
async fn a_refund_without_an_echo_shows_in_the_original_but_may_be_the_portals() {
    let world = world(&[("payfirma.echo_references", "off")]).await;
    let transactions = world.client.transactions();
    let charged = transactions.sale(&sale("11.00")).await.unwrap();
    let before = charged.amount_refunded.unwrap_or(Amount::ZERO);
    let refund = Refund::new(charged.id.clone(), dollars("3.00"), Reference::random());
    world.lose_the_next("payfirma.transactions.refund");
    let lost = lost(transactions.refund(&refund).await).with_before(before);
    let found = world.resolve(&lost).await;
    assert!(matches!(found, Resolution::Candidates(_)), "{found:?}");
}

#[tokio::test]
async fn a_stored_card_sale_is_confirmed_only_if_its_reference_comes_back() {
    for (setting, confirmed) in [("echoed", true), ("ignored", false)] {
        let world = world(&[("payfirma.stored_card_references", setting)]).await;
        let customer = NewCustomer::new("a@b.ca".parse().unwrap(), Reference::random());
        let customer = world.client.customers().create(&customer).await.unwrap();
        let id = customer.lookup_id.clone();
        let new_card = NewCard::new(id.clone(), card(), Reference::random());
        world.client.cards().add(&new_card).await.unwrap();
        world.lose_the_next("payfirma.transactions.sale_customer");
        let sale = StoredCardSale::new(dollars("11.00"), id).reference(Reference::random());
        let lost = lost(world.client.transactions().sale_stored(&sale).await);
        let found = world.resolve(&lost).await;
        let is_confirmed = matches!(found, Resolution::Confirmed(Confirmed::Applied(_)));
        assert_eq!(is_confirmed, confirmed, "{found:?}");
        assert!(is_confirmed || matches!(found, Resolution::Candidates(_)), "{found:?}");
    }
}

#[tokio::test]
async fn customers_and_cards_are_found_by_what_they_carry() {
    let world = world(&[]).await;
    world.lose_the_next("payfirma.customers.create");
    let customer = NewCustomer::new("a@b.ca".parse().unwrap(), Reference::random());
    let found = world.resolve(&lost(world.client.customers().create(&customer).await)).await;
    let Resolution::Confirmed(Confirmed::Applied(found)) = found else { panic!("{found:?}") };
    let id = found.customer().unwrap().lookup_id.clone();
    world.lose_the_next("payfirma.cards.add");
    let new_card = NewCard::new(id, card(), Reference::random());
    is_applied(&world.resolve(&lost(world.client.cards().add(&new_card).await)).await);
}

#[tokio::test]
async fn a_call_of_somebody_else_is_refused() {
    let world = world(&[]).await;
    let strange = LostCall::new("other.sale", time::OffsetDateTime::now_utc());
    assert!(world.client.resolve(&strange).await.unwrap_err().is_invalid());
}
