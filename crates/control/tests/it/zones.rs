use portcullis_control::applications::{ApplicationError, InvalidApplication};
use portcullis_control::authorize::{GetZone, ListApps, ListZones};
use portcullis_control::service_tokens::{NewServiceToken, ServiceTokenError};
use portcullis_control::zones::ZoneError;
use portcullis_control::{Everywhere, WaitFor};
use portcullis_model::{OwnerId, Permission, PermissionScope, Resource, ServiceTokenDuration};
use portcullis_store::MemoryDisk;

use crate::authorize::{allow, token_with};
use crate::node::{Node, app, memory};

#[tokio::test]
async fn a_zone_is_created_listed_and_read() {
    let (node, made) = Node::new().await;
    let create = |name: &'static str| node.control.create_zone(node.grant(&made, made.account.id), name);
    let zone = create("Example.com").await.unwrap().value;
    assert_eq!(zone.name, "example.com");
    assert!(matches!(create("example.com").await, Err(ZoneError::AlreadyExists)));
    for name in ["", "*.example.org", "example.org/x", "https://example.org", "example.org:80"] {
        assert!(matches!(create(name).await, Err(ZoneError::Name(_))), "{name}");
    }
    let other = create("example.net").await.unwrap().value;
    let list = node.grant::<ListZones>(&made, Everywhere);
    assert_eq!(node.control.list_zones(&list, None), [zone.clone(), other]);
    assert_eq!(node.control.list_zones(&list, Some("example.com")), std::slice::from_ref(&zone));
    assert_eq!(node.control.get_zone(&node.grant::<GetZone>(&made, zone.id)).unwrap(), zone);
    let read = allow(Permission::ZoneRead, PermissionScope::Zone, Resource::Zone(zone.id));
    let token = token_with(&node, &made, vec![read]).await;
    let list = node.control.authorize::<ListZones>(node.caller(&token), Everywhere).unwrap();
    assert_eq!(node.control.list_zones(&list, None), [zone], "only what the caller may see");
}

#[tokio::test]
async fn an_application_of_a_zone_lies_within_it() {
    let (node, made) = Node::new().await;
    let zone =
        node.control.create_zone(node.grant(&made, made.account.id), "example.com").await.unwrap().value;
    let owner = OwnerId::Zone(zone.id);
    for outside in ["example.org", "badexample.com", "*.org"] {
        let refused = node.control.create_application(node.grant(&made, owner), app(outside, vec![])).await;
        let Err(ApplicationError::Invalid(error)) = refused else { panic!("{outside}") };
        assert_eq!(error, InvalidApplication::OutsideZone);
    }
    let created =
        node.control.create_application(node.grant(&made, owner), app("*.example.com", vec![])).await;
    assert_eq!(created.unwrap().value.application.account, made.account.id);
}

#[tokio::test]
async fn a_zone_takes_along_what_it_owned_also_after_a_restart() {
    let disk = MemoryDisk::new();
    let (node, made) = Node::set_up(memory(&disk, 1)).await;
    let zone =
        node.control.create_zone(node.grant(&made, made.account.id), "example.com").await.unwrap().value;
    let owner = OwnerId::Zone(zone.id);
    for host in ["a.example.com", "b.example.com"] {
        node.control.create_application(node.grant(&made, owner), app(host, vec![])).await.unwrap();
    }
    let late = node.grant(&made, owner);
    let late_token = node.grant(&made, owner);
    let written = node.store.counters().written;
    node.control.delete_zone(node.grant(&made, zone.id), WaitFor::Everyone).await.unwrap();
    assert_eq!(node.store.counters().written - written, 3, "zone, generation and audit record");
    assert!(node.control.authorize::<ListApps>(node.caller(&made.api_token), owner).is_err());
    let refused = node.control.create_application(late, app("c.example.com", vec![])).await;
    assert!(matches!(refused, Err(ApplicationError::NoSuchOwner)));
    let new = NewServiceToken { name: "late".into(), duration: ServiceTokenDuration::Forever };
    let refused = node.control.create_service_token(late_token, new).await;
    assert!(matches!(refused, Err(ServiceTokenError::NoSuchOwner)));
    drop(node);

    let node = Node::open(memory(&disk, 2)).await;
    assert!(node.control.authorize::<ListApps>(node.caller(&made.api_token), owner).is_err());
    node.create_app(&made, app("a.example.com", vec![])).await;
    let snapshot = node.apps(&made);
    assert_eq!(snapshot.len(), 1);
}
