//! Where a request may go.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use reqwest::Url;

/// Where requests of one purpose may go.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// What the operator named: everything below these very URLs, also plain HTTP and private
    /// addresses.
    pub named: Vec<Url>,
    /// Hosts on the public internet, over HTTPS; `*.example.com` is every host below it.
    pub hosts: Vec<String>,
    /// Any host on the public internet, over HTTPS.
    pub public: bool,
}

/// How a request may go to a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// To any address: the operator named it.
    Named,
    /// To public addresses only.
    Public,
}

/// Why a request may not go to a URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoWay {
    /// Not HTTPS.
    #[error("only https:// is allowed here")]
    NotHttps,
    /// No host that is allowed.
    #[error("{0} is not a host that this connection may ask")]
    Host(String),
    /// Not on the public internet.
    #[error("{0} is not an address on the public internet")]
    Private(String),
    /// It carries a name and a password.
    #[error("a URL with a user name in it is not followed")]
    Credentials,
}

impl Reach {
    /// Only below a URL that the operator named.
    pub fn named(url: Url) -> Self {
        Self {
            named: vec![url],
            ..Self::default()
        }
    }

    /// How a request may go to this URL, as far as the URL itself tells; names are still to be
    /// resolved.
    pub fn way(&self, url: &Url) -> Result<Way, NoWay> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err(NoWay::Credentials);
        }
        if self.named.iter().any(|named| is_below(url, named)) {
            return Ok(Way::Named);
        }
        if url.scheme() != "https" {
            return Err(NoWay::NotHttps);
        }
        let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
        let allowed = self.public || self.hosts.iter().any(|one| matches(one, &host));
        if !allowed {
            return Err(NoWay::Host(host));
        }
        let literal = host.trim_start_matches('[').trim_end_matches(']');
        match literal.parse::<IpAddr>() {
            Ok(address) if !is_public(address) => Err(NoWay::Private(literal.to_owned())),
            _ => Ok(Way::Public),
        }
    }
}

/// Whether a URL is the named one or lies below its path, on the same scheme, host and port.
pub fn is_below(url: &Url, named: &Url) -> bool {
    let root = named.path().trim_end_matches('/');
    let path = url.path();
    url.scheme() == named.scheme()
        && url.host_str() == named.host_str()
        && url.port_or_known_default() == named.port_or_known_default()
        && (path.strip_prefix(root)).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn matches(allowed: &str, host: &str) -> bool {
    match allowed.strip_prefix("*.") {
        Some(domain) => host
            .strip_suffix(domain)
            .is_some_and(|below| below.ends_with('.') && below.len() > 1),
        None => allowed == host,
    }
}

/// Whether an address is on the public internet: what the IANA registries of special-purpose addresses
/// (RFC 6890 and its updates) set aside is not, nor is what stands for such an address in IPv6.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(a == 0
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || a >= 240
        || (a == 100 && (64..128).contains(&b)) // carriers' shared addresses
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19)))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let part = address.segments();
    let within = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match part {
        // an IPv4 address as it is, and behind a translator
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        // 6to4
        | [0x2002, high, low, ..] => within(high, low),
        [0x2001, 0..=0x01ff | 0x0db8, ..] | [0x3fff, 0..=0x0fff, ..] => false,
        // nothing else is given out
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn special_addresses_are_not_public() {
        for special in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.1",
            "192.168.1.1",
            "192.0.2.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::10.0.0.1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "2002:7f00:1::",
            "2002:a9fe:a9fe::",
            "::7f00:1",
            "3fff::1",
            "5f00::1",
        ] {
            assert!(!is_public(special.parse().unwrap()), "{special}");
        }
        for public in [
            "8.8.8.8",
            "100.128.0.1",
            "172.32.0.1",
            "2606:4700::1111",
            "2a00:1450::1",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn a_request_goes_where_it_may_and_nowhere_else() {
        let reach = Reach {
            named: vec![url("http://127.0.0.1:9000/api/")],
            hosts: vec!["api.vendor.example".into(), "*.files.example".into()],
            public: false,
        };
        for (to, way) in [
            ("http://127.0.0.1:9000/api", Ok(Way::Named)),
            ("http://127.0.0.1:9000/api/v1/x?y=1", Ok(Way::Named)),
            ("http://127.0.0.1:9000/apis", Err(NoWay::NotHttps)),
            ("http://127.0.0.1:9001/api/", Err(NoWay::NotHttps)),
            ("http://127.0.0.1:9000/api/../admin", Err(NoWay::NotHttps)),
            (
                "https://127.0.0.1:9000/api/",
                Err(NoWay::Host("127.0.0.1".into())),
            ),
            ("https://api.vendor.example/a", Ok(Way::Public)),
            ("https://API.vendor.example/a", Ok(Way::Public)),
            ("http://api.vendor.example/a", Err(NoWay::NotHttps)),
            (
                "https://x.api.vendor.example/",
                Err(NoWay::Host("x.api.vendor.example".into())),
            ),
            ("https://eu.files.example/r.pdf", Ok(Way::Public)),
            (
                "https://files.example/r.pdf",
                Err(NoWay::Host("files.example".into())),
            ),
            (
                "https://evilfiles.example/",
                Err(NoWay::Host("evilfiles.example".into())),
            ),
            ("https://me@api.vendor.example/", Err(NoWay::Credentials)),
            ("ftp://api.vendor.example/", Err(NoWay::NotHttps)),
        ] {
            assert_eq!(reach.way(&url(to)), way, "{to}");
        }
        let anywhere = Reach {
            public: true,
            ..Reach::default()
        };
        for (to, way) in [
            ("https://hooks.customer.example/", Ok(Way::Public)),
            (
                "https://169.254.169.254/",
                Err(NoWay::Private("169.254.169.254".into())),
            ),
            ("https://[::1]/", Err(NoWay::Private("::1".into()))),
            (
                "https://2130706433/",
                Err(NoWay::Private("127.0.0.1".into())),
            ),
            ("https://0x7f.1/", Err(NoWay::Private("127.0.0.1".into()))),
        ] {
            assert_eq!(anywhere.way(&url(to)), way, "{to}");
        }
    }
}
