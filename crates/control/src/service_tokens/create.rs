use std::sync::Arc;
use std::time::Duration;

use portcullis_model::{
    Action, ClientId, SecretDigest, ServiceToken, ServiceTokenDuration, ServiceTokenId, Timestamp,
};
use portcullis_token::secret;
use secrecy::ExposeSecret as _;

use super::{CreatedServiceToken, NAME_CHARS_MAX, NewServiceToken, ServiceTokenError};
use crate::authorize::{Authorized, CreateServiceToken, Owner};
use crate::commit::{CommitFailed, Committed, Planned};
use crate::control::Control;
use crate::fresh;
use crate::records::{Key, Record};

impl Control {
    /// Creates a service token. Its secret is in the answer and nowhere else.
    pub async fn create_service_token(
        &self,
        grant: Authorized<CreateServiceToken>,
        new: NewServiceToken,
    ) -> Result<Committed<CreatedServiceToken>, ServiceTokenError> {
        new.validate()?;
        let client_secret = secret::service_token_secret().map_err(CommitFailed::preparation)?;
        let digest = self.hasher().digest(client_secret.expose_secret());
        let origin = self.origin(&grant);
        let now = origin.at;
        self.change(origin, |state| {
            let owner = *grant.scope();
            if state.account_of(owner.id) != Some(owner.account) {
                return Err(ServiceTokenError::NoSuchOwner);
            }
            let token = new.token(owner, digest, now)?;
            let key = Key::ServiceToken(token.owner, token.id);
            let action = Action::CreateServiceToken(token.id);
            let service_token = Arc::new(token.clone());
            let created = CreatedServiceToken { service_token, client_secret: client_secret.clone() };
            Ok(Planned::new(action, created).put(key, Record::ServiceToken(Box::new(token))))
        })
        .await
    }
}

impl NewServiceToken {
    fn validate(&self) -> Result<(), ServiceTokenError> {
        if self.name.is_empty() || self.name.chars().count() > NAME_CHARS_MAX {
            return Err(ServiceTokenError::Invalid("name must have 1 to 255 characters"));
        }
        match &self.duration {
            ServiceTokenDuration::Limited(duration) if duration.length() < Duration::from_secs(1) => {
                Err(ServiceTokenError::Invalid("duration must be at least one second, or forever"))
            }
            ServiceTokenDuration::Limited(_) | ServiceTokenDuration::Forever => Ok(()),
        }
    }

    fn token(
        &self,
        owner: Owner,
        secret: SecretDigest,
        now: Timestamp,
    ) -> Result<ServiceToken, CommitFailed> {
        let expires_at = match &self.duration {
            ServiceTokenDuration::Limited(duration) => Some(now.plus(duration.length())),
            ServiceTokenDuration::Forever => None,
        };
        Ok(ServiceToken {
            id: ServiceTokenId::from_random(fresh::bytes()?),
            owner: owner.id,
            account: owner.account,
            name: self.name.clone(),
            client_id: ClientId::from_bytes(fresh::bytes()?),
            secret,
            duration: self.duration.clone(),
            expires_at,
            enabled: true,
            created_at: now,
            updated_at: now,
        })
    }
}
