use cashier::{
    ApprovePayout, ApprovedPayout, Endpoint, Method, Outcome, PayoutCheckout, Reference,
    RejectPayout, Routes, Theme, TransactionId,
};

use crate::script::{Script, TRACKING_ID, order};

const BODY: &str = r#"{"transaction_id":"fb832194-34e1-4e6c-8494-d88034cf3e47"}"#;

fn id() -> Reference {
    Reference::new(TRACKING_ID).unwrap()
}

#[tokio::test]
async fn a_payout_checkout_is_sent_as_the_sample() {
    let script = Script::default().answer(200, r#"{"token":"Mtg4Oa"}"#);
    let checkout = PayoutCheckout::new(order()).theme(Theme::Dark);
    let token = script.sandbox().payouts().create(&checkout).await.unwrap();
    assert_eq!(token.token.expose(), "Mtg4Oa");
    let sent = &script.sent()[0];
    assert_eq!(sent.line, "POST https://gateway.test/api/payout");
    assert_eq!(
        sent.body,
        r#"{"request":{"mode":"test","theme":"dark","settings":{},"user_id":"128","tracking_id":"fb832194-34e1-4e6c-8494-d88034cf3e47","ip":"127.34.125.54","amount":10.05,"currency":"EUR","customer":{"first_name":"John","last_name":"Doe","kyc_status":"passed","email":"user@example.com","zip_code":"12345","address":"123 Main Street","city":"New York","dob":"05/03/2000","country_code":"GB","phone":{"country":"GB","number":783433252,"prefix":44}}}}"#
    );
}

#[tokio::test]
async fn an_approved_payout_is_pending_in_the_sample() {
    let script = Script::default().answer(
        200,
        r#"{"message": "Transaction Withdrawal has been approved successfully",
            "transaction_status": "pending"}"#,
    );
    let approved = script.sandbox().payouts().approve(&ApprovePayout::new(id())).await.unwrap();
    let ApprovedPayout::Pending { message } = approved.into_inner() else { panic!() };
    assert_eq!(message.unwrap(), "Transaction Withdrawal has been approved successfully");
    assert_eq!(script.sent()[0].line, "POST https://gateway.test/api/payout/approve");
    assert_eq!(script.sent()[0].body, BODY);
}

#[tokio::test]
async fn each_answer_to_an_approval_has_one_meaning() {
    for (body, expected) in [
        (r#"{"transaction_status":"successful"}"#, Ok(())),
        (r#"{"transaction_status":"rejected","message":"too late"}"#, Err(Outcome::Refused)),
        (r#"{"transaction_status":"approved"}"#, Err(Outcome::Unknown)),
        (r#"{"transaction_status":"pending","error":"x"}"#, Err(Outcome::Unknown)),
        (r#"{"message":"approved"}"#, Err(Outcome::Unknown)),
        ("{}", Err(Outcome::Unknown)),
        ("", Err(Outcome::Unknown)),
    ] {
        let script = Script::default().answer(200, body);
        let answer = script.sandbox().payouts().approve(&ApprovePayout::new(id())).await;
        match answer {
            Ok(approved) => {
                assert_eq!(expected, Ok(()), "{body}");
                assert_eq!(approved.into_inner(), ApprovedPayout::Successful { message: None });
            }
            Err(error) => {
                assert_eq!(Err(error.outcome()), expected, "{body}");
                assert_eq!(error.is_declined(), body.contains("rejected"), "{body}");
            }
        }
    }
}

#[tokio::test]
async fn a_rejection_is_answered_by_an_empty_object() {
    for body in [
        "{ }",
        r#"{"message":"","errors":[],"new":{"a":1}}"#,
        r#"{"transaction_status":"rejected","message":"done"}"#,
    ] {
        let script = Script::default().answer(200, body);
        script.sandbox().payouts().reject(&RejectPayout::new(id())).await.unwrap();
        assert_eq!(script.sent()[0].line, "POST https://gateway.test/api/payout/reject");
        assert_eq!(script.sent()[0].body, BODY);
    }
    for body in [
        "",
        "[]",
        "ok",
        r#"{"error":"not pending"}"#,
        r#"{"message":"not pending"}"#,
        r#"{"errors":["not pending"]}"#,
        r#"{"code":7}"#,
        r#"{"transaction_status":"successful"}"#,
        r#"{"transaction_status":"pending"}"#,
        r#"{"transaction_status":"gone"}"#,
    ] {
        let script = Script::default().answer(200, body);
        let answer = script.sandbox().payouts().reject(&RejectPayout::new(id())).await;
        assert_eq!(answer.unwrap_err().outcome(), Outcome::Unknown, "{body}");
    }
}

#[tokio::test]
async fn an_id_in_the_path_cannot_change_the_route() {
    let mut routes = Routes::default();
    routes.payout_reject = Some(Endpoint::new(Method::DELETE, "/payouts/{transaction_id}/pending"));
    let script = Script::default().answer(200, "{}");
    let client = script.client(routes);
    let id = TransactionId::new("a%2F?x=1#&").unwrap();
    client.payouts().reject(&RejectPayout::new(id)).await.unwrap();
    assert_eq!(
        script.sent()[0].line,
        "DELETE https://gateway.test/api/payouts/a%252F%3Fx%3D1%23%26/pending"
    );
    for odd in ["", "..", "a/b", "a b", "é"] {
        let id: TransactionId = serde_json::from_str(&format!("{odd:?}")).unwrap();
        let error = client.payouts().reject(&RejectPayout::new(id)).await.unwrap_err();
        assert!(error.is_invalid(), "{odd}");
        assert_eq!(error.field_errors()[0].field, "transaction_id", "{odd}");
    }
    assert_eq!(script.sent().len(), 1);
}

#[tokio::test]
async fn extra_fields_are_sent() {
    let script = Script::default().answer(200, r#"{"transaction_status":"pending"}"#);
    let approval = ApprovePayout::new(id()).extra("note", "by hand").unwrap();
    let _ = script.sandbox().payouts().approve(&approval).await.unwrap();
    assert_eq!(
        script.sent()[0].body,
        r#"{"transaction_id":"fb832194-34e1-4e6c-8494-d88034cf3e47","note":"by hand"}"#
    );
}
