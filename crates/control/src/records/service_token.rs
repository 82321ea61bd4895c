//! Service tokens.

use portcullis_model::{
    AccountId, ClientId, OwnerId, SecretDigest, ServiceToken, ServiceTokenDuration, ServiceTokenId,
    SessionDuration, Timestamp,
};
use serde::{Deserialize, Serialize};

use super::Wire;
use super::text::{self, Text};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ServiceTokenWire {
    #[serde(with = "text::display")]
    account: AccountId,
    name: String,
    #[serde(with = "text::display")]
    client_id: ClientId,
    #[serde(with = "text::digest")]
    secret: SecretDigest,
    duration: DurationWire,
    expires_at: Option<i64>,
    enabled: bool,
    #[serde(with = "text::unix")]
    created_at: Timestamp,
    #[serde(with = "text::unix")]
    updated_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum DurationWire {
    Limited(Text<SessionDuration>),
    Forever,
}

impl Wire for ServiceTokenWire {
    type Id = (OwnerId, ServiceTokenId);
    type Value = ServiceToken;

    fn from_value(value: &ServiceToken) -> Self {
        let duration = match &value.duration {
            ServiceTokenDuration::Limited(duration) => DurationWire::Limited(Text(duration.clone())),
            ServiceTokenDuration::Forever => DurationWire::Forever,
        };
        Self {
            account: value.account,
            name: value.name.clone(),
            client_id: value.client_id,
            secret: value.secret,
            duration,
            expires_at: value.expires_at.map(Timestamp::unix),
            enabled: value.enabled,
            created_at: value.created_at,
            updated_at: value.updated_at,
        }
    }

    fn into_value(self, (owner, id): Self::Id) -> ServiceToken {
        let duration = match self.duration {
            DurationWire::Limited(Text(duration)) => ServiceTokenDuration::Limited(duration),
            DurationWire::Forever => ServiceTokenDuration::Forever,
        };
        ServiceToken {
            id,
            owner,
            account: self.account,
            name: self.name,
            client_id: self.client_id,
            secret: self.secret,
            duration,
            expires_at: self.expires_at.map(Timestamp::from_unix),
            enabled: self.enabled,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}
