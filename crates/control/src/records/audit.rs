//! The audit log.

use std::net::IpAddr;

use portcullis_model::{
    Action, Actor, ApiTokenId, AppKey, AuditRecord, OwnerId, PolicyId, ServiceTokenId, Timestamp, UserId,
    ZoneId,
};
use serde::{Deserialize, Serialize};

use super::Wire;
use super::text::{self, Text};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AuditWire {
    #[serde(with = "text::unix")]
    at: Timestamp,
    actor: ActorWire,
    from: Option<IpAddr>,
    request_id: Option<String>,
    action: ActionWire,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum ActorWire {
    ApiToken { token: Text<ApiTokenId>, user: Text<UserId> },
    ApiKey { user: Text<UserId> },
    Server,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum ActionWire {
    Bootstrap,
    CreateKey,
    CreateApplication(AppWire),
    UpdateApplication(AppWire),
    DeleteApplication(AppWire),
    RevokeApplicationTokens(AppWire),
    ChangePolicy { application: AppWire, policy: Text<PolicyId> },
    CreateServiceToken(Text<ServiceTokenId>),
    DeleteServiceToken(Text<ServiceTokenId>),
    CreateZone(Text<ZoneId>),
    DeleteZone(Text<ZoneId>),
    CreateApiToken(Text<ApiTokenId>),
    DeleteApiToken(Text<ApiTokenId>),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AppWire {
    owner: OwnerWire,
    id: Text<portcullis_model::AppId>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum OwnerWire {
    Account(Text<portcullis_model::AccountId>),
    Zone(Text<ZoneId>),
}

impl Wire for AuditWire {
    type Id = ();
    type Value = AuditRecord;

    fn from_value(value: &AuditRecord) -> Self {
        Self {
            at: value.at,
            actor: (&value.actor).into(),
            from: value.from,
            request_id: value.request_id.clone(),
            action: (&value.action).into(),
        }
    }

    fn into_value(self, (): ()) -> AuditRecord {
        let Self { at, actor, from, request_id, action } = self;
        AuditRecord { at, actor: actor.into(), from, request_id, action: action.into() }
    }
}

impl From<&Actor> for ActorWire {
    fn from(value: &Actor) -> Self {
        match value {
            Actor::ApiToken(token, user) => Self::ApiToken { token: Text(*token), user: Text(*user) },
            Actor::ApiKey(user) => Self::ApiKey { user: Text(*user) },
            Actor::Server => Self::Server,
        }
    }
}

impl From<ActorWire> for Actor {
    fn from(wire: ActorWire) -> Self {
        match wire {
            ActorWire::ApiToken { token, user } => Self::ApiToken(token.0, user.0),
            ActorWire::ApiKey { user } => Self::ApiKey(user.0),
            ActorWire::Server => Self::Server,
        }
    }
}

impl From<&Action> for ActionWire {
    fn from(value: &Action) -> Self {
        match value {
            Action::Bootstrap => Self::Bootstrap,
            Action::CreateKey => Self::CreateKey,
            Action::CreateApplication(key) => Self::CreateApplication((*key).into()),
            Action::UpdateApplication(key) => Self::UpdateApplication((*key).into()),
            Action::DeleteApplication(key) => Self::DeleteApplication((*key).into()),
            Action::RevokeApplicationTokens(key) => Self::RevokeApplicationTokens((*key).into()),
            Action::ChangePolicy(key, policy) => {
                Self::ChangePolicy { application: (*key).into(), policy: Text(*policy) }
            }
            Action::CreateServiceToken(id) => Self::CreateServiceToken(Text(*id)),
            Action::DeleteServiceToken(id) => Self::DeleteServiceToken(Text(*id)),
            Action::CreateZone(id) => Self::CreateZone(Text(*id)),
            Action::DeleteZone(id) => Self::DeleteZone(Text(*id)),
            Action::CreateApiToken(id) => Self::CreateApiToken(Text(*id)),
            Action::DeleteApiToken(id) => Self::DeleteApiToken(Text(*id)),
        }
    }
}

impl From<ActionWire> for Action {
    fn from(wire: ActionWire) -> Self {
        match wire {
            ActionWire::Bootstrap => Self::Bootstrap,
            ActionWire::CreateKey => Self::CreateKey,
            ActionWire::CreateApplication(app) => Self::CreateApplication(app.into()),
            ActionWire::UpdateApplication(app) => Self::UpdateApplication(app.into()),
            ActionWire::DeleteApplication(app) => Self::DeleteApplication(app.into()),
            ActionWire::RevokeApplicationTokens(app) => Self::RevokeApplicationTokens(app.into()),
            ActionWire::ChangePolicy { application, policy } => {
                Self::ChangePolicy(application.into(), policy.0)
            }
            ActionWire::CreateServiceToken(id) => Self::CreateServiceToken(id.0),
            ActionWire::DeleteServiceToken(id) => Self::DeleteServiceToken(id.0),
            ActionWire::CreateZone(id) => Self::CreateZone(id.0),
            ActionWire::DeleteZone(id) => Self::DeleteZone(id.0),
            ActionWire::CreateApiToken(id) => Self::CreateApiToken(id.0),
            ActionWire::DeleteApiToken(id) => Self::DeleteApiToken(id.0),
        }
    }
}

impl From<AppKey> for AppWire {
    fn from(key: AppKey) -> Self {
        let owner = match key.owner {
            OwnerId::Account(id) => OwnerWire::Account(Text(id)),
            OwnerId::Zone(id) => OwnerWire::Zone(Text(id)),
        };
        Self { owner, id: Text(key.app) }
    }
}

impl From<AppWire> for AppKey {
    fn from(wire: AppWire) -> Self {
        let owner = match wire.owner {
            OwnerWire::Account(id) => OwnerId::Account(id.0),
            OwnerWire::Zone(id) => OwnerId::Zone(id.0),
        };
        Self { owner, app: wire.id.0 }
    }
}
