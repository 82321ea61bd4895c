//! `GET /user/tokens/permission_groups`

use portcullis_api_types as wire;
use portcullis_control::Authorized;
use portcullis_control::authorize::ListPermissionGroups;
use portcullis_model::PermissionGroup;

use super::read;
use crate::answer::Answer;
use crate::extract::Query;

/// All of them at once, as at Cloudflare. One permission has a group in each scope: same name, other id.
pub(crate) async fn handler(
    _grant: Authorized<ListPermissionGroups>,
    query: Query,
) -> Answer<Vec<wire::PermissionGroup>> {
    let is_wanted = |group: &&PermissionGroup| {
        query.filter("name").is_none_or(|name| group.permission.name() == name)
            && query.filter("scope").is_none_or(|scope| group.scope.as_str() == scope)
    };
    Answer::ok(PermissionGroup::ALL.iter().filter(is_wanted).map(read::permission_group).collect())
}
