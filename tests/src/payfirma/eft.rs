//! Electronic funds transfer.

use payfirma::{BankDeposit, Client, EftRequest, SendFunds};

use super::{
    client::call,
    values::{amount, customer, reference},
};
use crate::{
    case::Case,
    told::{refusal, told, value},
};

pub(crate) fn cases() -> Vec<Case> {
    let requests = [
        "eft.request_funds/pending",
        "eft.request_funds/pending_with_success",
        "eft.request_funds/completed",
        "eft.request_funds/declined",
        "eft.request_funds/another_amount",
    ];
    let others = [
        call("eft.balance/sample", balance),
        call("eft.balance/without_a_balance", balance),
        call("eft.incoming_requests/sample", incoming_requests),
        call("eft.incoming_requests/empty", incoming_requests),
        call("eft.bank_deposit/pending", |client| async move {
            let deposit = BankDeposit::new(amount("1"), reference());
            told(client.eft().bank_deposit(&deposit).await)
        }),
        call("eft.send_funds/pending", |client| async move {
            let funds = SendFunds::new(amount("1"), reference());
            let funds = funds.extra("email", "brandon@stark.com").unwrap();
            told(client.eft().send_funds(&funds).await)
        }),
    ];
    requests.map(|fixture| call(fixture, request_funds)).into_iter().chain(others).collect()
}

async fn balance(client: Client) -> String {
    told(client.eft().balance().await)
}

async fn incoming_requests(client: Client) -> String {
    match client.eft().incoming_requests().await {
        Ok(requests) => {
            let times: Vec<_> = requests.iter().map(|request| request.date_time()).collect();
            let urls: Vec<_> = requests.iter().map(|request| &request.redirect_url).collect();
            format!("{}\ntimes: {times:?}\nredirect_urls: {urls:?}", value(&*requests))
        }
        Err(error) => refusal(&error),
    }
}

async fn request_funds(client: Client) -> String {
    let request = EftRequest::new(customer(), amount("1"), reference());
    told(client.eft().request_funds(&request).await)
}
