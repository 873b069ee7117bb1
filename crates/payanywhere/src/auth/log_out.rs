use pay_core::{Response, Result};

use crate::{Client, operations};

/// What a log-out met.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum LogOut {
    /// The token was valid and is not any more.
    Ended(Response<()>),
    /// The provider did not accept the token: it had ended before.
    EndedBefore,
    /// There was no token.
    NoToken,
}

impl Client {
    /// Ends the client's token at the provider: `GET /auth/expireToken`. "Should be expired when
    /// done with an API sequence." (Guide.)
    ///
    /// The client forgets the token first and can be used on: its next call logs in again. Never
    /// logs in by itself. Calls of other tasks that are under way with the token may be refused, and
    /// then log in again.
    ///
    /// # Errors
    ///
    /// As every call. The token then lives until its 40 minutes are over.
    pub async fn log_out(&self) -> Result<LogOut> {
        let tokens = &self.provider().tokens;
        let Some(token) = tokens.source().take() else { return Ok(LogOut::NoToken) };
        tokens.reset();
        // With its own authorization, a call is not tried again with a fresh token.
        match self.call(&operations::EXPIRE_TOKEN).authorization(token).acknowledge().await {
            Ok(answer) => Ok(LogOut::Ended(answer)),
            Err(error) if error.is_unauthorized() => Ok(LogOut::EndedBefore),
            Err(error) => Err(error),
        }
    }
}
