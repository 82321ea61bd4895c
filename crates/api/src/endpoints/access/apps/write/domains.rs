//! What an application protects, in the three ways of writing it.

use portcullis_api_types::{Destination, DestinationType};
use portcullis_model::AppDomain;

use crate::errors::ApiError;
use crate::fields::{self, invalid};

/// The hosts and paths of an application, its `domain` first.
///
/// `destinations` outrank `self_hosted_domains`, and both outrank `domain`, which must be one of them.
pub(super) fn domains(
    domain: Option<String>,
    destinations: Vec<Destination>,
    self_hosted_domains: &[String],
) -> Result<Vec<AppDomain>, ApiError> {
    let listed: Result<Vec<_>, _> = if destinations.is_empty() {
        let texts = self_hosted_domains.iter().enumerate();
        texts.map(|(index, text)| parse(text, "/self_hosted_domains", &index.to_string())).collect()
    } else {
        destinations.into_iter().enumerate().map(|(index, it)| destination(it, index)).collect()
    };
    with_first(domain, listed?)
}

fn with_first(domain: Option<String>, mut listed: Vec<AppDomain>) -> Result<Vec<AppDomain>, ApiError> {
    let Some(domain) = domain else { return Ok(listed) };
    let first = parse(&domain, "", "domain")?;
    if listed.is_empty() {
        return Ok(vec![first]);
    }
    let Some(place) = listed.iter().position(|other| other.same_place(&first)) else {
        return Err(invalid("domain not included in destinations", "", "domain"));
    };
    let first = listed.remove(place);
    listed.insert(0, first);
    Ok(listed)
}

fn destination(wanted: Destination, index: usize) -> Result<AppDomain, ApiError> {
    let place = format!("/destinations/{index}");
    fields::refuse_unknown(&wanted.extra, &place)?;
    match &wanted.kind {
        None | Some(DestinationType::Public) => {}
        Some(other) => {
            let detail = format_args!("destinations of type `{other}` are not offered, only `public`");
            return Err(invalid(detail, &place, "type"));
        }
    }
    let private = [
        ("cidr", wanted.cidr),
        ("hostname", wanted.hostname),
        ("port_range", wanted.port_range),
        ("l4_protocol", wanted.l4_protocol),
        ("vnet_id", wanted.vnet_id),
    ];
    if let Some((name, _)) = private.into_iter().find(|(_, value)| value.is_some()) {
        return Err(invalid(format_args!("{name} is for private destinations"), &place, name));
    }
    let uri = wanted.uri.ok_or_else(|| invalid("uri is required", &place, "uri"))?;
    parse(&uri, &place, "uri")
}

fn parse(text: &str, place: &str, name: &str) -> Result<AppDomain, ApiError> {
    text.parse()
        .map_err(|error| invalid(format_args!("the domain `{text}` cannot be used: {error}"), place, name))
}
