//! Our own sessions, samples and observations as CSV: JSON's names as headers, `probe.name` for what is within.

use super::fields::Fields;
use super::{Context, Fault, Format, Item, Read, Table, observation, sample, session, table};

pub(super) const FORMAT: Format = Format {
    name: "csv",
    title: "CSV",
    read,
};

const SESSIONS: &[&str] = &[
    "id",
    "device_id",
    "kind",
    "started_at",
    "ended_at",
    "n",
    "p05_ms",
    "median_ms",
    "mad_ms",
    "p95_ms",
    "peer_is_relay",
    "access",
    "probe.name",
    "probe.lat",
    "probe.lon",
];

const SAMPLES: &[&str] = &[
    "session_id",
    "device_id",
    "kind",
    "at",
    "ms",
    "peer_is_relay",
    "access",
    "probe.name",
    "probe.lat",
    "probe.lon",
];

const OBSERVATIONS: &[&str] = &[
    "id",
    "device_id",
    "at",
    "type",
    "vendor_id",
    "product_id",
    "manufacturer",
    "product",
    "serial",
    "name",
    "path",
    "command_line",
    "port",
    "remote",
    "active_minutes",
    "peer_ip",
    "peer_is_relay",
    "own_keyboard",
    "egress_ip",
    "gateway_mac",
    "bssid",
    "vpn",
    "shared_ip",
    "lat",
    "lon",
    "accuracy_km",
    "source",
    "online_minutes",
    "pointer_cv",
    "own_input",
    "lid_shut",
];

type Reader = fn(Fields<'_>, jiff::Timestamp) -> Result<Item, Fault>;

fn read(bytes: &[u8], context: &Context<'_>) -> Read {
    let (known, reader): (_, Reader) = match context.table {
        Table::Sessions => (SESSIONS, session::of_fields),
        Table::Samples => (SAMPLES, sample::of_fields),
        Table::Observations => (OBSERVATIONS, observation::of_fields),
    };
    let rows = match table::rows(bytes, known) {
        Ok(rows) => rows,
        Err(fault) => return Read::nothing(fault),
    };
    let mut read = Read::default();
    for (index, row) in rows.into_iter().enumerate() {
        let item = row
            .cells
            .and_then(|cells| reader(Fields::loose(&cells), context.now));
        read.take(index, Some(row.line), item.map(Some));
    }
    read
}
