//! What an application that is asked for becomes: the application, its policies, and what has to be written.

use std::collections::HashSet;
use std::sync::Arc;

use portcullis_model::application::PolicyLink;
use portcullis_model::{AppKey, Application, Audience, OwnerId, Policy, PolicyId, Timestamp};

use super::new::{InlinePolicy, NewApplication, NewPolicy};
use super::validate::InvalidApplication;
use super::{ApplicationError, ResolvedApplication, ResolvedPolicy};
use crate::authorize::Owner;
use crate::fresh;
use crate::records::{Key, OwnedPolicy, PolicyKey, Record};
use crate::state::State;

/// The application to be written, and what it is made of.
pub(super) struct ApplicationPlan {
    pub(super) resolved: ResolvedApplication,
    pub(super) writes: Vec<(Key, Record)>,
}

/// What the server owns of an application, and an update keeps.
pub(super) struct Kept {
    pub(super) key: AppKey,
    pub(super) audience: Audience,
    pub(super) created_at: Timestamp,
    /// What it was before, on an update.
    pub(super) before: Option<Arc<Application>>,
}

/// Judges `new` on `state`.
pub(super) fn plan(
    state: &State,
    owner: Owner,
    new: &NewApplication,
    kept: &Kept,
    now: Timestamp,
) -> Result<ApplicationPlan, ApplicationError> {
    let zone = match owner.id {
        OwnerId::Zone(id) => Some(state.zones.get(&id).ok_or(ApplicationError::NoSuchOwner)?),
        OwnerId::Account(id) if state.accounts.contains_key(&id) => None,
        OwnerId::Account(_) => return Err(ApplicationError::NoSuchOwner),
    };
    let has_service_token =
        |id| state.service_tokens.get(&id).is_some_and(|token| token.value.account == owner.account);
    new.validate(zone.map(|zone| &**zone), has_service_token)?;
    for domain in &new.domains {
        if state.application_at(domain).is_some_and(|other| other != kept.key) {
            return Err(ApplicationError::AlreadyExists(domain.clone()));
        }
    }
    let mut policies = PolicyPlanner { state, owner, key: kept.key, now, writes: Vec::new() };
    let resolved = policies.resolve(&new.policies)?;
    policies.delete_dropped(kept.before.as_deref(), &resolved);
    let application = application(new, owner, kept, &resolved, now);
    let mut writes = policies.writes;
    writes.push((Key::Application(kept.key), Record::Application(Box::new(application.clone()))));
    Ok(ApplicationPlan {
        resolved: ResolvedApplication { application: Arc::new(application), policies: resolved },
        writes,
    })
}

fn application(
    new: &NewApplication,
    owner: Owner,
    kept: &Kept,
    policies: &[ResolvedPolicy],
    now: Timestamp,
) -> Application {
    let link = |it: &ResolvedPolicy| PolicyLink { id: it.policy.id, precedence: it.precedence };
    let new = new.clone();
    Application {
        key: kept.key,
        account: owner.account,
        audience: kept.audience,
        name: new.name,
        domains: new.domains,
        session_duration: new.session_duration,
        policies: policies.iter().map(link).collect(),
        http_only_cookie: new.http_only_cookie,
        same_site_cookie: new.same_site_cookie,
        path_cookie: new.path_cookie,
        service_auth_401_redirect: new.service_auth_401_redirect,
        options_preflight_bypass: new.options_preflight_bypass,
        cors: new.cors,
        service_token_header: new.service_token_header,
        presentation: new.presentation,
        created_at: kept.created_at,
        updated_at: now,
    }
}

struct PolicyPlanner<'s> {
    state: &'s State,
    owner: Owner,
    key: AppKey,
    now: Timestamp,
    writes: Vec<(Key, Record)>,
}

impl PolicyPlanner<'_> {
    /// The policies in order of precedence; without one, a policy's place in the list counts, from 1.
    fn resolve(&mut self, new: &[NewPolicy]) -> Result<Vec<ResolvedPolicy>, ApplicationError> {
        let (mut ids, mut precedences) = (HashSet::new(), HashSet::new());
        let mut resolved = Vec::with_capacity(new.len());
        for (policy, place) in new.iter().zip(1_u32..) {
            let (policy, precedence) = match policy {
                NewPolicy::Existing { id, precedence } => (self.existing(*id)?, *precedence),
                NewPolicy::Inline(policy) => (self.inline(policy)?, policy.precedence),
            };
            let precedence = precedence.unwrap_or(place);
            if !precedences.insert(precedence) {
                return Err(InvalidApplication::PrecedencesNotUnique.into());
            }
            if !ids.insert(policy.id) {
                return Err(InvalidApplication::PolicyTwice(policy.id).into());
            }
            resolved.push(ResolvedPolicy { precedence, policy: Arc::new(policy) });
        }
        resolved.sort_by_key(|policy| policy.precedence);
        Ok(resolved)
    }

    fn existing(&self, id: PolicyId) -> Result<Policy, InvalidApplication> {
        let found = self.state.policy_for(self.key, self.owner.account, id);
        found.map(|found| found.policy.clone()).ok_or(InvalidApplication::UnknownPolicy(id))
    }

    fn inline(&mut self, new: &InlinePolicy) -> Result<Policy, ApplicationError> {
        let before =
            new.id.map(|id| self.own(id).ok_or(InvalidApplication::UnknownPolicy(id))).transpose()?;
        let id = match &before {
            Some(before) => before.id,
            None => PolicyId::from_random(fresh::bytes()?),
        };
        let policy = Policy {
            id,
            name: new.name.clone(),
            decision: new.decision,
            include: new.include.clone(),
            exclude: new.exclude.clone(),
            require: new.require.clone(),
            session_duration: new.session_duration.clone(),
            reusable: false,
            created_at: before.as_ref().map_or(self.now, |before| before.created_at),
            updated_at: before.as_ref().map_or(self.now, |before| before.updated_at),
        };
        if before.as_ref() == Some(&policy) {
            return Ok(policy);
        }
        let policy = Policy { updated_at: self.now, ..policy };
        let record = OwnedPolicy { application: Some(self.key.app), policy: policy.clone() };
        let key = PolicyKey { owner: self.owner.id, id };
        self.writes.push((Key::Policy(key), Record::Policy(Box::new(record))));
        Ok(policy)
    }

    /// The policy `id`, if it is this application's alone.
    fn own(&self, id: PolicyId) -> Option<Policy> {
        let found = self.state.policies.get(&PolicyKey { owner: self.owner.id, id })?;
        (found.application == Some(self.key.app)).then(|| found.policy.clone())
    }

    /// A policy that was this application's alone and is left out now is no policy any more.
    fn delete_dropped(&mut self, before: Option<&Application>, resolved: &[ResolvedPolicy]) {
        let Some(before) = before else { return };
        for link in &before.policies {
            if !resolved.iter().any(|kept| kept.policy.id == link.id) && self.own(link.id).is_some() {
                let key = PolicyKey { owner: self.owner.id, id: link.id };
                self.writes.push((Key::Policy(key), Record::Deleted(self.now)));
            }
        }
    }
}
