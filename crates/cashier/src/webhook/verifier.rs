use std::{fmt, sync::Arc};

use http::HeaderMap;
use pay_core::{Invalid, Secret};

use super::{
    Event, Rejected,
    ecmascript::{MAX_DEPTH, Malformed, parse, stringify},
    signature::Signature,
};

/// The header that carries the signature.
pub const SIGNATURE_HEADER: &str = "x-signature";

/// The largest body that is looked at, unless [`Verifier::limit`] says otherwise. A real one has
/// about 200 bytes.
const DEFAULT_LIMIT: usize = 64 * 1024;

/// Checks webhooks. Cheap to clone, and safe to share between tasks.
///
/// ```
/// use cashier::webhook::{Verifier, sign};
///
/// let verifier = Verifier::new("spg_test_new")?.also("spg_test_old")?;
/// let body = r#"{"transaction_id":"r21nmrtpcmrcava","status":"rejected"}"#;
/// let event = verifier.verify(&sign(body, &"spg_test_old".into()), body)?;
/// assert!(event.status.is_final());
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Verifier {
    passwords: Arc<[Secret]>,
    limit: usize,
}

impl Verifier {
    /// A verifier with the signature password from the portal (back office, Credentials).
    ///
    /// # Errors
    ///
    /// The password is empty: then anybody could sign.
    pub fn new(password: impl Into<Secret>) -> Result<Self, Invalid> {
        Ok(Self { passwords: Arc::new([checked(password.into())?]), limit: DEFAULT_LIMIT })
    }

    /// Takes another password as well, while one is replaced by the other.
    ///
    /// # Errors
    ///
    /// The password is empty.
    pub fn also(self, password: impl Into<Secret>) -> Result<Self, Invalid> {
        let password = checked(password.into())?;
        let passwords = self.passwords.iter().cloned().chain([password]).collect();
        Ok(Self { passwords, ..self })
    }

    /// The largest body in bytes. Default: 65,536.
    #[must_use]
    pub fn limit(self, limit: usize) -> Self {
        Self { limit, ..self }
    }

    /// The largest body in bytes.
    #[must_use]
    pub fn body_limit(&self) -> usize {
        self.limit
    }

    /// Checks the signature and reads the event from exactly the bytes that were verified.
    ///
    /// The body is tried as it came; then as `JSON.stringify(JSON.parse(body))` writes it, to the
    /// letter. Of a key that stands twice the last value counts, as in JavaScript, in what is
    /// verified and in what is read. Arrays and objects may stand 64 deep.
    ///
    /// # Errors
    ///
    /// [`Rejected`], with the HTTP status to answer.
    pub fn verify(&self, signature: &str, body: impl AsRef<[u8]>) -> Result<Event, Rejected> {
        let body = body.as_ref();
        if body.len() > self.limit {
            return Err(Rejected::TooLarge { limit: self.limit });
        }
        let signature = Signature::parse(signature).ok_or(Rejected::BadSignature)?;
        if signature.is_of(body, &self.passwords) {
            return event(body);
        }
        let stringified = json_stringify(body).map_err(|_| Rejected::BadSignature)?;
        if signature.is_of(stringified.as_bytes(), &self.passwords) {
            return event(stringified.as_bytes());
        }
        Err(Rejected::BadSignature)
    }

    /// The same with the signature from a request's headers.
    ///
    /// # Errors
    ///
    /// As [`verify`](Self::verify); [`Rejected::NoSignature`] if there is not exactly one.
    pub fn verify_request(
        &self,
        headers: &HeaderMap,
        body: impl AsRef<[u8]>,
    ) -> Result<Event, Rejected> {
        self.verify(one_signature(headers)?, body)
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("passwords", &format_args!("[{} hidden]", self.passwords.len()))
            .field("limit", &self.limit)
            .finish()
    }
}

/// What `JSON.stringify(JSON.parse(body))` gives in ECMAScript: the text that is signed. For
/// finding out why a signature does not fit.
///
/// ```
/// let body = br#"{ "amount": 200.00, "7": "caf\u00e9" }"#;
/// assert_eq!(cashier::webhook::json_stringify(body)?, r#"{"7":"café","amount":200}"#);
/// # Ok::<_, cashier::Invalid>(())
/// ```
///
/// # Errors
///
/// The body is not UTF-8, `JSON.parse` refuses it, or it is nested deeper than 64.
pub fn json_stringify(body: impl AsRef<[u8]>) -> Result<String, Invalid> {
    let text = std::str::from_utf8(body.as_ref())
        .map_err(|_| Invalid::new("body", "must be UTF-8 without errors"))?;
    parse(text).map(|value| stringify(&value)).map_err(|malformed| match malformed {
        Malformed::Syntax(at) => Invalid::new("body", format!("must be JSON (byte {at})")),
        Malformed::TooDeep => {
            Invalid::new("body", format!("must not be nested deeper than {MAX_DEPTH}"))
        }
    })
}

fn one_signature(headers: &HeaderMap) -> Result<&str, Rejected> {
    let mut all = headers.get_all(SIGNATURE_HEADER).iter();
    // With two of them, another program might look at the other one.
    match (all.next(), all.next()) {
        (Some(one), None) => one.to_str().map_err(|_| Rejected::BadSignature),
        _ => Err(Rejected::NoSignature),
    }
}

fn event(verified: &[u8]) -> Result<Event, Rejected> {
    let text =
        std::str::from_utf8(verified).map_err(|_| Rejected::Unparsable("it is not UTF-8"))?;
    let value = parse(text).map_err(|malformed| match malformed {
        Malformed::Syntax(_) => Rejected::Unparsable("it is not JSON"),
        Malformed::TooDeep => Rejected::Unparsable("it is nested too deep"),
    })?;
    Event::read(&value, text).map_err(Rejected::Unparsable)
}

fn checked(password: Secret) -> Result<Secret, Invalid> {
    if password.expose().is_empty() {
        return Err(Invalid::new("signature_password", "must not be empty"));
    }
    Ok(password)
}
