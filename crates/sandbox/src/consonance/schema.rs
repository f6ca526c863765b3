//! The schema as data: read from `schema.graphql`, cut down for strict mode, and handed to the
//! engine.
//!
//! How sure a name is belongs beside the name and nowhere else, so it is written in the schema text
//! as a directive and everything that strict mode does follows from it.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::dynamic::TypeRef;
use async_graphql::parser::types::{
    BaseType, ConstDirective, FieldDefinition, InputValueDefinition, Type, TypeDefinition,
    TypeKind, TypeSystemDefinition,
};
use async_graphql::parser::{Positioned, parse_schema};
use async_graphql::{Name, Value};

const TEXT: &str = include_str!("schema.graphql");
/// Types that every GraphQL server has.
const BUILT_IN: [&str; 5] = ["Int", "Float", "String", "Boolean", "ID"];
/// Grades whose names are certain.
const SURE: [&str; 2] = ["C", "E"];

/// Why the schema text could not be read. A mistake in the text, never in what a person asked.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// The text is not GraphQL.
    #[error("the schema text does not parse")]
    Text(#[from] async_graphql::parser::Error),
    /// The engine does not accept the schema.
    #[error("the schema is not consistent")]
    Engine(#[from] async_graphql::dynamic::SchemaError),
}

/// All types by name.
#[derive(Debug)]
pub(crate) struct Definitions {
    pub(crate) types: BTreeMap<String, Definition>,
}

/// What one type is.
#[derive(Debug)]
pub(crate) enum Definition {
    /// A scalar; an opaque one stands for an enumeration none of whose literals is sure.
    Scalar {
        opaque: bool,
    },
    Enumeration {
        literals: Vec<Member>,
    },
    Input {
        fields: Vec<Argument>,
    },
    Interface {
        fields: Vec<Output>,
    },
    Object {
        interface: Option<String>,
        fields: Vec<Output>,
    },
}

/// One literal of an enumeration.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) name: String,
    grade: String,
}

/// An argument of a field, or a field of an input.
#[derive(Debug, Clone)]
pub(crate) struct Argument {
    pub(crate) name: String,
    pub(crate) ty: TypeRef,
    grade: String,
}

/// A field that answers.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    pub(crate) name: String,
    pub(crate) ty: TypeRef,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) deprecation: Option<String>,
    grade: String,
}

impl Definitions {
    /// Reads the schema; `strict` leaves only names graded C or E. `without` are fields that this account lacks, as
    /// `Type.field`; what only they need goes with them.
    pub(crate) fn read(strict: bool, without: &[String]) -> Result<Self, SchemaError> {
        let document = parse_schema(TEXT)?;
        let mut types = BTreeMap::new();
        for definition in document.definitions {
            if let TypeSystemDefinition::Type(definition) = definition {
                let (name, definition) = read_type(definition.node);
                types.insert(name, definition);
            }
        }
        let mut definitions = Self { types };
        definitions.inherit();
        if strict {
            definitions.keep_sure_members();
        }
        for name in without {
            definitions.drop_member(name);
        }
        definitions.drop_dangling();
        Ok(definitions)
    }

    /// The fields a type answers, its interface's first.
    pub(crate) fn fields(&self, name: &str) -> &[Output] {
        match self.types.get(name) {
            Some(Definition::Interface { fields } | Definition::Object { fields, .. }) => fields,
            _ => &[],
        }
    }

    fn inherit(&mut self) {
        let interfaces: BTreeMap<String, Vec<Output>> = self
            .types
            .iter()
            .filter_map(|(name, definition)| match definition {
                Definition::Interface { fields } => Some((name.clone(), fields.clone())),
                _ => None,
            })
            .collect();
        for definition in self.types.values_mut() {
            if let Definition::Object {
                interface: Some(interface),
                fields,
            } = definition
            {
                let mut all = interfaces.get(interface).cloned().unwrap_or_default();
                all.append(fields);
                *fields = all;
            }
        }
    }

