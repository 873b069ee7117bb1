//! What can be wanted of Payfirma, and what the sandbox calls it.

use crate::faults::{provider::Deed, schedule::Action};

pub(super) fn actions() -> &'static [Action] {
    use Action::{
        Authorize, Capture, Card, Checkout, ChosenAuthorize, ChosenSale, Customer, Deposit, Draft,
        Get, Invoice, List, Mail, MailTo, Plan, Refund, Sale, Send, StoredAuthorize, StoredSale,
        Subscription, Terminal, TerminalAuthorize, TerminalCapture, TerminalRefund,
        TerminalStoredSale, TokenSale, Transfer,
    };
    &[
        Sale,
        Sale,
        Sale,
        Sale,
        Sale,
        Sale,
        Sale,
        Sale,
        StoredSale,
        StoredSale,
        Authorize,
        Authorize,
        Authorize,
        Capture,
        Capture,
        Refund,
        Refund,
        Refund,
        Refund,
        Transfer,
        Transfer,
        Customer,
        Customer,
        List,
        List,
        Get,
        Get,
        TokenSale,
        ChosenSale,
        StoredAuthorize,
        ChosenAuthorize,
        Terminal,
        TerminalStoredSale,
        TerminalAuthorize,
        TerminalCapture,
        TerminalRefund,
        Deposit,
        Send,
        Card,
        Plan,
        Subscription,
        Invoice,
        Draft,
        Mail,
        MailTo,
        Checkout,
    ]
}

pub(super) fn builds_on(action: Action) -> &'static [Action] {
    use Action::{
        Authorize, Capture, ChosenAuthorize, ChosenSale, Draft, Get, Invoice, Mail, MailTo, Refund,
        Sale, StoredAuthorize, StoredSale, Terminal, TerminalAuthorize, TerminalCapture,
        TerminalRefund, TerminalStoredSale, TokenSale,
    };
    match action {
        Capture => &[Authorize, StoredAuthorize, ChosenAuthorize],
        Refund => &[Sale, StoredSale, TokenSale, ChosenSale],
        TerminalCapture => &[TerminalAuthorize],
        TerminalRefund => &[Terminal, TerminalStoredSale],
        Mail | MailTo => &[Draft, Invoice],
        Get => &[Sale, Authorize],
        _ => &[],
    }
}

pub(super) fn deed(action: Action) -> Deed {
    let sale = |operation| Deed::payment(operation, &["sale"], &["sale_declined"]);
    let hold = |operation| Deed::payment(operation, &["authorize"], &["authorize_declined"]);
    let capture = |operation| Deed::payment(operation, &["capture"], &["capture_declined"]);
    let refund = |operation| Deed::payment(operation, &["refund"], &["refund_declined"]);
    match action {
        Action::Sale => sale("payfirma.transactions.sale"),
        Action::TokenSale => sale("payfirma.transactions.sale_token"),
        Action::StoredSale => sale("payfirma.transactions.sale_customer"),
        Action::ChosenSale => sale("payfirma.transactions.sale_customer_card"),
        Action::Authorize => hold("payfirma.transactions.authorize"),
        Action::StoredAuthorize => hold("payfirma.transactions.authorize_customer"),
        Action::ChosenAuthorize => hold("payfirma.transactions.authorize_customer_card"),
        Action::Capture => capture("payfirma.transactions.capture"),
        Action::Refund => refund("payfirma.transactions.refund"),
        Action::Terminal => sale("payfirma.terminal.sale"),
        Action::TerminalStoredSale => sale("payfirma.terminal.sale_customer"),
        Action::TerminalAuthorize => hold("payfirma.terminal.authorize"),
        Action::TerminalCapture => capture("payfirma.terminal.capture"),
        Action::TerminalRefund => refund("payfirma.terminal.refund"),
        Action::Transfer => Deed::payment("payfirma.eft.request_funds", &["eft_request"], &[])
            .undone(&["eft_request_declined"]),
        Action::Deposit => {
            Deed::payment("payfirma.eft.bank_deposit", &["eft_deposit"], &["eft_deposit_declined"])
        }
        Action::Send => {
            Deed::payment("payfirma.eft.send_funds", &["eft_send"], &["eft_send_declined"])
        }
        Action::Customer => Deed::change("payfirma.customers.create", &["customer_created"]),
        Action::Card => Deed::change("payfirma.cards.add", &["card_added"]),
        Action::Plan => Deed::payment("payfirma.plans.create", &["plan_created"], &[]),
        Action::Subscription => {
            Deed::payment("payfirma.subscriptions.add", &["subscription_added"], &[])
        }
        Action::Invoice => Deed::payment("payfirma.invoices.create", &["invoice_created"], &[]),
        Action::Draft => Deed::payment("payfirma.invoices.draft", &["invoice_drafted"], &[]),
        Action::Mail => Deed::change("payfirma.invoices.send", &["invoice_sent"]),
        Action::MailTo => Deed::change("payfirma.invoices.send_to", &["invoice_sent"]),
        Action::Checkout => {
            Deed::payment("payfirma.hosted_page.init", &["hosted_page_created"], &[])
        }
        Action::Get => Deed::read("payfirma.transactions.get"),
        _ => Deed::read("payfirma.transactions.list"),
    }
}

/// Fields of all answers, for faults that spoil one: first those of a transaction.
pub(super) const FIELDS: &[&str] = &[
    "transaction_result",
    "transaction_success",
    "transaction_type",
    "transaction_time",
    "amount",
    "id",
    "lookup_id",
    "invoice_id",
    "description",
    "access_token",
    "expires_in",
    "entities",
];
const OF_A_TRANSACTION: usize = 9;

/// Those of the answers to this action.
pub(super) fn fields(action: Action) -> &'static [&'static str] {
    match action {
        Action::Customer => &["lookup_id", "id", "email", "cards", "subscriptions"],
        Action::Card => &["lookup_id", "id", "cards", "card_suffix", "card_description"],
        Action::Plan => &["lookup_id", "id", "amount", "name", "frequency", "currency"],
        Action::Subscription => {
            &["lookup_id", "id", "subscriptions", "plan_lookup_id", "amount", "status"]
        }
        Action::Invoice | Action::Draft | Action::Mail | Action::MailTo => {
            &["lookup_id", "id", "total", "description", "currency", "status"]
        }
        Action::Checkout => &["url"],
        Action::List => FIELDS,
        _ => FIELDS.split_at(OF_A_TRANSACTION).0,
    }
}
