//! Reading a stack and saying what it lacks.

use std::collections::BTreeSet;

use contentstack::{
    ContentType, ContentTypeUid, EnvironmentName, Find, Locale, LocaleCode, Stack, TaxonomyUid,
};
use serde_json::{Value, json};
use site::content_model;

use super::change::{FieldPath, ModelChange, ModelPlan};
use super::document::{self, wanted};
use super::editorial;
use super::error::Error;
use super::locale_name::locale_name;
use super::merge::{differences, is_ours};
use super::spec::ModelSpec;

/// What a stack lacks of the model. Reads environments, locales, taxonomies and content types once each, and counts entries
/// only where something would be lost or taken over.
///
/// # Errors
/// What the stack refuses, and what cannot be mended by adding to it: another master locale, a name that cannot be used, a
/// field or type in the way, a stack without taxonomies.
pub async fn plan(stack: &Stack, spec: &ModelSpec) -> Result<ModelPlan, Error> {
    spec.check()?;
    let locales = stack.locales().list().await?;
    check_master(&locales, &spec.master_locale)?;
    let mut changes = environments(stack, spec).await?;
    changes.extend(missing_locales(&locales, spec)?);
    changes.extend(taxonomies(stack, spec).await?);
    changes.extend(content_types(stack, spec).await?);
    let codes: Vec<LocaleCode> = locales.into_iter().map(|locale| locale.code).collect();
    for change in &mut changes {
        count(stack, &codes, change).await?;
    }
    Ok(ModelPlan {
        changes,
        spec: spec.clone(),
    })
}

fn bad(setting: &str, value: &str, fault: &dyn std::error::Error) -> Error {
    Error::Name {
        setting: setting.to_owned(),
        value: value.to_owned(),
        fault: fault.to_string(),
    }
}

/// The master falls back to nothing. Where the stack does not say which one that is, the configured one must at least exist.
fn check_master(locales: &[Locale], configured: &str) -> Result<(), Error> {
    let mut masters: Vec<&str> = locales
        .iter()
        .filter(|locale| locale.fallback_locale.is_none())
        .map(|locale| locale.code.as_str())
        .collect();
    if masters.is_empty() {
        masters = locales.iter().map(|locale| locale.code.as_str()).collect();
    }
    if masters
        .iter()
        .any(|code| code.eq_ignore_ascii_case(configured))
    {
        return Ok(());
    }
    Err(Error::MasterLocale {
        configured: configured.to_owned(),
        found: masters.join(" or "),
    })
}

async fn environments(stack: &Stack, spec: &ModelSpec) -> Result<Vec<ModelChange>, Error> {
    let known: BTreeSet<String> = stack
        .environments()
        .list()
        .await?
        .into_iter()
        .map(|known| known.name.to_string())
        .collect();
    spec.environments
        .iter()
        .filter(|name| !known.contains(*name))
        .map(|name| {
            let name =
                EnvironmentName::new(name).map_err(|error| bad("environment", name, &error))?;
            Ok(ModelChange::CreateEnvironment { name })
        })
        .collect()
}

fn missing_locales(locales: &[Locale], spec: &ModelSpec) -> Result<Vec<ModelChange>, Error> {
    let code = |code: &str| LocaleCode::new(code).map_err(|error| bad("locale", code, &error));
    let fallback = code(&spec.master_locale)?;
    spec.locales
        .iter()
        .filter(|wanted| {
            !locales
                .iter()
                .any(|locale| locale.code.as_str().eq_ignore_ascii_case(wanted))
        })
        .map(|wanted| {
            Ok(ModelChange::CreateLocale {
                code: code(wanted)?,
                name: locale_name(wanted),
                fallback: fallback.clone(),
            })
        })
        .collect()
}