    fn keep_sure_members(&mut self) {
        let sure = |grade: &String| SURE.contains(&grade.as_str());
        for definition in self.types.values_mut() {
            match definition {
                Definition::Scalar { .. } => {}
                Definition::Enumeration { literals } => {
                    literals.retain(|literal| sure(&literal.grade));
                    if literals.is_empty() {
                        *definition = Definition::Scalar { opaque: true };
                    }
                }
                Definition::Input { fields } => fields.retain(|field| sure(&field.grade)),
                Definition::Interface { fields } | Definition::Object { fields, .. } => {
                    fields.retain(|field| sure(&field.grade));
                    for field in fields {
                        field.arguments.retain(|argument| sure(&argument.grade));
                    }
                }
            }
        }
    }

    /// Removes one field. A name that is none removes nothing.
    fn drop_member(&mut self, name: &str) {
        let Some((owner, field)) = name.split_once('.') else {
            return;
        };
        match self.types.get_mut(owner) {
            Some(Definition::Input { fields }) => fields.retain(|one| one.name != field),
            Some(Definition::Interface { fields } | Definition::Object { fields, .. }) => {
                fields.retain(|one| one.name != field);
            }
            _ => {}
        }
    }

    /// Removes types without members, and whatever uses a type that is not there, until nothing
    /// dangles.
    fn drop_dangling(&mut self) {
        loop {
            self.types.retain(|_, definition| match definition {
                Definition::Input { fields } => !fields.is_empty(),
                Definition::Interface { fields } | Definition::Object { fields, .. } => {
                    !fields.is_empty()
                }
                Definition::Scalar { .. } | Definition::Enumeration { .. } => true,
            });
            let known: BTreeSet<String> = self
                .types
                .keys()
                .cloned()
                .chain(BUILT_IN.map(str::to_owned))
                .collect();
            let mut changed = false;
            let mut retain = |ty: &TypeRef| {
                let keep = known.contains(ty.type_name());
                changed |= !keep;
                keep
            };
            for definition in self.types.values_mut() {
                match definition {
                    Definition::Scalar { .. } | Definition::Enumeration { .. } => {}
                    Definition::Input { fields } => fields.retain(|field| retain(&field.ty)),
                    Definition::Interface { fields } | Definition::Object { fields, .. } => {
                        fields.retain(|field| retain(&field.ty));
                        for field in fields {
                            field.arguments.retain(|argument| retain(&argument.ty));
                        }
                    }
                }
            }
            if !changed {
                return;
            }
        }
    }
}

fn read_type(definition: TypeDefinition) -> (String, Definition) {
    let grade = grade(&definition.directives).unwrap_or_default();
    let read = match definition.kind {
        TypeKind::Scalar | TypeKind::Union(_) => Definition::Scalar { opaque: false },
        TypeKind::Enum(kind) => Definition::Enumeration {
            literals: kind
                .values
                .into_iter()
                .map(|literal| Member {
                    name: literal.node.value.node.to_string(),
                    grade: own_or(&literal.node.directives, &grade),
                })
                .collect(),
        },
        TypeKind::InputObject(kind) => Definition::Input {
            fields: read_arguments(kind.fields, &grade),
        },
        TypeKind::Interface(kind) => Definition::Interface {
            fields: read_fields(kind.fields, &grade),
        },
        TypeKind::Object(kind) => Definition::Object {
            interface: kind.implements.first().map(|name| name.node.to_string()),
            fields: read_fields(kind.fields, &grade),
        },
    };
    (definition.name.node.to_string(), read)
}

fn read_fields(fields: Vec<Positioned<FieldDefinition>>, of_type: &str) -> Vec<Output> {
    fields
        .into_iter()
        .map(|field| {
            let field = field.node;
            let grade = own_or(&field.directives, of_type);
            Output {
                name: field.name.node.to_string(),
                ty: type_ref(&field.ty.node),
                arguments: read_arguments(field.arguments, &grade),
                deprecation: text_of(&field.directives, "deprecated", "reason"),
                grade,
            }
        })
        .collect()
}

