//! Which application a request is for.

use std::sync::Arc;

use portcullis_model::{AppDomain, AppKey};

use crate::map::Map;

/// One place where an application lives.
#[derive(Clone, Debug)]
struct Place {
    domain: AppDomain,
    app: AppKey,
}

/// Every place where an application lives, found by host.
///
/// Patterns are kept by the labels behind their last `*`, so a lookup costs as many steps as the host
/// has labels, however many patterns there are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hosts {
    exact: Map<Box<str>, Arc<[Place]>>,
    patterns: Map<Box<str>, Arc<[Place]>>,
}

impl Hosts {
    pub(crate) fn insert(&mut self, app: AppKey, domains: &[AppDomain]) {
        for domain in domains {
            let (places, key) = self.places_of(domain);
            let mut list: Vec<Place> = places.get(key.as_str()).map(|list| list.to_vec()).unwrap_or_default();
            list.push(Place { domain: domain.clone(), app });
            list.sort_by_key(|place| std::cmp::Reverse(place.domain.specificity()));
            places.insert(key.into(), list.into());
        }
    }

    pub(crate) fn remove(&mut self, app: AppKey, domains: &[AppDomain]) {
        for domain in domains {
            let (places, key) = self.places_of(domain);
            let Some(list) = places.get(key.as_str()) else { continue };
            let rest: Vec<Place> = list.iter().filter(|place| place.app != app).cloned().collect();
            if rest.is_empty() {
                places.remove(key.as_str());
            } else {
                places.insert(key.into(), rest.into());
            }
        }
    }

    fn places_of(&mut self, domain: &AppDomain) -> (&mut Map<Box<str>, Arc<[Place]>>, String) {
        if domain.is_exact_host() {
            (&mut self.exact, domain.host().into())
        } else {
            (&mut self.patterns, literal_suffix(domain.host()).into())
        }
    }

    /// The application that covers this host and path most specifically.
    pub(crate) fn find(&self, host: &str, path: &str) -> Option<AppKey> {
        let exact = self.exact.get(host).and_then(|places| {
            places.iter().find(|place| place.domain.covers_path(path)).map(|place| place.app)
        });
        exact.or_else(|| self.find_by_pattern(host, path))
    }

    fn find_by_pattern(&self, host: &str, path: &str) -> Option<AppKey> {
        if self.patterns.is_empty() {
            return None;
        }
        let suffixes = std::iter::once(host)
            .chain(host.match_indices('.').filter_map(|(at, _)| host.get(at + 1..)))
            .chain(std::iter::once(""));
        let places = suffixes.filter_map(|suffix| self.patterns.get(suffix)).flat_map(|places| places.iter());
        places
            .filter(|place| place.domain.covers_host(host) && place.domain.covers_path(path))
            .max_by(|a, b| a.domain.specificity().cmp(&b.domain.specificity()))
            .map(|place| place.app)
    }
}

/// The labels of a host pattern behind the last one with a `*`.
fn literal_suffix(host: &str) -> &str {
    let behind_star = host.rfind('*').and_then(|at| host.get(at..)).unwrap_or(host);
    behind_star.split_once('.').map_or("", |(_, suffix)| suffix)
}

#[cfg(test)]
mod tests {
    use portcullis_model::{AccountId, AppId, OwnerId};

    use super::*;

    fn key(number: u8) -> AppKey {
        AppKey {
            owner: OwnerId::Account(AccountId::from_bytes([0; 16])),
            app: AppId::from_random([number; 16]),
        }
    }

    fn hosts(domains: &[&str]) -> Hosts {
        let mut hosts = Hosts::default();
        for (number, domain) in domains.iter().enumerate() {
            hosts.insert(key(u8::try_from(number).unwrap()), &[domain.parse().unwrap()]);
        }
        hosts
    }

    #[test]
    fn the_most_specific_application_is_found() {
        let domains = [
            "example.com",
            "example.com/eng",
            "example.com/eng/exec",
            "*.example.com",
            "*.example.com/a/b",
            "app.example.com/x",
        ];
        let hosts = hosts(&domains);
        for (host, path, expected) in [
            ("example.com", "/", Some(0)),
            ("example.com", "/eng/x", Some(1)),
            ("example.com", "/eng/exec/y", Some(2)),
            ("a.example.com", "/", Some(3)),
            ("a.example.com", "/a/b/c", Some(4)),
            ("app.example.com", "/x", Some(5)),
            ("app.example.com", "/y", Some(3)),
            ("a.b.example.com", "/", None),
            ("example.org", "/", None),
        ] {
            assert_eq!(hosts.find(host, path), expected.map(key), "{host}{path}");
        }
    }

    #[test]
    fn a_removed_application_is_found_no_more() {
        let mut hosts = hosts(&["example.com", "example.com/eng", "*.example.com"]);
        hosts.remove(key(1), &["example.com/eng".parse().unwrap()]);
        hosts.remove(key(2), &["*.example.com".parse().unwrap()]);
        assert_eq!(hosts.find("example.com", "/eng"), Some(key(0)));
        assert_eq!(hosts.find("a.example.com", "/"), None);
    }
}
