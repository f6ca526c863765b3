//! Settings of the two clients.

use std::collections::BTreeMap;
use std::time::Duration;

use contentstack::{BranchUid, EnvironmentName, Hosts, Limits, Region};
use url::Url;

use super::check::{Check, is_loopback};
use super::document::{ContentstackSection, Document, GateChoice};
use super::limits::{LimitsChoice, Rates};
use super::{Configuration, ConfigurationError, spelling};

/// Checks what the clients will be built from.
pub(super) fn check(document: &Document, check: Check<'_>) -> Result<(), ConfigurationError> {
    let stack = &document.contentstack;
    check.host("consonance.host", &document.consonance.host)?;
    hosts(stack, check)?;
    check.filled(
        "contentstack.api_key",
        &stack.api_key,
        "the stack's API key",
    )?;
    branch(stack, check)?;
    if !(stack.utilisation > 0.0 && stack.utilisation <= 1.0) {
        let found = format!("{} is no share", stack.utilisation);
        return Err(check.wrong(
            "contentstack.utilisation",
            found,
            "a number above 0 and at most 1",
        ));
    }
    if let LimitsChoice::Rates(Rates { read, write, bulk }) = stack.limits {
        for (lane, rate) in [("read", read), ("write", write), ("bulk", bulk)] {
            if !(rate > 0.0 && rate.is_finite()) {
                let path = format!("contentstack.limits.{lane}");
                return Err(check.wrong(
                    &path,
                    format!("{rate} is no rate"),
                    "calls per second, above 0",
                ));
            }
        }
    }
    if !(1..=100).contains(&stack.bulk_items) {
        let found = format!("{} items do not go into one call", stack.bulk_items);
        return Err(check.wrong("contentstack.bulk_items", found, "a number from 1 to 100"));
    }
    if stack.confirm_seconds > 3600 {
        let found = format!("{} seconds are too long to wait", stack.confirm_seconds);
        return Err(check.wrong("contentstack.confirm_seconds", found, "a number up to 3600"));
    }
    gate(document, check)?;
    delivery_tokens(document, check)
}

/// An enforced gate needs somebody who may open it.
fn gate(document: &Document, check: Check<'_>) -> Result<(), ConfigurationError> {
    let stack = &document.contentstack;
    check.filled(
        "contentstack.gate_workflow",
        &stack.gate_workflow,
        "the name of a workflow",
    )?;
    let mut sites = document.site.iter();
    let enforced = sites.find(|site| site.gate == GateChoice::Enforce);
    let (Some(site), None) = (enforced, &stack.gate_authtoken) else {
        return Ok(());
    };
    let mend = format!(
        "add `gate_authtoken = {{ file = \"PATH\" }}`, the authtoken of a user kept for Frontlist: site `{}` enforces its gate, and a management token may not set its stages",
        site.id
    );
    Err(check.missing("contentstack", "contentstack.gate_authtoken", mend))
}

/// A site that cannot be read back could not be proved right, and a takedown there never done.
fn delivery_tokens(document: &Document, check: Check<'_>) -> Result<(), ConfigurationError> {
    let stack = &document.contentstack;
    if stack.delivery_token.is_some() {
        return Ok(());
    }
    for section in &document.site {
        if !stack.delivery_tokens.contains_key(&section.environment) {
            let known: Vec<&String> = stack.delivery_tokens.keys().collect();
            let nearest = spelling::nearest(&section.environment, &known)
                .map_or_else(String::new, |nearest| {
                    format!(" (there is one for `{nearest}`)")
                });
            let mend = format!(
                "add a delivery token for environment `{}`{nearest}, or `delivery_token` for all: what is published is read back",
                section.environment
            );
            return Err(check.missing("contentstack", "contentstack.delivery_tokens", mend));
        }
    }
    Ok(())
}