fn read_arguments(
    arguments: Vec<Positioned<InputValueDefinition>>,
    of_owner: &str,
) -> Vec<Argument> {
    arguments
        .into_iter()
        .map(|argument| Argument {
            name: argument.node.name.node.to_string(),
            ty: type_ref(&argument.node.ty.node),
            grade: own_or(&argument.node.directives, of_owner),
        })
        .collect()
}

fn type_ref(ty: &Type) -> TypeRef {
    let base = match &ty.base {
        BaseType::Named(name) => TypeRef::named(name.as_str()),
        BaseType::List(inner) => TypeRef::List(Box::new(type_ref(inner))),
    };
    if ty.nullable {
        base
    } else {
        TypeRef::NonNull(Box::new(base))
    }
}

fn grade(directives: &[Positioned<ConstDirective>]) -> Option<String> {
    text_of(directives, "grade", "is")
}

fn own_or(directives: &[Positioned<ConstDirective>], inherited: &str) -> String {
    grade(directives).unwrap_or_else(|| inherited.to_owned())
}

fn text_of(
    directives: &[Positioned<ConstDirective>],
    directive: &str,
    argument: &str,
) -> Option<String> {
    let found = directives
        .iter()
        .find(|found| found.node.name.node == directive)?;
    match &found.node.get_argument(&Name::new(argument))?.node {
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(definitions: &Definitions, owner: &str) -> Vec<String> {
        definitions
            .fields(owner)
            .iter()
            .map(|field| field.name.clone())
            .collect()
    }

    #[test]
    fn every_member_has_a_known_grade() {
        let definitions = Definitions::read(false, &[]).unwrap();
        let check = |place: String, grade: &str| {
            assert!(
                ["C", "E", "CN", "X", "I"].contains(&grade),
                "{place} has the grade {grade:?}"
            );
        };
        for (owner, definition) in &definitions.types {
            match definition {
                Definition::Scalar { .. } => {}
                Definition::Enumeration { literals } => literals
                    .iter()
                    .for_each(|literal| check(format!("{owner}.{}", literal.name), &literal.grade)),
                Definition::Input { fields } => fields
                    .iter()
                    .for_each(|field| check(format!("{owner}.{}", field.name), &field.grade)),
                Definition::Interface { fields } | Definition::Object { fields, .. } => fields
                    .iter()
                    .for_each(|field| check(format!("{owner}.{}", field.name), &field.grade)),
            }
        }
    }

    #[test]
    fn strict_mode_keeps_what_is_sure_and_drops_what_is_not() {
        let lenient = Definitions::read(false, &[]).unwrap();
        let strict = Definitions::read(true, &[]).unwrap();
        for (owner, sure, unsure) in [
            ("Query", "works", "contracts"),
            ("Query", "contract", "imprints"),
            ("Work", "projectStage", "keywords"),
            (
                "PhysicalBookProduct",
                "allowOnixExports",
                "supportingResources",
            ),
            ("MarketingText", "fromDate", "untilDate"),
            ("SupportingResource", "url", "status"),
            ("ISBN", "isbn13", "isbnWithSpaces"),
        ] {
            assert!(
                names(&lenient, owner).contains(&unsure.to_owned()),
                "{owner}.{unsure}"
            );
            assert!(
                names(&strict, owner).contains(&sure.to_owned()),
                "{owner}.{sure}"
            );
            assert!(
                !names(&strict, owner).contains(&unsure.to_owned()),
                "{owner}.{unsure}"
            );
        }
    }

    #[test]
    fn an_enumeration_without_sure_literals_becomes_opaque() {
        let strict = Definitions::read(true, &[]).unwrap();
        let Some(Definition::Scalar { opaque: true }) = strict.types.get("ProductTypename") else {
            panic!("ProductTypename has no sure literal");
        };
    }
}