async fn taxonomies(stack: &Stack, spec: &ModelSpec) -> Result<Vec<ModelChange>, Error> {
    if spec.taxonomies.is_empty() {
        return Ok(Vec::new());
    }
    let known = stack
        .taxonomies()
        .list()
        .await
        .map_err(refused_taxonomies)?;
    spec.taxonomies
        .iter()
        .filter(|wanted| {
            !known
                .iter()
                .any(|taxonomy| taxonomy.uid.as_str() == wanted.uid)
        })
        .map(|wanted| {
            let uid = TaxonomyUid::new(wanted.uid)
                .map_err(|error| bad("taxonomy", wanted.uid, &error))?;
            Ok(ModelChange::CreateTaxonomy {
                uid,
                name: wanted.name.to_owned(),
                description: document::marked(wanted.help),
            })
        })
        .collect()
}

/// Taxonomies belong to some plans. How a stack without them answers is not documented: any refusal of the address or the
/// data counts, since the same token has just read locales.
pub(super) fn refused_taxonomies(error: contentstack::Error) -> Error {
    match error.status() {
        Some(403 | 404 | 422) => Error::Taxonomies(error),
        _ => Error::Contentstack(error),
    }
}

async fn content_types(stack: &Stack, spec: &ModelSpec) -> Result<Vec<ModelChange>, Error> {
    let known = stack.content_types().list().await?;
    let mut models: Vec<&content_model::ContentType> = spec.types.iter().collect();
    // Kinds are in the order of their references: what is referred to is made first.
    models.sort_by_key(|model| model.kind);
    let (mut made, mut changed) = (Vec::new(), Vec::new());
    for model in models {
        let uid = spec.names.content_type(model.kind);
        match known.iter().find(|known| known.uid.as_str() == uid) {
            Some(known) => changed.extend(changes_of(known, model, spec)?),
            None => made.push(creation(&known, model, spec)?),
        }
    }
    made.extend(changed);
    for model in &spec.editorial {
        // One that is there is the editors', whatever it looks like.
        if !known.iter().any(|known| known.uid.as_str() == model.uid) {
            made.push(editorial_creation(&known, model, spec)?);
        }
    }
    Ok(made)
}

fn creation(
    known: &[ContentType],
    model: &content_model::ContentType,
    spec: &ModelSpec,
) -> Result<ModelChange, Error> {
    let uid = spec.names.content_type(model.kind);
    let uid = ContentTypeUid::new(uid).map_err(|error| bad(model.kind.uid(), uid, &error))?;
    let title = free_title(known, model.name);
    Ok(ModelChange::CreateContentType {
        fields: wanted(model, &spec.names)
            .into_iter()
            .map(|field| field.uid)
            .collect(),
        document: Box::new(document::content_type(
            uid.clone(),
            title.clone(),
            model,
            &spec.names,
        )),
        uid,
        title,
    })
}

fn editorial_creation(
    known: &[ContentType],
    model: &content_model::EditorialType,
    spec: &ModelSpec,
) -> Result<ModelChange, Error> {
    let uid = ContentTypeUid::new(model.uid).map_err(|error| bad(model.uid, model.uid, &error))?;
    let title = free_title(known, model.name);
    let fields = model.fields.iter().map(|field| field.uid);
    let fields = fields.chain([content_model::SECTIONS]);
    Ok(ModelChange::CreateContentType {
        fields: fields.map(str::to_owned).collect(),
        document: Box::new(editorial::content_type(
            uid.clone(),
            title.clone(),
            model,
            &spec.names,
        )),
        uid,
        title,
    })
}

/// Titles are unique among content types, and `Book` is a likely one.
fn free_title(known: &[ContentType], name: &str) -> String {
    let taken = known
        .iter()
        .any(|known| known.title.eq_ignore_ascii_case(name));
    if taken {
        format!("{name} (Frontlist)")
    } else {
        name.to_owned()
    }
}