fn hosts(stack: &ContentstackSection, check: Check<'_>) -> Result<Hosts, ConfigurationError> {
    let (management, delivery) = match (&stack.region, &stack.management_host, &stack.delivery_host)
    {
        (Some(name), None, None) => {
            let regions: Vec<&str> = Region::names().collect();
            let unknown = || {
                check.wrong(
                    "contentstack.region",
                    format!("`{name}` is no region"),
                    spelling::listed(&regions),
                )
            };
            let region = Region::from_name(name).ok_or_else(unknown)?;
            return region.hosts().map_err(|_| unknown());
        }
        (None, Some(management), Some(delivery)) => (management, delivery),
        (Some(_), _, _) => {
            return Err(check.wrong(
                "contentstack.region",
                "both a region and a host are given",
                "either `region`, or both `management_host` and `delivery_host`",
            ));
        }
        (None, _, _) => {
            let mend = "add `region`, or both `management_host` and `delivery_host`";
            return Err(check.missing("contentstack", "contentstack.region", mend));
        }
    };
    Ok(Hosts {
        management: check.host("contentstack.management_host", management)?,
        delivery: check.host("contentstack.delivery_host", delivery)?,
    })
}

fn branch(stack: &ContentstackSection, check: Check<'_>) -> Result<BranchUid, ConfigurationError> {
    BranchUid::new(stack.branch.as_str()).map_err(|error| {
        check.wrong(
            "contentstack.branch",
            error.to_string(),
            "a branch, such as \"main\"",
        )
    })
}

impl Configuration {
    /// What the Contentstack client needs, its secrets included.
    ///
    /// # Errors
    /// When a secret is not where it should be.
    pub(crate) fn contentstack(&self) -> Result<contentstack::Settings, ConfigurationError> {
        let stack = &self.document.contentstack;
        let management_token = stack
            .management_token
            .read("contentstack.management_token", &self.folder)?;
        let hosts = hosts(stack, self.check())?;
        let mut settings =
            contentstack::Settings::new(hosts, stack.api_key.as_str(), management_token);
        if let Some(token) = &stack.delivery_token {
            settings.delivery_token =
                Some(token.read("contentstack.delivery_token", &self.folder)?);
        }
        if let Some(token) = &stack.gate_authtoken {
            settings.authtoken = Some(token.read("contentstack.gate_authtoken", &self.folder)?);
        }
        settings.delivery_tokens = self.delivery_tokens()?;
        settings.branch = Some(branch(stack, self.check())?);
        settings.utilisation = stack.utilisation;
        settings.limits = match stack.limits {
            LimitsChoice::Vendor => Limits::default(),
            LimitsChoice::Off => Limits::Off,
            LimitsChoice::Rates(Rates { read, write, bulk }) => {
                Limits::PerSecond { read, write, bulk }
            }
        };
        settings.bulk_items = usize::try_from(stack.bulk_items).unwrap_or(10);
        Ok(settings)
    }

    fn delivery_tokens(
        &self,
    ) -> Result<BTreeMap<EnvironmentName, contentstack::Secret>, ConfigurationError> {
        let mut tokens = BTreeMap::new();
        for (environment, source) in &self.document.contentstack.delivery_tokens {
            let path = format!("contentstack.delivery_tokens.{environment}");
            let name = EnvironmentName::new(environment.as_str()).map_err(|error| {
                self.check()
                    .wrong(&path, error.to_string(), "an environment's name")
            })?;
            tokens.insert(name, source.read(&path, &self.folder)?);
        }
        Ok(tokens)
    }

    /// What the Consonance client needs, its secret included.
    ///
    /// # Errors
    /// When there is no token, or it is not where it should be.
    pub(crate) fn consonance(&self) -> Result<consonance::Settings, ConfigurationError> {
        let section = &self.document.consonance;
        let Some(token) = &section.token else {
            let mend =
                "add `token = { file = \"PATH\" }` under [consonance], or read ONIX with --from";
            return Err(self.check().missing("consonance", "consonance.token", mend));
        };
        let token = token.read("consonance.token", &self.folder)?;
        let host = self.check().host("consonance.host", &section.host)?;
        let mut settings = consonance::Settings::new(host, token.expose().into());
        settings.ask.contracts = self.policy.approval.contract_signed;
        Ok(settings)
    }

    /// How long to wait for delivery to show what was done.
    pub(crate) fn confirm_patience(&self) -> Duration {
        Duration::from_secs(self.document.contentstack.confirm_seconds)
    }

    /// Whether the stack is a stand-in on this machine.
    pub(crate) fn stack_is_on_loopback(&self) -> bool {
        let host = self.document.contentstack.management_host.as_deref();
        host.and_then(|host| Url::parse(host).ok())
            .is_some_and(|url| is_loopback(&url))
    }
}
