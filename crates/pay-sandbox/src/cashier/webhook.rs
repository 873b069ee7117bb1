//! Webhooks: what is told, how it is written, how it is signed.

use sha1::{Digest, Sha1};

use super::{
    Cashier, SIGNATURE_PASSWORD,
    switches::{
        WebhookAttempts, WebhookBody, WebhookCopies, WebhookHex, WebhookOrder, WebhookPending,
        WebhookRetry, WebhookSignature,
    },
    transaction::{Kind, Transaction, TransactionStatus},
};
use crate::{
    clock::Millis,
    json::{Json, Object},
    outbox::Message,
    world::World,
};

impl Cashier {
    /// Tells the merchant how a transaction stands, if that is told at all.
    pub(crate) fn tell(&mut self, place: usize, world: &mut World) {
        let Some(transaction) = self.transactions.get(place) else { return };
        let is_pending = transaction.status == TransactionStatus::Pending;
        let is_told = match world.switch() {
            WebhookPending::Withdrawals => transaction.kind == Kind::Withdrawal,
            WebhookPending::All => true,
            WebhookPending::Never => false,
        };
        if is_pending && !is_told {
            return;
        }
        let id = transaction.id.clone();
        let message = self.message(transaction, world);
        if is_pending && world.switch::<WebhookOrder>() == WebhookOrder::LatestFirst {
            self.held_back.push((id, message));
            return;
        }
        send(message, world);
        // Now what was held back has been overtaken.
        for (_, late) in self.held_back.extract_if(.., |(about, _)| *about == id) {
            send(late, world);
        }
    }

    /// Tells once more how a transaction stands now, whatever the switches say of its status.
    pub(crate) fn tell_again(&self, place: usize, world: &mut World) -> bool {
        let message = self.transactions.get(place).map(|it| self.message(it, world));
        let found = message.is_some();
        message.into_iter().for_each(|message| send(message, world));
        found
    }

    fn message(&self, transaction: &Transaction, world: &World) -> Message {
        let payload = payload(transaction);
        let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        let (body, signed) = write(payload, world.switch());
        let password = match world.switch() {
            WebhookSignature::Right => Some(SIGNATURE_PASSWORD),
            WebhookSignature::Wrong => Some("spg_test_of_somebody_else"),
            WebhookSignature::Absent => None,
        };
        if let Some(password) = password {
            let signature = sign(&signed, password, world.switch());
            headers.push(("x-signature".to_owned(), signature));
        }
        Message {
            provider: "cashier",
            about: transaction.id.clone(),
            url: self.webhook_url.clone(),
            headers,
            body,
            attempts: world.switch::<WebhookAttempts>().0,
            retry_after: Millis::try_from(world.switch::<WebhookRetry>().0).unwrap_or(Millis::MAX),
        }
    }
}

fn send(message: Message, world: &mut World) {
    let copies = world.switch::<WebhookCopies>().0;
    for _ in 0..copies {
        world.outbox.push(message.clone(), world.now);
    }
    world.outbox.push(message, world.now);
}

/// A flat object of strings, in the order of the samples.
fn payload(transaction: &Transaction) -> Vec<(&'static str, String)> {
    vec![
        ("transaction_id", transaction.id.clone()),
        ("user_id", transaction.user_id.clone()),
        ("tracking_id", transaction.tracking_id.clone()),
        ("status", transaction.status.name().to_owned()),
        ("currency", transaction.currency.clone()),
        ("amount", format!("{:.2}", transaction.amount.decimal())),
        ("transaction_type", transaction.kind.name().to_owned()),
    ]
}

/// The body as it is sent, and the text that is signed: what `JSON.stringify` makes of the body.
fn write(mut payload: Vec<(&'static str, String)>, form: WebhookBody) -> (String, String) {
    if form == WebhookBody::Reordered {
        payload.reverse();
    }
    let compact = |payload: &[(&'static str, String)]| {
        let object = payload
            .iter()
            .fold(Object::new(), |object, (name, value)| object.with(name, value.clone()));
        Json::from(object).render()
    };
    let signed = compact(&payload);
    let quoted = |text: &str| Json::from(text).render();
    let joined = |before: &str, between: &str, colon: &str, after: &str| {
        let fields: Vec<_> = payload
            .iter()
            .map(|(name, value)| format!("{}{colon}{}", quoted(name), quoted(value)))
            .collect();
        format!("{{{before}{}{after}}}", fields.join(between))
    };
    let body = match form {
        WebhookBody::Compact | WebhookBody::Reordered => signed.clone(),
        WebhookBody::Pretty => joined("\n  ", ",\n  ", ": ", "\n"),
        WebhookBody::Spaced => joined("", ", ", ": ", ""),
        WebhookBody::Escaped => escaped(&signed),
    };
    (body, signed)
}

/// As PHP writes JSON: `/` as `\/`, and nothing but ASCII.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '/' => out.push_str("\\/"),
            c if c.is_ascii() => out.push(c),
            c => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    out
}

/// SHA-1 of the text and the password after it.
fn sign(text: &str, password: &str, hex: WebhookHex) -> String {
    let digest = Sha1::new().chain_update(text).chain_update(password).finalize();
    digest
        .iter()
        .map(|byte| match hex {
            WebhookHex::Upper => format!("{byte:02X}"),
            WebhookHex::Lower => format!("{byte:02x}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The document's own example.
    #[test]
    fn the_documents_signature_comes_out() {
        let payload = vec![
            ("transaction_id", "r21nmrtpcmrcava".to_owned()),
            ("user_id", "1111222".to_owned()),
            ("tracking_id", "b8f04416-116a-11ed-861d-0242ac120002".to_owned()),
            ("status", "rejected".to_owned()),
            ("currency", "GBP".to_owned()),
            ("amount", "200.00".to_owned()),
            ("transaction_type", "withdrawal".to_owned()),
        ];
        let password = "spg_test_companyxxxxQyGAheyMqcHVmp8ZMQtkYcev27sCu7RF";
        for form in [WebhookBody::Compact, WebhookBody::Pretty, WebhookBody::Spaced] {
            let (body, signed) = write(payload.clone(), form);
            let signature = sign(&signed, password, WebhookHex::Upper);
            assert_eq!(signature, "5FDDA8F46411C132DCFBEE53C39BA06298CB48BC");
            assert_eq!(body == signed, form == WebhookBody::Compact);
            assert_eq!(Json::parse(body.as_bytes()).unwrap().render(), signed);
        }
        let (body, signed) = write(payload.clone(), WebhookBody::Reordered);
        assert_eq!(body, signed);
        assert!(body.starts_with(r#"{"transaction_type""#));
        assert_ne!(sign(&signed, password, WebhookHex::Upper)[..4], *"5FDD");
    }

    #[test]
    fn escapes_mean_the_same() {
        let payload = vec![("user_id", "a/b \u{e9}\u{1f600}\"\n".to_owned())];
        let (body, signed) = write(payload, WebhookBody::Escaped);
        assert_eq!(body, r#"{"user_id":"a\/b \u00e9\ud83d\ude00\"\n"}"#);
        assert_eq!(Json::parse(body.as_bytes()).unwrap().render(), signed);
    }
}