fn changes_of(
    known: &ContentType,
    model: &content_model::ContentType,
    spec: &ModelSpec,
) -> Result<Vec<ModelChange>, Error> {
    if known
        .options
        .get("singleton")
        .and_then(Value::as_bool)
        .unwrap_or_default()
    {
        return Err(Error::Singleton {
            content_type: known.uid.to_string(),
            setting: model.kind.uid().to_owned(),
        });
    }
    let mut changes = Vec::new();
    if !known.schema.iter().any(is_ours) {
        changes.push(ModelChange::TakeOver {
            content_type: known.uid.clone(),
            entries: 0,
        });
    }
    changes.extend(differences(
        &known.uid,
        &known.schema,
        &wanted(model, &spec.names),
    )?);
    Ok(changes)
}

/// Fills in how many entries a change concerns.
async fn count(
    stack: &Stack,
    locales: &[LocaleCode],
    change: &mut ModelChange,
) -> Result<(), Error> {
    match change {
        ModelChange::TakeOver {
            content_type,
            entries,
        } => {
            *entries = matching(stack, content_type, None, None).await?;
        }
        ModelChange::RetypeField {
            content_type,
            field,
            entries,
            ..
        } => {
            let query = holds_something(field, &Value::Null);
            *entries = holding(stack, locales, content_type, &query).await?;
        }
        ModelChange::RemoveField {
            content_type,
            field,
            entries,
            document,
        } => {
            let query = holds_something(field, document);
            *entries = holding(stack, locales, content_type, &query).await?;
        }
        _ => {}
    }
    Ok(())
}

/// Matches entries that hold something in a field. Terms are asked for by their taxonomy.
fn holds_something(field: &FieldPath, document: &Value) -> Value {
    let exists = json!({ "$exists": true });
    let taxonomies = document
        .get("taxonomies")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let each: Vec<Value> = taxonomies
        .iter()
        .filter_map(|taxonomy| taxonomy.get("taxonomy_uid").and_then(Value::as_str))
        .map(|taxonomy| json!({ (format!("taxonomies.{taxonomy}")): exists }))
        .collect();
    if each.is_empty() {
        json!({ (field.to_string()): exists })
    } else {
        json!({ "$or": each })
    }
}

/// How many entries match: of the locales, the one where it is the most. The first that is not zero is
/// enough to know that something would be lost, and the master is asked first.
async fn holding(
    stack: &Stack,
    locales: &[LocaleCode],
    content_type: &ContentTypeUid,
    query: &Value,
) -> Result<u64, Error> {
    for locale in std::iter::once(None).chain(locales.iter().map(Some)) {
        let entries = matching(stack, content_type, Some(query), locale).await?;
        if entries > 0 {
            return Ok(entries);
        }
    }
    Ok(0)
}

async fn matching(
    stack: &Stack,
    content_type: &ContentTypeUid,
    query: Option<&Value>,
    locale: Option<&LocaleCode>,
) -> Result<u64, Error> {
    let find = Find {
        query: query.cloned(),
        locale: locale.cloned(),
        limit: Some(1),
        include_count: true,
        ..Find::default()
    };
    let page = stack.entries(content_type).find(&find).await?;
    let found = u64::try_from(page.items.len()).unwrap_or(u64::MAX);
    Ok(page.count.unwrap_or(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locale(code: &str, fallback: Option<&str>) -> Locale {
        Locale {
            code: LocaleCode::new(code).unwrap(),
            name: code.to_owned(),
            fallback_locale: fallback.map(|code| LocaleCode::new(code).unwrap()),
        }
    }

    #[test]
    fn the_master_is_the_locale_that_falls_back_to_nothing() {
        let locales = [locale("en-us", None), locale("en-au", Some("en-us"))];
        check_master(&locales, "en-us").unwrap();
        let error = check_master(&locales, "en-au").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the stack's master locale is en-us, not en-au"
        );
        assert!(
            error.mend().contains("master_locale = \"en-us\""),
            "{}",
            error.mend()
        );
    }

    #[test]
    fn where_the_stack_does_not_say_the_configured_master_must_exist() {
        let locales = [
            locale("en-us", Some("en-us")),
            locale("en-au", Some("en-us")),
        ];
        check_master(&locales, "en-us").unwrap();
        assert!(check_master(&locales, "fr").is_err());
    }
}
