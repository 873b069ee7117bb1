//! Clients and sandbox call each operation the same, so that a fault rule, a line of the sandbox's log
//! and an error of a client are about the same thing.
//!
//! Neither counts what no client calls: the pages that a browser opens.

#![allow(clippy::panic, reason = "a test may fail")]

use std::collections::BTreeSet;

use pay_tests::suite;

fn sandbox_ids(provider: &str) -> Vec<&'static str> {
    match provider {
        "cashier" => pay_sandbox::cashier::operation_ids(),
        "numeropay" => pay_sandbox::numeropay::operation_ids(),
        "payanywhere" => pay_sandbox::payanywhere::operation_ids(),
        "payfirma" => pay_sandbox::payfirma::operation_ids(),
        "payroc" => pay_sandbox::payroc::operation_ids(),
        other => panic!("the sandbox does not imitate {other}"),
    }
}

#[test]
fn client_and_sandbox_name_the_same_operations() {
    let mut wrong = Vec::new();
    for suite in suite::all() {
        let client: BTreeSet<_> = suite.operations().iter().map(|row| row.id).collect();
        let sandbox: BTreeSet<_> = sandbox_ids(suite.name()).into_iter().collect();
        wrong.extend(sandbox.difference(&client).map(|id| format!("{id} is the sandbox's only")));
        wrong.extend(client.difference(&sandbox).map(|id| format!("{id} is the client's only")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(suite::all().len(), 5);
}
