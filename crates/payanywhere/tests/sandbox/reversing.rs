//! Voids before settlement, refunds after it.

use pay_sandbox::payanywhere::SaleKind;
use payanywhere::{Outcome, Reversal, TransactionUniqId};

use crate::world::{clerk, dollars, refund, void, world};

#[tokio::test]
async fn a_sale_is_voided_before_settlement_and_refunded_in_parts_after_it() {
    for status in ["200", "201"] {
        let world = world(&[("success_status", status)]).await;
        let transactions = world.client.transactions();
        let sale = world.sale("11.30");
        let voided = transactions.void(&void(&sale)).await.unwrap();
        assert_eq!(voided.status_code.as_deref(), Some("00"));
        assert!(voided.void_id.is_some() && voided.refund_id.is_none());
        assert!(transactions.get(&sale).await.unwrap().is_voided());
        assert_eq!(world.sandbox.ledger().total("void").to_string(), "11.3");

        let sale = world.settled_sale("11.30");
        for amount in ["3.10", "1.00", "7.20"] {
            let refunded = transactions.refund(&refund(&sale, amount)).await.unwrap();
            assert!(refunded.refund_id.is_some() && refunded.void_id.is_none());
        }
        assert_eq!(world.sandbox.ledger().total("refund").to_string(), "11.3");
        let refunds = transactions.children_of(&sale, world.yesterday()).await.unwrap();
        assert_eq!(refunds.len(), 3);
        assert!(refunds.iter().all(|refund| refund.is_reversal == Some(true)));
        let error = transactions.refund(&refund(&sale, "0.01")).await.unwrap_err();
        assert!(error.outcome().is_without_effect(), "{error:?}");
    }
}

#[tokio::test]
async fn a_decline_is_one_in_every_shape() {
    for shape in ["status-code", "402", "400"] {
        for status in ["200", "201"] {
            let world = world(&[("decline_shape", shape), ("success_status", status)]).await;
            let sale = world.settled_sale("20.00");
            let error =
                world.client.transactions().refund(&refund(&sale, "4.00")).await.unwrap_err();
            assert!(error.is_declined(), "{shape}: {error:?}");
            assert_eq!(error.outcome(), Outcome::Refused);
            assert_eq!(error.code(), Some("05"));
            assert!(error.body::<Reversal>().unwrap().is_declined());
            let open = world.sale("20.00");
            let error = world.client.transactions().void(&void(&open)).await.unwrap_err();
            assert!(error.is_declined(), "{shape}: {error:?}");
            assert_eq!((world.count("refund"), world.count("void")), (0, 0));
            assert_eq!((world.count("refund_declined"), world.count("void_declined")), (1, 1));
        }
    }
}

#[tokio::test]
async fn a_broken_rule_is_refused_unknown_or_declined_as_it_is_told() {
    for (rule, outcome, is_declined) in [
        ("400", Outcome::Refused, false),
        // Nobody says that a 409 means "not processed".
        ("409", Outcome::Unknown, false),
        ("status-code", Outcome::Refused, true),
    ] {
        for body in ["message", "detail", "nested", "plain-text", "empty"] {
            let world = world(&[("broken_rule", rule), ("error_body", body)]).await;
            let transactions = world.client.transactions();
            let (settled, open) = (world.settled_sale("11"), world.sale("13"));
            for error in [
                transactions.refund(&refund(&settled, "11.01")).await.unwrap_err(),
                transactions.refund(&refund(&open, "3.00")).await.unwrap_err(),
                transactions.void(&void(&settled)).await.unwrap_err(),
            ] {
                assert_eq!(error.outcome(), outcome, "{rule} {body}: {error:?}");
                assert_eq!(error.is_declined(), is_declined, "{rule}: {error:?}");
                let is_told = body != "empty" || rule == "status-code";
                assert_eq!(
                    error.message().contains("ale is") || error.message().contains("left"),
                    is_told
                );
            }
            assert_eq!((world.count("refund"), world.count("void")), (0, 0));
        }
    }
}

#[tokio::test]
async fn a_cash_sale_is_refunded_by_a_field_that_the_caller_names_and_never_voided() {
    let world = world(&[]).await;
    let payanywhere = world.sandbox.payanywhere();
    let id = payanywhere.add_sale("11.00".parse().unwrap(), SaleKind::Cash).unwrap();
    let sale = TransactionUniqId::cash_sale(id);
    let transactions = world.client.transactions();
    let error = transactions.void(&void(&sale)).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotSent, "{error:?}");
    payanywhere.close_batch().unwrap();
    let error = transactions.refund(&refund(&sale, "3.00")).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotSent, "{error:?}");
    assert_eq!(world.asked("payanywhere.transactions.refund"), 0);
    // The sandbox takes the same field for both.
    let named = refund(&sale, "3.00").number_field("ccs_pk");
    transactions.refund(&named).await.unwrap();
    let children = transactions.children_of(&sale, world.yesterday()).await.unwrap();
    assert_eq!(children[0].amount, Some(dollars("3.00")));
}

#[tokio::test]
async fn what_no_document_requires_is_sent_all_the_same() {
    for (username, form) in [("required", "text"), ("optional", "either")] {
        let world = world(&[("username", username), ("amount", form)]).await;
        let sale = world.settled_sale("11.00");
        let without = payanywhere::Refund::without_reference(sale, dollars("1"), clerk())
            .transaction_source("my-shop|1.0");
        world.client.transactions().refund(&without).await.unwrap();
        assert_eq!(world.sandbox.ledger().total("refund").to_string(), "1");
    }
}

#[tokio::test]
async fn a_sale_that_is_not_there_proves_nothing_by_its_status() {
    let world = world(&[]).await;
    let stranger = TransactionUniqId::credit_card_sale(99_999);
    let error = world.client.transactions().refund(&refund(&stranger, "3")).await.unwrap_err();
    // A 404 is documented for the login alone.
    assert_eq!(error.outcome(), Outcome::Unknown, "{error:?}");
    assert!(world.sandbox.ledger().is_empty());
}
