//! From which network somebody comes, as far as it can be told.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// An IPv4 address, or the 64 bits of IPv6 that one household or office has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network(IpAddr);

impl Network {
    /// Where it is not known: all of those are one.
    pub const UNKNOWN: Self = Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED));

    /// The network of an address.
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
            }
            v4 @ IpAddr::V4(_) => v4,
        })
    }

    /// The network of whoever asks: the peer, or behind so many trusted proxies the address that the outermost of them
    /// was asked from. Each proxy appends its own peer to `X-Forwarded-For`; what stands further left, a stranger wrote.
    pub fn of_client<'a>(
        peer: Option<SocketAddr>,
        forwarded: impl Iterator<Item = &'a str>,
        proxies: usize,
    ) -> Self {
        let hops: Vec<&str> = forwarded.flat_map(|line| line.split(',')).collect();
        let told = match proxies {
            0 => None,
            // A proxy that was passed by has appended nothing.
            n => hops.get(hops.len().saturating_sub(n)),
        };
        let told = told.and_then(|hop| address(hop.trim()));
        (told.or(peer.map(|peer| peer.ip()))).map_or(Self::UNKNOWN, Self::of)
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            IpAddr::V4(address) => write!(f, "{address}"),
            IpAddr::V6(address) => write!(f, "{address}/64"),
        }
    }
}

/// An address, with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let with_port = || text.parse::<SocketAddr>().ok().map(|socket| socket.ip());
    bare.parse().ok().or_else(with_port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_proxies_that_are_trusted_say_who_asks() {
        let peer = Some("192.0.2.7:4000".parse().unwrap());
        for (lines, proxies, network) in [
            (&["203.0.113.9"][..], 0, "192.0.2.7"),
            (&[], 1, "192.0.2.7"),
            (&["203.0.113.9"], 1, "203.0.113.9"),
            (&["6.6.6.6, 203.0.113.9"], 1, "203.0.113.9"),
            (&["6.6.6.6", "203.0.113.9"], 1, "203.0.113.9"),
            (&["6.6.6.6, 203.0.113.9, 10.0.0.1"], 2, "203.0.113.9"),
            (&["203.0.113.9"], 2, "203.0.113.9"),
            (&["203.0.113.9:81"], 1, "203.0.113.9"),
            (&["nonsense"], 1, "192.0.2.7"),
            (&["2001:db8:1:2:3:4:5:6"], 1, "2001:db8:1:2::/64"),
            (&["[2001:db8:1:2:3:4:5:6]:80"], 1, "2001:db8:1:2::/64"),
            (&["::ffff:203.0.113.9"], 1, "203.0.113.9"),
        ] {
            let found = Network::of_client(peer, lines.iter().copied(), proxies);
            assert_eq!(found.to_string(), network, "{lines:?} {proxies}");
        }
        let nobody = Network::of_client(None, std::iter::empty(), 0);
        assert_eq!(nobody, Network::UNKNOWN);
    }
}
