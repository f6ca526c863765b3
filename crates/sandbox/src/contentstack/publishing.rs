//! Publishing: a version, frozen, given to an environment and a locale.
//!
//! The service queues publications, so a reply says only that the action was accepted. Here an
//! order applies at once unless the sandbox was started with a delay or the order names a time;
//! either way it goes through the same queue, and is checked twice: when it is taken, and when it
//! is applied.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answer::Answer;
use super::ask::{Ask, Object, stamp, text, texts};
use super::assets::Asset;
use super::errors::Refusal;
use super::governance;
use super::routes::{Route, post};
use super::shelf::Version;
use super::stack::{MASTER_LOCALE, Stack};
use super::validation;

pub(crate) const ROUTES: &[Route] = &[
    post(
        "/v3/content_types/{ct}/entries/{entry}/publish",
        publish_entry,
    ),
    post(
        "/v3/content_types/{ct}/entries/{entry}/unpublish",
        unpublish_entry,
    ),
    post("/v3/assets/{asset}/publish", publish_asset),
    post("/v3/assets/{asset}/unpublish", unpublish_asset),
];

/// The only text that is known of the real reply's notice is that it says "performed".
const NOTICE: &str = "The requested action has been performed.";

/// A frozen version in one environment and locale.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Publication<V> {
    pub(crate) version: Arc<V>,
    pub(crate) number: u32,
    /// The locale that the content came from: another one when the entry was not localised.
    pub(crate) source: String,
    pub(crate) time: String,
}

/// All that is published of one thing: by environment uid, then by locale.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Publications<V>(BTreeMap<String, BTreeMap<String, Publication<V>>>);

impl<V> Default for Publications<V> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<V> Publications<V> {
    pub(crate) fn get(&self, environment: &str, locale: &str) -> Option<&Publication<V>> {
        self.0.get(environment)?.get(locale)
    }

    pub(crate) fn reaches(&self, environment: &str) -> bool {
        self.0.contains_key(environment)
    }

    pub(crate) fn close_environment(&mut self, environment: &str) {
        self.0.remove(environment);
    }

    pub(crate) fn close_locale(&mut self, locale: &str) {
        for locales in self.0.values_mut() {
            locales.remove(locale);
        }
    }

    fn set(&mut self, environment: &str, locale: &str, publication: Publication<V>) {
        let locales = self.0.entry(environment.to_owned()).or_default();
        locales.insert(locale.to_owned(), publication);
    }

    fn unset(&mut self, environment: &str, locale: &str) {
        if let Some(locales) = self.0.get_mut(environment) {
            locales.remove(locale);
        }
    }

    /// The list that the management side gives as `publish_details`.
    pub(crate) fn details(&self, user: &str) -> Value {
        let rows = self.0.iter().flat_map(|(environment, locales)| {
            locales.iter().map(move |(locale, publication)| {
                json!({
                    "environment": environment,
                    "locale": locale,
                    "time": publication.time,
                    "user": user,
                    "version": publication.number,
                })
            })
        });
        Value::Array(rows.collect())
    }
}

/// Give or take away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Action {
    Publish,
    Unpublish,
}

impl Action {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Unpublish => "unpublish",
        }
    }
}

/// What is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Subject {
    Entry { content_type: String, uid: String },
    Asset { uid: String },
}

impl Subject {
    pub(crate) fn uid(&self) -> &str {
        match self {
            Self::Entry { uid, .. } | Self::Asset { uid } => uid,
        }
    }
}

/// One subject, one environment, one locale.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Step {
    pub(crate) action: Action,
    pub(crate) subject: Subject,
    /// By name, as the request had it.
    pub(crate) environment: String,
    pub(crate) locale: String,
    /// The version to publish, and the locale whose versions are counted.
    pub(crate) version: Option<(String, u32)>,
}

/// A step that waits for its time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Scheduled {
    pub(crate) uid: String,
    pub(crate) at: Timestamp,
    pub(crate) step: Step,
}

impl Scheduled {
    pub(crate) fn apply(&self, stack: &mut Stack) -> Result<(), Refusal> {
        self.step.apply(stack, &stamp(self.at))
    }
}

/// A checked step: which environment it reaches and what it gives to it.
enum Checked {
    Entry {
        environment: String,
        version: Option<Frozen<Version>>,
    },
    Asset {
        environment: String,
        version: Option<Frozen<super::assets::AssetVersion>>,
    },
}

