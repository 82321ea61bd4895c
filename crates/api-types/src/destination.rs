//! What an application protects, one address at a time.

use serde::{Deserialize, Serialize};

use crate::Extra;
use crate::text_enum::text_enum;

text_enum! {
    /// The kind of a [`Destination`]. Where it is missing, it is [`DestinationType::Public`].
    pub enum DestinationType {
        /// A host and path on the public Internet.
        Public = "public",
        /// An address in a private network.
        Private = "private",
        /// A server behind a portal of the Model Context Protocol.
        ViaMcpServerPortal = "via_mcp_server_portal",
    }
}

/// One thing that an application protects.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    /// The kind, which says which of the other fields are used.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<DestinationType>,
    /// Host and path, for a public destination.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    /// Address range, for a private destination.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr: Option<String>,
    /// Host name, for a private destination.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hostname: Option<String>,
    /// Ports, for a private destination.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port_range: Option<String>,
    /// `tcp` or `udp`, for a private destination.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub l4_protocol: Option<String>,
    /// Virtual network, for a private destination.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vnet_id: Option<String>,
    /// Fields not known by name.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Destination {
    /// A host and path on the public Internet.
    pub fn public(uri: impl Into<String>) -> Self {
        Self { kind: Some(DestinationType::Public), uri: Some(uri.into()), ..Self::default() }
    }
}
