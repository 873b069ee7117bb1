use axum_core::{
    RequestExt as _,
    extract::{FromRef, FromRequest, Request},
    response::{IntoResponse, Response},
};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use super::{Event, Rejected, Verifier};

/// Axum's extractor of a verified webhook. The router's state must be, or contain (`FromRef`), a
/// [`Verifier`]. A webhook that is not taken is answered by the extractor: 401 for a signature
/// that is missing or wrong, 413 for a body over the [limit](Verifier::limit), 400 for a signed
/// body that is no event.
///
/// ```
/// use cashier::webhook::{Verified, Verifier};
///
/// async fn receive(Verified(event): Verified) {
///     println!("{} is {}", event.transaction_id, event.status);
/// }
///
/// let verifier = Verifier::new("spg_test_password")?;
/// let app: axum::Router =
///     axum::Router::new().route("/webhook", axum::routing::post(receive)).with_state(verifier);
/// # Ok::<_, cashier::Invalid>(())
/// ```
#[derive(Clone, Debug)]
pub struct Verified(pub Event);

impl<S> FromRequest<S> for Verified
where
    S: Send + Sync,
    Verifier: FromRef<S>,
{
    type Rejection = Rejected;

    async fn from_request(request: Request, state: &S) -> Result<Self, Rejected> {
        let verifier = Verifier::from_ref(state);
        let limit = verifier.body_limit();
        // The router's own limit holds too, if it is smaller.
        let (parts, body) = request.with_limited_body().into_parts();
        let body = Limited::new(body, limit).collect().await.map_err(|error| {
            let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&*error);
            while let Some(error) = cause {
                if error.is::<LengthLimitError>() {
                    return Rejected::TooLarge { limit };
                }
                cause = error.source();
            }
            Rejected::Broken
        })?;
        verifier.verify_request(&parts.headers, body.to_bytes()).map(Self)
    }
}

impl IntoResponse for Rejected {
    fn into_response(self) -> Response {
        (self.status(), self.to_string()).into_response()
    }
}