struct Frozen<V> {
    version: Arc<V>,
    number: u32,
    source: String,
}

impl Step {
    /// Whether the step can be carried out now.
    pub(crate) fn check(&self, stack: &Stack) -> Result<(), Refusal> {
        self.checked(stack).map(drop)
    }

    fn checked(&self, stack: &Stack) -> Result<Checked, Refusal> {
        environments(stack, std::slice::from_ref(&self.environment))?;
        let environment = stack
            .environments
            .get(&self.environment)
            .ok_or_else(Refusal::missing)?
            .uid
            .clone();
        locales(stack, std::slice::from_ref(&self.locale))?;
        match &self.subject {
            Subject::Entry { content_type, uid } => {
                let model = stack.content_type(content_type)?;
                let entry = stack
                    .shelf(content_type)?
                    .get(uid)
                    .ok_or_else(Refusal::missing)?;
                if self.action == Action::Unpublish {
                    return Ok(Checked::Entry {
                        environment,
                        version: None,
                    });
                }
                let chain = stack.chain(&self.locale);
                let (source, newest) = entry.resolve(&chain).ok_or_else(Refusal::missing)?;
                let version = match &self.version {
                    Some((locale, number)) if locale == source => {
                        entry
                            .numbered(source, *number)
                            .ok_or_else(|| Refusal::missing().because("version", "is not valid."))?
                    }
                    _ => newest,
                };
                // The service checks again at publication, against the schema as it is by then.
                validation::publishable(stack, model, uid, &version.fields)?;
                let number = version.number;
                let frozen = Frozen {
                    version: version.clone(),
                    number,
                    source: source.into(),
                };
                Ok(Checked::Entry {
                    environment,
                    version: Some(frozen),
                })
            }
            Subject::Asset { uid } => {
                let asset = stack.assets.get(uid).ok_or_else(Refusal::missing)?;
                if self.action == Action::Unpublish {
                    return Ok(Checked::Asset {
                        environment,
                        version: None,
                    });
                }
                let wanted = self.version.as_ref().map(|(_, number)| *number);
                let version = asset
                    .version(wanted)
                    .ok_or_else(|| Refusal::missing().because("version", "is not valid."))?;
                let number = version.number;
                let frozen = Frozen {
                    version: version.clone(),
                    number,
                    source: MASTER_LOCALE.into(),
                };
                Ok(Checked::Asset {
                    environment,
                    version: Some(frozen),
                })
            }
        }
    }

    /// Carries the step out.
    pub(crate) fn apply(&self, stack: &mut Stack, time: &str) -> Result<(), Refusal> {
        match self.checked(stack)? {
            Checked::Entry {
                environment,
                version,
            } => {
                if let Subject::Entry { content_type, uid } = &self.subject
                    && let Some(published) = stack.shelf_mut(content_type)?.publications(uid)
                {
                    self.settle(published, &environment, version, time);
                }
            }
            Checked::Asset {
                environment,
                version,
            } => {
                if let Some(asset) = stack.assets.get_mut(self.subject.uid()) {
                    let asset: &mut Asset = Arc::make_mut(asset);
                    self.settle(&mut asset.published, &environment, version, time);
                }
            }
        }
        Ok(())
    }

    fn settle<V>(
        &self,
        published: &mut Publications<V>,
        environment: &str,
        frozen: Option<Frozen<V>>,
        time: &str,
    ) {
        match frozen {
            None => published.unset(environment, &self.locale),
            Some(Frozen {
                version,
                number,
                source,
            }) => {
                let time = time.to_owned();
                let publication = Publication {
                    version,
                    number,
                    source,
                    time,
                };
                published.set(environment, &self.locale, publication);
            }
        }
    }
}

/// A refusal that names those of the environments that are not there.
pub(crate) fn environments(stack: &Stack, names: &[String]) -> Result<(), Refusal> {
    let unknown = |name: &&String| !stack.environments.contains_key(*name);
    refuse_unknown("environments", names.iter().filter(unknown))
}

/// A refusal that names those of the locales that are not there.
pub(crate) fn locales(stack: &Stack, codes: &[String]) -> Result<(), Refusal> {
    refuse_unknown(
        "locales",
        codes
            .iter()
            .filter(|code| !stack.locales.contains_key(*code)),
    )
}

