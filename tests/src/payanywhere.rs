//! North's Payanywhere proxy in the contract.

mod amounts;
mod auth;
mod client;
mod connections;
mod ids;
mod leaks;
mod requests;
mod subject;
mod transactions;

use std::path::Path;

use futures_util::future::LocalBoxFuture;
use pay_core::{BoxFuture, provider::Operation};
use payanywhere::operations;

use crate::{
    case::Case,
    promise::{Plan, Promise},
    scenarios as shown_by,
    subject::common_secrets,
    suite::{Recorded, Suite},
};

/// North's Payanywhere proxy.
#[derive(Clone, Copy, Debug)]
pub struct PayAnywhere;

impl Suite for PayAnywhere {
    fn name(&self) -> &'static str {
        "payanywhere"
    }

    fn operations(&self) -> &'static [&'static Operation] {
        operations::ALL
    }

    fn user_agent(&self) -> &'static str {
        "payanywhere-rust/"
    }

    fn cases(&self) -> Vec<Case> {
        [auth::cases(), transactions::cases(), requests::cases()].into_iter().flatten().collect()
    }

    fn keep(&self, promise: Promise) -> Plan {
        let it = *self;
        match promise {
            Promise::FirstLoginIsShared => Plan::run(shown_by::first_login_is_shared(it)),
            Promise::ExpiryCausesOneLogin => Plan::run(shown_by::expiry_causes_one_login(it)),
            Promise::UnauthorizedOnce => Plan::run(shown_by::unauthorized_once(it)),
            Promise::UnauthorizedTwice => Plan::run(shown_by::unauthorized_twice(it)),
            Promise::RefusedCredentialsAreRemembered => {
                Plan::run(shown_by::refused_credentials_are_remembered(it))
            }
            Promise::ThrottledReadWaitsSeconds => {
                Plan::run(shown_by::throttled_read_waits_seconds(it))
            }
            Promise::ThrottledReadWaitsUntilDate => {
                Plan::run(shown_by::throttled_read_waits_until_date(it))
            }
            Promise::ThrottledWriteIsNotSentAgain => {
                Plan::run(shown_by::throttled_write_is_not_sent_again(it))
            }
            Promise::ServerErrorOnRead => Plan::run(shown_by::server_error_on_read(it)),
            Promise::ServerErrorOnWrite => Plan::run(shown_by::server_error_on_write(it)),
            Promise::RefusedConnection => Plan::run(connections::refused()),
            Promise::CutReply => Plan::run(shown_by::cut_reply(it)),
            Promise::LostConnection => Plan::run(shown_by::lost_connection(it)),
            Promise::StalledReply => Plan::run(shown_by::stalled_reply(it)),
            Promise::Garbage => Plan::run(shown_by::garbage(it)),
            Promise::OversizedReply => Plan::run(shown_by::oversized_reply(it)),
            Promise::Redirect => Plan::run(shown_by::redirect(it)),
            Promise::PlainHttp => Plan::run(shown_by::plain_http(it)),
            Promise::IdsThatNeedEncoding => Plan::run(ids::encoded()),
            Promise::ExactAmounts => Plan::run(amounts::exact()),
            Promise::UnknownFieldsAndValues => Plan::run(shown_by::unknown_fields_and_values(it)),
            Promise::AbsentFields => Plan::run(shown_by::absent_fields(it)),
            Promise::WrongTypes => Plan::run(shown_by::wrong_types(it)),
            Promise::UnknownVerdict => Plan::run(shown_by::unknown_verdict(it)),
            Promise::Declines => Plan::run(shown_by::declines(it)),
            Promise::DeclineUnderServerError => Plan::run(shown_by::decline_under_server_error(it)),
            Promise::Contradiction => Plan::run(shown_by::contradiction(it)),
            Promise::SupportTicket => Plan::run(shown_by::support_ticket(it)),
            Promise::NothingLeaks => Plan::run(leaks::nothing_leaks(self.secrets())),
        }
    }

    fn secrets(&self) -> Vec<String> {
        let of_fixtures = client::SECRETS.iter().map(|secret| (*secret).to_owned());
        common_secrets().into_iter().chain(of_fixtures).collect()
    }

    fn public_samples(&self) -> &'static [&'static str] {
        client::PUBLIC_SAMPLES
    }

    fn record<'a>(&'a self, _: &'a Path) -> BoxFuture<'a, Result<Recorded, String>> {
        Box::pin(async { Err("payanywhere has no walk to record yet".to_owned()) })
    }

    fn replay<'a>(&'a self, _: &'a Path) -> LocalBoxFuture<'a, Result<Option<Recorded>, String>> {
        Box::pin(async { Ok(None) })
    }
}
