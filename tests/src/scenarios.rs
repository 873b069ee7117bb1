//! One function per promise, for any provider. A promise is looked at from the server's side: how
//! many requests came, and what was in them.

mod connections;
mod destinations;
mod replies;
mod secrets;
mod stage;
mod statuses;
mod tokens;
mod verdicts;

pub use self::{
    connections::{
        cut_reply, garbage, lost_connection, oversized_reply, refused_connection, stalled_reply,
    },
    destinations::{ids_that_need_encoding, plain_http, redirect},
    replies::{
        absent_fields, exact_amounts, support_ticket, unknown_fields_and_values, wrong_types,
    },
    secrets::nothing_leaks,
    statuses::{
        server_error_on_read, server_error_on_write, throttled_read_waits_seconds,
        throttled_read_waits_until_date, throttled_write_is_not_sent_again,
    },
    tokens::{
        expiry_causes_one_login, first_login_is_shared, refused_credentials_are_remembered,
        unauthorized_once, unauthorized_twice,
    },
    verdicts::{contradiction, decline_under_server_error, declines, unknown_verdict},
};