fn refuse_unknown<'a>(
    field: &str,
    unknown: impl Iterator<Item = &'a String>,
) -> Result<(), Refusal> {
    let names: Vec<&str> = unknown.map(String::as_str).collect();
    if names.is_empty() {
        return Ok(());
    }
    let names = names.join(", ");
    Err(
        Refusal::invalid(141, format!("The {field} '{names}' do not exist."))
            .because(field, format!("'{names}' is not valid.")),
    )
}

/// When an order is due: at once, after the configured delay, or at the time that it names.
pub(crate) fn due(
    stack: &Stack,
    ask: &Ask,
    scheduled_at: Option<&str>,
) -> Result<Timestamp, Refusal> {
    if let Some(text) = scheduled_at {
        return text
            .parse()
            .map_err(|_| Refusal::shape("scheduled_at", format!("'{text}' is not a time.")));
    }
    let delay = SignedDuration::try_from(stack.setup.publish_delay).unwrap_or(SignedDuration::ZERO);
    Ok(ask.now.checked_add(delay).unwrap_or(ask.now))
}

/// Takes steps that were checked: applies what is due, and queues the rest.
pub(crate) fn take(
    stack: &mut Stack,
    now: Timestamp,
    at: Timestamp,
    step: Step,
) -> Result<(), Refusal> {
    if at <= now {
        return step.apply(stack, &stamp(now));
    }
    let uid = stack.fresh_uid("blt");
    stack.scheduled.push(Scheduled { uid, at, step });
    Ok(())
}

/// A body of one publication: `{ROOT: {environments, locales}, locale, version, scheduled_at}`.
fn order(
    stack: &mut Stack,
    ask: &Ask,
    root: &str,
    action: Action,
    subject: &Subject,
) -> Result<Answer, Refusal> {
    let body = ask.object()?;
    let rooted: &Object = body
        .get(root)
        .and_then(Value::as_object)
        .ok_or_else(|| Refusal::shape(root, "is missing from the body, or is not an object."))?;
    let names = texts(rooted, "environments")?;
    let codes = texts(rooted, "locales")?;
    for (field, list) in [("environments", &names), ("locales", &codes)] {
        if list.is_empty() {
            return Err(Refusal::shape(field, "is a required field."));
        }
    }
    environments(stack, &names)?;
    locales(stack, &codes)?;
    let of_locale = stack.asked_locale(text(&body, "locale"))?.to_owned();
    let version = match body.get("version") {
        None | Some(Value::Null) => None,
        Some(number) => {
            let number = number
                .as_u64()
                .and_then(|number| u32::try_from(number).ok());
            let number =
                number.ok_or_else(|| Refusal::shape("version", "is not a whole number."))?;
            Some((of_locale, number))
        }
    };
    let at = due(stack, ask, text(&body, "scheduled_at"))?;
    let steps: Vec<Step> = names
        .iter()
        .flat_map(|environment| codes.iter().map(move |locale| (environment, locale)))
        .map(|(environment, locale)| Step {
            action,
            subject: subject.clone(),
            environment: environment.clone(),
            locale: locale.clone(),
            version: version.clone(),
        })
        .collect();
    for step in &steps {
        step.check(stack)?;
    }
    governance::obey(stack, ask, &steps)?;
    for step in steps {
        take(stack, ask.now, at, step)?;
    }
    Ok(Answer::ok(json!({"notice": NOTICE})))
}

fn entry(stack: &mut Stack, ask: &Ask, action: Action) -> Result<Answer, Refusal> {
    let content_type = ask.parameter("ct").to_owned();
    stack.content_type(&content_type)?;
    let subject = Subject::Entry {
        content_type,
        uid: ask.parameter("entry").to_owned(),
    };
    order(stack, ask, "entry", action, &subject)
}

fn publish_entry(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    entry(stack, ask, Action::Publish)
}

fn unpublish_entry(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    entry(stack, ask, Action::Unpublish)
}

fn publish_asset(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let subject = Subject::Asset {
        uid: ask.parameter("asset").to_owned(),
    };
    order(stack, ask, "asset", Action::Publish, &subject)
}

fn unpublish_asset(stack: &mut Stack, ask: &Ask) -> Result<Answer, Refusal> {
    let subject = Subject::Asset {
        uid: ask.parameter("asset").to_owned(),
    };
    order(stack, ask, "asset", Action::Unpublish, &subject)
}
