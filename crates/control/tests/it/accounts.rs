use portcullis_control::Everywhere;
use portcullis_control::authorize::{GetAccount, ListAccounts};

use crate::node::Node;

#[tokio::test]
async fn an_owner_sees_their_account() {
    let (node, made) = Node::new().await;
    let all = node.control.list_accounts(&node.grant::<ListAccounts>(&made, Everywhere));
    assert_eq!(all, std::slice::from_ref(&made.account));
    let one = node.control.get_account(&node.grant::<GetAccount>(&made, made.account.id));
    assert_eq!(one, Some(made.account));
}
