//! What a payer's browser opens: the hosted cashier, the payout cashier, a provider's page, 3-D
//! Secure. How a token becomes a page no document says; here it is `/page/{token}`.

use super::{
    Call, Cashier, Refusal, Reply,
    transaction::{Kind, TransactionStatus, WaitsFor},
};
use crate::{answer::Answer, money::Money, world::World};

/// As long as the document's sample.
const TOKEN_LENGTH: usize = 50;

/// What a payer does on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Does {
    Complete,
    /// Pays another amount than the one asked for.
    Pay(Money),
    GiveUp,
}

pub(crate) fn token(world: &mut World) -> String {
    world.hash(TOKEN_LENGTH)
}

pub(crate) fn url(token: &str, world: &World) -> String {
    format!("{}/cashier/page/{token}", world.base_url)
}

impl Cashier {
    /// The payer completes the page at once, or, with `?cancel=true`, gives up.
    pub(crate) fn visit_page(&mut self, world: &mut World, call: &Call<'_>) -> Reply {
        let does = match call.request.query("cancel") {
            Some("true") => Does::GiveUp,
            _ => Does::Complete,
        };
        let token = call.params.first().map_or("", String::as_str);
        let status = match self.on_page(token, does, world) {
            Ok(status) => status,
            // A page that was completed says how that went.
            Err(refusal) => {
                self.page_place(token).map(|place| self.status_at(place)).ok_or(refusal)?
            }
        };
        let page = format!(
            "<!DOCTYPE html><html><head><title>Cashier</title></head><body>\
             <p>The transaction is {}. You can close this page.</p></body></html>\n",
            status.name()
        );
        Ok(Answer::text(200, "text/html; charset=utf-8", page))
    }

    /// What a payer does on a page, by its token; returns the status after it.
    pub(crate) fn on_page(
        &mut self,
        token: &str,
        does: Does,
        world: &mut World,
    ) -> Result<TransactionStatus, Refusal> {
        let no_page = || Refusal::of_status(404, "There is no such page");
        let place = self.page_place(token).ok_or_else(no_page)?;
        let transaction = self.transactions.get_mut(place).ok_or_else(no_page)?;
        if transaction.waits_for != WaitsFor::Payer {
            return Err(Refusal::conflict("The page has nothing to complete"));
        }
        if let Does::Pay(amount) = does {
            if transaction.amount_restricted {
                return Err(Refusal::conflict("The payer cannot change the amount"));
            }
            if amount.is_negative() || amount.is_zero() {
                return Err(Refusal::invalid("amount", "must be greater than 0"));
            }
            transaction.amount = amount;
        }
        let kind = transaction.kind;
        world.cause.operation = "cashier.pages.visit".to_owned();
        match (does, kind) {
            (Does::GiveUp, _) => self.decide(place, Some("The payer gave up"), world),
            (_, Kind::Deposit) => self.decide(place, None, world),
            (_, Kind::Withdrawal) => {
                transaction.waits_for = WaitsFor::Approval;
                transaction.is_known = true;
                self.tell(place, world);
            }
        }
        Ok(self.status_at(place))
    }

    pub(crate) fn transaction_on_page(&self, token: &str) -> Option<String> {
        let place = self.page_place(token)?;
        self.transactions.get(place).map(|it| it.id.clone())
    }

    pub(crate) fn page_of(&self, id: &str) -> Option<String> {
        self.transactions.iter().find(|it| it.id == id)?.page_token.clone()
    }

    fn page_place(&self, token: &str) -> Option<usize> {
        self.transactions.iter().position(|it| it.page_token.as_deref() == Some(token))
    }

    pub(crate) fn status_at(&self, place: usize) -> TransactionStatus {
        self.transactions.get(place).map_or(TransactionStatus::Pending, |it| it.status)
    }
}
