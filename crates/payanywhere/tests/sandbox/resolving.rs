//! Finding out about lost calls, with every setting that could mislead the search. Nothing that is
//! sent comes back, and the portal refunds and voids too: so nothing is ever confirmed here.

use std::time::Duration;

use pay_sandbox::{Fault, FaultKind, Phase};
use payanywhere::{IframeCharge, IframeToken, Resolution, Transaction, TransactionPath};

use crate::world::{CHARGE, REFUND, VOID, builder, dollars, lost, refund, void, world};

#[track_caller]
fn candidates(resolution: Resolution<Transaction>, count: usize) -> Vec<Transaction> {
    let Resolution::Candidates(found) = resolution else { panic!("{resolution:?}") };
    assert_eq!(found.len(), count, "{found:#?}");
    found
}

#[track_caller]
fn not_seen(resolution: &Resolution<Transaction>) {
    assert!(matches!(resolution, Resolution::NotSeen { .. }), "{resolution:?}");
}

#[tokio::test]
async fn a_lost_refund_is_a_candidate_in_every_zone_and_form() {
    for (zone, end_day) in
        [("utc", "included"), ("utc", "midnight"), ("eastern", "included"), ("eastern", "midnight")]
    {
        for (order, unset) in [("newest-first", "null"), ("oldest-first", "absent")] {
            let world = world(&[
                ("zone", zone),
                ("end_day", end_day),
                ("list_order", order),
                ("unset_fields", unset),
                ("default_range", "1"),
            ])
            .await;
            let (sale, other) = (world.settled_sale("11.00"), world.settled_sale("11.00"));
            let transactions = world.client.transactions();
            transactions.refund(&refund(&other, "3.00")).await.unwrap();
            transactions.refund(&refund(&sale, "1.00")).await.unwrap();
            world.lose_the_next(REFUND);
            let lost = lost(transactions.refund(&refund(&sale, "3.00")).await);
            let kept = serde_json::to_string(&lost).unwrap();
            let found = world.resolve(&serde_json::from_str(&kept).unwrap()).await;
            let found = candidates(found, 1);
            assert!(found[0].is_child_of(&sale) && found[0].amount == Some(dollars("3.00")));
        }
    }
}

#[tokio::test]
async fn a_refund_of_the_portals_looks_the_same_and_an_old_one_is_known() {
    let world = world(&[]).await;
    let sale = world.settled_sale("21.00");
    let transactions = world.client.transactions();
    transactions.refund(&refund(&sale, "3.00")).await.unwrap();
    let children = transactions.children_of(&sale, world.yesterday()).await.unwrap();
    let known: Vec<_> = children.iter().filter_map(|child| child.uniq_id.clone()).collect();
    assert_eq!(known.len(), 1);

    world.disturb(REFUND, Fault::new(FaultKind::Close).phase(Phase::Before).limit(1));
    let asked = refund(&sale, "3.00").known_children(known);
    let lost = lost(transactions.refund(&asked).await);
    not_seen(&world.resolve(&lost).await);
    let number = sale.number().unwrap();
    world.sandbox.payanywhere().refund_in_portal(number, "3.00".parse().unwrap()).unwrap();
    candidates(world.resolve(&lost).await, 1);
    assert_eq!(world.asked(REFUND), 2);
}

#[tokio::test]
async fn a_list_that_lags_or_an_effect_that_follows_is_found_later() {
    let world = world(&[("listing_lag", "60")]).await;
    let sale = world.settled_sale("11.00");
    world.lose_the_next(REFUND);
    let lagging = lost(world.client.transactions().refund(&refund(&sale, "3.00")).await);
    not_seen(&world.resolve(&lagging).await);
    world.sandbox.advance(Duration::from_secs(61));
    candidates(world.resolve(&lagging).await, 1);

    let later = Fault::new(FaultKind::Reset).phase(Phase::Later(Duration::from_secs(30)));
    world.disturb(REFUND, later.limit(1));
    let following = lost(world.client.transactions().refund(&refund(&sale, "1.00")).await);
    not_seen(&world.resolve(&following).await);
    world.sandbox.advance(Duration::from_secs(120));
    candidates(world.resolve(&following).await, 1);
    assert_eq!(world.count("refund"), 2);
}

