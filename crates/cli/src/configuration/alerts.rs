//! Channels of alerts. Everything but their secrets is checked with the file.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::civil::Time;
use jiff::tz::TimeZone;
use notify::channel::{Audience, Carrier, Channel, Hidden, Mail, MailSecurity, SecretUrl};
use url::Url;

use super::check::{Check, is_loopback};
use super::document::{AudienceChoice, ChannelSection, Document, MailSecurityChoice, ViaChoice};
use super::secret::SecretSource;
use super::{Configuration, ConfigurationError};

/// Where workflows of Teams are reached: their addresses hold a secret, so nobody else is sent one.
const TEAMS: [&str; 2] = ["logic.azure.com", "api.powerplatform.com"];

/// Where alerts go, and how often somebody looks.
#[derive(Clone, Debug)]
pub(crate) struct Alerts {
    /// The channels.
    pub(crate) channels: Vec<Channel>,
    /// The console's address.
    pub(crate) console: Option<String>,
}

/// Checks what channels will be built from.
pub(super) fn check(document: &Document, check: Check<'_>) -> Result<(), ConfigurationError> {
    let section = &document.alerts;
    if let Some(console) = &section.console {
        check.host("alerts.console", console)?;
    }
    if section.look_minutes == 0 {
        let allowed = "a number of minutes, 1 or more";
        return Err(check.wrong(
            "alerts.look_minutes",
            "nobody looks every 0 minutes",
            allowed,
        ));
    }
    let mut names = BTreeSet::new();
    for (index, channel) in section.channel.iter().enumerate() {
        let at = |key: &str| format!("alerts.channel[{index}].{key}");
        check.filled(&at("name"), &channel.name, "a name for the channel")?;
        if !names.insert(&channel.name) {
            let found = format!("there are two channels `{}`", channel.name);
            return Err(check.wrong(&at("name"), found, "a name of its own"));
        }
        digest(channel, index, check)?;
        zone(channel, index, check)?;
        match channel.via {
            ViaChoice::Email => mail(channel, index, check).map(|_| ())?,
            ViaChoice::Slack | ViaChoice::Teams => {
                named(channel.url.as_ref(), "url", index, check).map(|_| ())?
            }
            ViaChoice::Webhook => {
                named(channel.url.as_ref(), "url", index, check)?;
                named(channel.key.as_ref(), "key", index, check)?;
            }
        }
    }
    Ok(())
}

fn digest(
    channel: &ChannelSection,
    index: usize,
    check: Check<'_>,
) -> Result<Option<Time>, ConfigurationError> {
    let Some(text) = &channel.digest else {
        return Ok(None);
    };
    let read = Time::strptime("%H:%M", text);
    read.map(Some).map_err(|_| {
        let path = format!("alerts.channel[{index}].digest");
        check.wrong(
            &path,
            format!("`{text}` is no time of day"),
            "a time such as \"08:00\"",
        )
    })
}

fn zone(
    channel: &ChannelSection,
    index: usize,
    check: Check<'_>,
) -> Result<Option<TimeZone>, ConfigurationError> {
    let Some(name) = &channel.time_zone else {
        return Ok(None);
    };
    TimeZone::get(name).map(Some).map_err(|_| {
        let path = format!("alerts.channel[{index}].time_zone");
        check.wrong(
            &path,
            format!("`{name}` is no time zone"),
            "a zone such as \"Europe/London\"",
        )
    })
}

/// The secret that a channel of its kind needs.
fn named<'s>(
    source: Option<&'s SecretSource>,
    key: &str,
    index: usize,
    check: Check<'_>,
) -> Result<&'s SecretSource, ConfigurationError> {
    source.ok_or_else(|| {
        let table = format!("alerts.channel[{index}]");
        let mend = format!("add `{key} = {{ env = \"NAME\" }}` or `{key} = {{ file = \"PATH\" }}`");
        check.missing(&table, &format!("{table}.{key}"), mend)
    })
}

/// The letters of a channel, without its password.
fn mail(
    channel: &ChannelSection,
    index: usize,
    check: Check<'_>,
) -> Result<Mail, ConfigurationError> {
    let table = format!("alerts.channel[{index}]");
    let missing = |key: &str, mend: &str| check.missing(&table, &format!("{table}.{key}"), mend);
    let Some(host) = channel.host.as_ref().filter(|host| !host.trim().is_empty()) else {
        return Err(missing("host", "name the mail server with `host`"));
    };
    let Some(from) = &channel.from else {
        return Err(missing("from", "say who writes with `from`"));
    };
    if channel.to.is_empty() {
        return Err(missing("to", "say who reads with `to = [..]`"));
    }
    if channel.user.is_some() != channel.password.is_some() {
        return Err(missing(
            "password",
            "give both `user` and `password`, or neither",
        ));
    }
    let here = Url::parse(&format!("smtp://{host}"));
    let is_here = here.as_ref().is_ok_and(is_loopback);
    if channel.security == MailSecurityChoice::None && !is_here {
        let path = format!("{table}.security");
        let found = format!("letters would go to {host} in the clear");
        return Err(check.wrong(
            &path,
            found,
            "`tls` or `starttls`; `none` only on this machine",
        ));
    }
    let (security, usual) = match channel.security {
        MailSecurityChoice::Tls => (MailSecurity::Tls, 465),
        MailSecurityChoice::Starttls => (MailSecurity::StartTls, 587),
        MailSecurityChoice::None => (MailSecurity::None, 25),
    };
    let mail = Mail {
        host: host.clone(),
        port: channel.port.unwrap_or(usual),
        security,
        login: None,
        from: from.clone(),
        to: channel.to.clone(),
    };
    notify::email::check(&mail).map_err(|error| {
        check.wrong(
            &table,
            error.to_string(),
            "addresses such as \"Ada <ada@example.com>\"",
        )
    })?;
    Ok(mail)
}

