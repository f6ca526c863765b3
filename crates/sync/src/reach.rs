//! Which machines may be asked: those of the open internet, and those that somebody named.
//!
//! An address that comes with a record or a page could point into the publisher's own network. So a name is resolved here, its
//! addresses are looked at, and what was looked at is what is asked.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use url::Url;

/// Who wrote an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// Whoever configured this program: then it may be on this machine.
    Operator,
    /// A record or a page.
    Content,
}

/// The addresses of a host, if they may be asked. `key` names the setting that would allow a private one.
///
/// # Errors
/// Why not, in words.
pub async fn addresses(
    url: &Url,
    author: Author,
    private_hosts: &BTreeSet<String>,
    key: &str,
) -> Result<Vec<SocketAddr>, String> {
    let host = url.host_str().ok_or("it names no host")?;
    let port = url.port_or_known_default().unwrap_or(443);
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let found = tokio::net::lookup_host((bare, port))
        .await
        .map_err(|error| format!("{host} is not known ({error})"))?;
    let found: Vec<SocketAddr> = found.collect();
    let itself = host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if (itself && author == Author::Operator) || private_hosts.contains(host) {
        return Ok(found);
    }
    match found.iter().find(|address| !is_public(address.ip())) {
        Some(private) => Err(format!(
            "{host} has the private address {}; name it in `{key}` if that is meant",
            private.ip()
        )),
        None => Ok(found),
    }
}

/// Whether an address is of the open internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => is_public_v4(mapped),
            None => {
                !(address.is_loopback()
                    || address.is_unspecified()
                    || address.is_multicast()
                    || address.is_unique_local()
                    || address.is_unicast_link_local())
            }
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    let shared = first == 100 && (64..128).contains(&second);
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_unspecified()
        || address.is_broadcast()
        || address.is_multicast()
        || shared
        || first == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_content_names_is_never_on_this_machine() {
        let here: Url = "http://127.0.0.1:1/".parse().unwrap();
        let none = BTreeSet::new();
        let asked = |author| addresses(&here, author, &none, "probes.private_hosts");
        assert!(asked(Author::Operator).await.is_ok());
        let refused = asked(Author::Content).await.unwrap_err();
        assert!(refused.contains("probes.private_hosts"), "{refused}");
    }

    #[test]
    fn private_addresses_are_told_from_public_ones() {
        for private in [
            "10.0.0.1",
            "172.16.3.4",
            "192.168.1.1",
            "169.254.169.254",
            "127.0.0.1",
            "100.64.0.1",
            "0.0.0.0",
            "::1",
            "fd00::1",
            "fe80::1",
            "::ffff:10.0.0.1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in ["93.184.216.34", "2606:2800:220:1::1"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }
}