#[tokio::test]
async fn a_lost_void_shows_in_the_sale_and_may_be_the_portals() {
    for wrapper in ["bare", "transaction", "list"] {
        for by_portal in [false, true] {
            let world = world(&[("single_wrapper", wrapper)]).await;
            let sale = world.sale("11.00");
            if by_portal {
                world.disturb(VOID, Fault::new(FaultKind::Close).phase(Phase::Before).limit(1));
            } else {
                world.lose_the_next(VOID);
            }
            let lost = lost(world.client.transactions().void(&void(&sale)).await);
            if by_portal {
                not_seen(&world.resolve(&lost).await);
                world.sandbox.payanywhere().void_in_portal(sale.number().unwrap()).unwrap();
            }
            let found = candidates(world.resolve(&lost).await, 1);
            assert!(found[0].is_voided());
            assert_eq!(world.count("void"), 1);
        }
    }
}

#[tokio::test]
async fn where_the_other_id_belongs_into_the_path_that_is_said() {
    let world = world(&[("single_id", "uniq-id")]).await;
    let sale = world.sale("11.00");
    world.lose_the_next(VOID);
    let lost = lost(world.client.transactions().void(&void(&sale)).await);
    let found = world.resolve(&lost).await;
    let Resolution::Inconclusive { why } = found else { panic!("{found:?}") };
    assert!(why.contains("transaction_path"), "{why}");
    let by_uniq_id = builder(&world.sandbox).transaction_path(TransactionPath::UniqId);
    candidates(by_uniq_id.build().unwrap().resolve(&lost).await.unwrap(), 1);
}

#[tokio::test]
async fn a_lost_charge_is_one_of_those_of_its_amount() {
    let world = world(&[]).await;
    let payanywhere = world.sandbox.payanywhere();
    let charge = |amount: &str| {
        let token = payanywhere.card_token("4111111111111111", 12, 39, "123").unwrap();
        let key = payanywhere.merchant().gateway_public_key;
        IframeCharge::new(IframeToken::new(token).unwrap(), dollars(amount), key)
    };
    let iframe = world.client.iframe();
    iframe.charge(&charge("13.00")).await.unwrap();
    // Refunds are no charges, though of the same amount.
    let sale = world.settled_sale("17.00");
    world.client.transactions().refund(&refund(&sale, "11.00")).await.unwrap();
    world.lose_the_next(CHARGE);
    let first = lost(iframe.charge(&charge("11.00")).await);
    candidates(world.resolve(&first).await, 1);
    iframe.charge(&charge("11.00")).await.unwrap();
    candidates(world.resolve(&first).await, 2);
    // A decline leaves nothing to be found.
    world.lose_the_next(CHARGE);
    let declined = lost(iframe.charge(&charge("18.00")).await);
    not_seen(&world.resolve(&declined).await);
    assert_eq!(world.asked(CHARGE), 4);
}

#[tokio::test]
async fn nothing_is_concluded_from_a_search_that_fails() {
    let world = world(&[]).await;
    let sale = world.settled_sale("11.00");
    world.lose_the_next(REFUND);
    let lost = lost(world.client.transactions().refund(&refund(&sale, "3.00")).await);
    let kind = FaultKind::Status { status: 500, headers: Vec::new(), body: None };
    world.disturb("payanywhere.transactions.list", Fault::new(kind));
    assert!(world.client.resolve(&lost).await.unwrap_err().is_provider_fault());
    world.sandbox.clear_faults();
    candidates(world.resolve(&lost).await, 1);
    // Another account has other transactions: it is not asked.
    let other = world.sandbox.payanywhere().other_merchant();
    let stranger = builder(&world.sandbox)
        .mid(other.mid)
        .developer_key(other.developer_key)
        .password(other.password)
        .app_source(other.app_source)
        .build()
        .unwrap();
    assert!(stranger.resolve(&lost).await.unwrap_err().is_invalid());
}
