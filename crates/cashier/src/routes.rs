use std::{collections::BTreeMap, str::FromStr};

use http::Method;
use pay_core::{
    Invalid,
    provider::{CallerRoute, Operation, Route},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::operations;

/// The method and path of each operation.
///
/// **No source states them**: ask the provider, and write them into your configuration. Each is
/// optional; calling an operation without one is an error before anything is sent.
///
/// ```
/// use cashier::{Endpoint, Method, Routes, TransactionKey};
///
/// let routes: Routes = serde_json::from_str(r#"{
///     "s2s": { "method": "POST", "path": "/v1/s2s" },
///     "transaction": { "method": "GET", "path": "/v1/transactions/{id}" },
///     "transaction_key": "tracking_id"
/// }"#)?;
/// assert_eq!(routes.s2s, Some(Endpoint::new(Method::POST, "/v1/s2s")));
/// assert_eq!(routes.transaction_key, TransactionKey::TrackingId);
/// assert_eq!(routes.payout, None);
/// # Ok::<_, serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Routes {
    /// Hosted checkout.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hosted: Option<Endpoint>,
    /// Direct integration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direct: Option<Endpoint>,
    /// Server-to-server card payment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub s2s: Option<Endpoint>,
    /// Payout cashier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payout: Option<Endpoint>,
    /// Approving a payout. The path may hold `{transaction_id}`; the body holds it in any case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payout_approve: Option<Endpoint>,
    /// Rejecting a payout. The path may hold `{transaction_id}`; the body holds it in any case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payout_reject: Option<Endpoint>,
    /// Reading a transaction. If the path does not hold `{id}`, the id goes into the query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transaction: Option<Endpoint>,
    /// Listing transactions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transactions: Option<Endpoint>,
    /// Which id the `transaction` route wants. Only if you declare that it is the `tracking_id`
    /// can a lost payment be confirmed by asking for it.
    #[serde(skip_serializing_if = "TransactionKey::is_undeclared")]
    pub transaction_key: TransactionKey,
}

/// Which id a route wants. The document says "in your system", and shows ids of both kinds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TransactionKey {
    /// Not known. Your own id is tried, as the document has it, and proves nothing.
    #[default]
    Undeclared,
    /// Your own id, which you sent as `tracking_id`.
    TrackingId,
    /// The provider's id, which webhooks and lists bring as `transaction_id`.
    TransactionId,
}

impl TransactionKey {
    fn is_undeclared(&self) -> bool {
        *self == Self::Undeclared
    }
}

/// A method and a path under the base URL.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    #[serde(serialize_with = "write_method", deserialize_with = "read_method")]
    method: Method,
    path: String,
}

impl Endpoint {
    /// A method and a path, which begins with a slash. Checked when the client is built.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into() }
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The path.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn has_parameter(&self, name: &str) -> bool {
        self.path.contains(&format!("{{{name}}}"))
    }
}

impl Routes {
    /// The routes of this project's local sandbox. **They are ours, not the provider's.**
    #[must_use]
    pub fn sandbox() -> Self {
        let post = |path| Some(Endpoint::new(Method::POST, path));
        let get = |path| Some(Endpoint::new(Method::GET, path));
        Self {
            hosted: post("/hosted"),
            direct: post("/direct"),
            s2s: post("/s2s"),
            payout: post("/payout"),
            payout_approve: post("/payout/approve"),
            payout_reject: post("/payout/reject"),
            transaction: get("/transaction/{id}"),
            transactions: get("/transactions"),
            transaction_key: TransactionKey::TrackingId,
        }
    }

    /// Each operation with its name in a configuration file and its endpoint.
    fn rows(&self) -> [(&'static Operation, &'static str, Option<&Endpoint>); 8] {
        [
            (&operations::PAYMENTS_HOSTED, "hosted", self.hosted.as_ref()),
            (&operations::PAYMENTS_DIRECT, "direct", self.direct.as_ref()),
            (&operations::PAYMENTS_S2S, "s2s", self.s2s.as_ref()),
            (&operations::PAYOUTS_CREATE, "payout", self.payout.as_ref()),
            (&operations::PAYOUTS_APPROVE, "payout_approve", self.payout_approve.as_ref()),
            (&operations::PAYOUTS_REJECT, "payout_reject", self.payout_reject.as_ref()),
            (&operations::TRANSACTIONS_GET, "transaction", self.transaction.as_ref()),
            (&operations::TRANSACTIONS_LIST, "transactions", self.transactions.as_ref()),
        ]
    }

