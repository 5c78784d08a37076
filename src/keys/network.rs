//! The network an application came from, as far as one line or household has it to itself.

use std::net::{IpAddr, Ipv4Addr};

/// An IPv4 address, or the first 64 bits of an IPv6 one, which is what one line is given; `None`
/// for what is no address, and for addresses that are nobody's or shared by design: private ones, those
/// of the machine itself and of carriers' translators (RFC 6598).
pub(super) fn of(ip: &str) -> Option<String> {
    let ip: IpAddr = ip.trim().parse().ok()?;
    match ip.to_canonical() {
        IpAddr::V4(ip) => (!is_nobodys(ip)).then(|| ip.to_string()),
        IpAddr::V6(ip) => {
            let local = ip.is_loopback()
                || ip.is_unspecified()
                || ip.is_multicast()
                || ip.is_unique_local()
                || ip.is_unicast_link_local();
            let [a, b, c, d, ..] = ip.segments();
            (!local).then(|| format!("{a:x}:{b:x}:{c:x}:{d:x}::/64"))
        }
    }
}

fn is_nobodys(ip: Ipv4Addr) -> bool {
    let carriers = ip.octets()[0] == 100 && (64..128).contains(&ip.octets()[1]);
    carriers
        || ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_broadcast()
        || ip.is_unspecified()
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn a_line_is_an_ipv4_address_or_64_bits_of_ipv6() {
        for (ip, network) in [
            ("203.0.113.9", Some("203.0.113.9")),
            (" 203.0.113.9 ", Some("203.0.113.9")),
            ("::ffff:203.0.113.9", Some("203.0.113.9")),
            ("2001:db8:1:2:3:4:5:6", Some("2001:db8:1:2::/64")),
            ("100.64.0.1", None),
            ("100.128.0.1", Some("100.128.0.1")),
            ("10.1.2.3", None),
            ("192.168.1.1", None),
            ("127.0.0.1", None),
            ("::1", None),
            ("fe80::1", None),
            ("fd00::1", None),
            ("none", None),
        ] {
            assert_eq!(of(ip).as_deref(), network, "{ip}");
        }
    }
}
