//! Where Contentstack lives: its regions and their hosts.
//!
//! A stack belongs to one region, and asking another one answers as if the stack did not exist.
//! The table is the vendor's list of regions (Contentstack: Content Management API, Base URL).

use url::Url;

use crate::error::{Error, Kind};

/// The addresses of one region, as bare origins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hosts {
    /// The Management API.
    pub management: Url,
    /// The Delivery API.
    pub delivery: Url,
}

/// A region of Contentstack's cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// The name this project writes: provider and area (`aws-eu`).
    pub name: &'static str,
    /// Other names people use for the same region.
    aliases: &'static [&'static str],
    management: &'static str,
    delivery: &'static str,
}

macro_rules! region {
    ($name:literal, $aliases:expr, $prefix:literal) => {
        Region {
            name: $name,
            aliases: $aliases,
            management: concat!("https://", $prefix, "-api.contentstack.com"),
            delivery: concat!("https://", $prefix, "-cdn.contentstack.com"),
        }
    };
}

const REGIONS: &[Region] = &[
    Region {
        name: "aws-na",
        aliases: &["na", "us"],
        management: "https://api.contentstack.io",
        delivery: "https://cdn.contentstack.io",
    },
    region!("aws-eu", &["eu"], "eu"),
    region!("aws-au", &["au"], "au"),
    region!("azure-na", &[], "azure-na"),
    region!("azure-eu", &[], "azure-eu"),
    region!("gcp-na", &[], "gcp-na"),
    region!("gcp-eu", &[], "gcp-eu"),
];

impl Region {
    /// Finds a region by its name or one of its other names, ignoring case and `_` for `-`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase().replace('_', "-");
        REGIONS
            .iter()
            .find(|region| region.name == name || region.aliases.contains(&name.as_str()))
            .copied()
    }

    /// The names of all regions, for a message that lists them.
    pub fn names() -> impl Iterator<Item = &'static str> {
        REGIONS.iter().map(|region| region.name)
    }

    /// The hosts of this region.
    ///
    /// # Errors
    /// [`Kind::Settings`] if the table held an address that is not one; a test proves it does not.
    pub fn hosts(self) -> Result<Hosts, Error> {
        let parse = |address: &str| {
            Url::parse(address).map_err(|error| {
                Error::new(Kind::Settings, "read the region's hosts")
                    .with_message(format!("{address} is not an address"))
                    .with_source(error)
            })
        };
        Ok(Hosts {
            management: parse(self.management)?,
            delivery: parse(self.delivery)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_has_hosts_and_is_found_by_each_of_its_names() {
        for region in REGIONS {
            let hosts = region.hosts().unwrap();
            assert_eq!(hosts.management.scheme(), "https");
            assert_eq!(hosts.delivery.path(), "/");
            for name in std::iter::once(&region.name).chain(region.aliases) {
                assert_eq!(Region::from_name(&name.to_uppercase()), Some(*region));
            }
        }
        assert_eq!(Region::from_name("azure_na").unwrap().name, "azure-na");
        assert_eq!(Region::from_name("mars"), None);
    }

    #[test]
    fn hosts_are_the_documented_ones() {
        let hosts = |name| Region::from_name(name).unwrap().hosts().unwrap();
        assert_eq!(
            hosts("us").management.as_str(),
            "https://api.contentstack.io/"
        );
        assert_eq!(
            hosts("us").delivery.as_str(),
            "https://cdn.contentstack.io/"
        );
        assert_eq!(
            hosts("eu").management.as_str(),
            "https://eu-api.contentstack.com/"
        );
        assert_eq!(
            hosts("gcp-eu").delivery.as_str(),
            "https://gcp-eu-cdn.contentstack.com/"
        );
    }
}