impl Configuration {
    /// How often somebody looks.
    pub(crate) fn between_looks(&self) -> Duration {
        Duration::from_mins(u64::from(self.document.alerts.look_minutes))
    }

    /// How often what editors wrote is searched; never without an answer.
    pub(crate) fn between_guards(&self) -> Option<Duration> {
        let minutes = self.document.alerts.guard_minutes;
        (minutes > 0).then(|| Duration::from_mins(u64::from(minutes)))
    }

    /// Whether anybody is to be told.
    pub(crate) fn has_channels(&self) -> bool {
        !self.document.alerts.channel.is_empty()
    }

    /// The channels, their secrets included.
    ///
    /// # Errors
    /// When a secret is not where it should be, or is no address or key.
    pub(crate) fn alerts(&self) -> Result<Alerts, ConfigurationError> {
        let section = &self.document.alerts;
        let sections = section.channel.iter().enumerate();
        Ok(Alerts {
            channels: sections
                .map(|(index, channel)| self.channel(index, channel))
                .collect::<Result<_, _>>()?,
            console: section.console.clone(),
        })
    }

    fn channel(
        &self,
        index: usize,
        section: &ChannelSection,
    ) -> Result<Channel, ConfigurationError> {
        let check = self.check();
        let first = || self.sites.iter().next().map(|site| site.time_zone.clone());
        let zone = zone(section, index, check)?.or_else(first);
        Ok(Channel {
            name: section.name.clone(),
            owners: section.owners.clone(),
            audience: match section.audience {
                AudienceChoice::Staff => Audience::Staff,
                AudienceChoice::Insiders => Audience::Insiders,
            },
            at_once: section.at_once,
            digest_at: digest(section, index, check)?,
            time_zone: zone.unwrap_or(TimeZone::UTC),
            carrier: self.carrier(index, section)?,
        })
    }

    fn carrier(
        &self,
        index: usize,
        section: &ChannelSection,
    ) -> Result<Carrier, ConfigurationError> {
        let check = self.check();
        let read = |source: &SecretSource, key: &str| {
            let secret = source.read(&format!("alerts.channel[{index}].{key}"), &self.folder)?;
            Ok::<_, ConfigurationError>(secret.expose().to_owned())
        };
        if section.via == ViaChoice::Email {
            let mut mail = mail(section, index, check)?;
            if let (Some(user), Some(password)) = (&section.user, &section.password) {
                let password = Hidden::new(read(password, "password")?);
                mail.login = Some((user.clone(), password));
            }
            return Ok(Carrier::Mail(mail));
        }
        let path = format!("alerts.channel[{index}].url");
        let url = read(named(section.url.as_ref(), "url", index, check)?, "url")?;
        // The address is a secret: what is wrong with it is told without it.
        let url = Url::parse(url.trim())
            .ok()
            .filter(|url| url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url)));
        let Some(url) = url else {
            let found = "what is kept there is no https address";
            return Err(check.wrong(&path, found, "the address that the service gave"));
        };
        let host = url.host_str().unwrap_or_default().to_owned();
        let is_teams = TEAMS.iter().any(|known| {
            host.strip_suffix(known)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        });
        if section.via == ViaChoice::Teams && !is_teams && !is_loopback(&url) {
            let found = format!("{host} is no place of Teams workflows");
            let allowed = "the address of a workflow, at logic.azure.com or api.powerplatform.com";
            return Err(check.wrong(&path, found, allowed));
        }
        let url = SecretUrl::new(url);
        Ok(match section.via {
            ViaChoice::Slack => Carrier::Slack(url),
            ViaChoice::Teams => Carrier::Teams(url),
            ViaChoice::Webhook | ViaChoice::Email => {
                let key = named(section.key.as_ref(), "key", index, check)?;
                let key = Hidden::new(read(key, "key")?);
                notify::webhook::check(&key).map_err(|error| {
                    let path = format!("alerts.channel[{index}].key");
                    check.wrong(
                        &path,
                        error.to_string(),
                        "`whsec_` and base64 of 24 to 64 bytes",
                    )
                })?;
                Carrier::Webhook { url, key }
            }
        })
    }
}