    pub(crate) fn checked(&self) -> Result<BTreeMap<&'static str, CallerRoute>, Invalid> {
        let mut checked = BTreeMap::new();
        for (operation, name, endpoint) in self.rows() {
            let (Some(endpoint), Route::Caller(parameters)) = (endpoint, operation.route) else {
                continue;
            };
            let route = CallerRoute::new(endpoint.method.clone(), &endpoint.path, parameters)
                .map_err(|invalid| invalid.in_field(format!("routes.{name}.path")))?;
            if endpoint.path.matches(['{', '}']).count() > 2 * parameters.len() {
                let rule = "must have each parameter once, and no other braces";
                return Err(Invalid::new(format!("routes.{name}.path"), rule));
            }
            checked.insert(operation.id, route);
        }
        Ok(checked)
    }
}

fn read_method<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Method, D::Error> {
    let text = String::deserialize(deserializer)?;
    let known = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    Method::from_str(&text)
        .ok()
        .filter(|method| known.contains(method))
        .ok_or_else(|| de::Error::custom("method: must be GET, POST, PUT, PATCH or DELETE"))
}

fn write_method<S: Serializer>(method: &Method, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(method.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_its_place() {
        let placed: Vec<_> = Routes::sandbox()
            .rows()
            .iter()
            .map(|(operation, _, endpoint)| {
                assert!(endpoint.is_some());
                operation.id
            })
            .collect();
        let all: Vec<_> = operations::ALL.iter().map(|operation| operation.id).collect();
        assert_eq!(placed, all);
        assert_eq!(Routes::sandbox().checked().unwrap().len(), all.len());
        assert!(Routes::default().checked().unwrap().is_empty());
    }

    #[test]
    fn they_are_read_from_toml_and_written_back() {
        let text = r#"
            transaction_key = "transaction_id"
            [hosted]
            method = "POST"
            path = "/v1/cashier"
            [payout_approve]
            method = "PUT"
            path = "/v1/payouts/{transaction_id}/approve"
        "#;
        let routes: Routes = toml::from_str(text).unwrap();
        assert_eq!(routes.hosted, Some(Endpoint::new(Method::POST, "/v1/cashier")));
        assert_eq!(routes.transaction_key, TransactionKey::TransactionId);
        assert_eq!(routes.checked().unwrap().len(), 2);
        let json = serde_json::to_string(&routes).unwrap();
        assert_eq!(serde_json::from_str::<Routes>(&json).unwrap(), routes);
        assert_eq!(toml::from_str::<Routes>("").unwrap(), Routes::default());
    }

    #[test]
    fn a_slip_in_the_configuration_is_named() {
        for (json, expected) in [
            (r#"{"hostd":{"method":"POST","path":"/x"}}"#, "hostd"),
            (r#"{"hosted":{"method":"POST"}}"#, "path"),
            (r#"{"hosted":{"method":"FETCH","path":"/x"}}"#, "method"),
            (r#"{"hosted":{"method":"POST","path":"/x","verb":"y"}}"#, "verb"),
            (r#"{"transaction_key":"id"}"#, "id"),
        ] {
            let error = serde_json::from_str::<Routes>(json).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        }
        for path in ["", "x", "//host/x", "/x?id=1", "/x/../y", "/x#y", "/{id}", "/x y", "/{x"] {
            let hosted = Some(Endpoint::new(Method::POST, path));
            let refused = Routes { hosted, ..Routes::default() }.checked().unwrap_err();
            assert_eq!(refused.field(), "routes.hosted.path", "{path}");
        }
        let transaction = Some(Endpoint::new(Method::GET, "/{id}/{id}"));
        assert!(Routes { transaction, ..Routes::default() }.checked().is_err());
    }
}
