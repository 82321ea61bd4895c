//! Settings of the whole history.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Wire;

/// What every node of this history goes by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    /// How long a gate may admit on one grant.
    pub(crate) lease_max: Duration,
    /// The longest that any gate was ever granted: what has to be waited out after a restart.
    pub(crate) longest_lease: Duration,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SettingsWire {
    lease_max_ns: u64,
    longest_lease_ns: u64,
}

impl Wire for SettingsWire {
    type Id = ();
    type Value = Settings;

    fn from_value(value: &Settings) -> Self {
        Self { lease_max_ns: nanos(value.lease_max), longest_lease_ns: nanos(value.longest_lease) }
    }

    fn into_value(self, (): ()) -> Settings {
        Settings {
            lease_max: Duration::from_nanos(self.lease_max_ns),
            longest_lease: Duration::from_nanos(self.longest_lease_ns),
        }
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
