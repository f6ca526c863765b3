//! From the table of wanted names to the text of queries.
//!
//! Values are written into the text, since they are numbers and dates only; that needs no name of
//! any input type. One selection of a work serves pages and single records alike, so both are read
//! by the same code.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use jiff::civil::Date;

use crate::schema::{Missing, Schema};
use crate::settings::Ask;
use crate::wanted::{CONTRACT_SEARCH, FRAGMENTS, Gate, Need, WANTED, WORK_SEARCH, Wanted};
use crate::work_id::WorkId;

/// Response paths that are not asked for because the service fails on them:
/// `products.allowOnixExports`.
pub(crate) type Omitted = BTreeSet<String>;

/// What is asked for, and what cannot be.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    missing: Vec<Missing>,
    asks_contracts: bool,
    can_filter_changes: bool,
    can_pick: bool,
}

impl Plan {
    pub(crate) fn new(schema: &Schema, ask: Ask) -> Self {
        let mut builder = Builder::new(schema, ask);
        let mut everything = String::new();
        builder.members(&mut everything, "Query", schema.root(), "", &Omitted::new());
        let searches = [
            (WORK_SEARCH, "works", "workSearch"),
            (CONTRACT_SEARCH, "contracts", "contractSearch"),
        ];
        for (label, field, argument) in searches {
            let actual = schema.argument_type(field, argument, label);
            for row in builder.rows(label) {
                if !schema.has_field(actual, row) {
                    builder.missing.push(Missing::of(row, false));
                }
            }
        }
        let mut missing = builder.missing;
        missing.sort_by_key(|missing| {
            let at = WANTED
                .iter()
                .position(|row| (row.on, row.field) == (missing.on, missing.field));
            (missing.need == Need::Plain, at, missing.argument)
        });
        missing.dedup();
        let lacks = |on: &str, field: &str| missing.iter().any(|m| (m.on, m.field) == (on, field));
        Self {
            asks_contracts: ask.contracts,
            can_filter_changes: !lacks(WORK_SEARCH, "changedSince"),
            can_pick: !lacks(WORK_SEARCH, "idEq"),
            missing,
        }
    }

    pub(crate) fn missing(&self) -> &[Missing] {
        &self.missing
    }

    /// Whether contracts are to be read.
    pub(crate) fn asks_contracts(&self) -> bool {
        self.asks_contracts
    }

    /// Whether works can be searched by the day they changed.
    pub(crate) fn can_filter_changes(&self) -> bool {
        self.can_filter_changes
    }

    /// Whether single works can be asked for.
    pub(crate) fn can_pick(&self) -> bool {
        self.can_pick
    }
}

/// Which works a query asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Search {
    /// Those with higher ids, changed since a day if one is given.
    After(WorkId, Option<Date>),
    /// One.
    One(WorkId),
}

impl Search {
    fn text(self) -> String {
        match self {
            Self::After(id, None) => format!("{{after: {id}}}"),
            Self::After(id, Some(day)) => format!("{{after: {id}, changedSince: \"{day}\"}}"),
            Self::One(id) => format!("{{idEq: {id}}}"),
        }
    }
}

/// Whether a list can be walked by its numbers.
pub(crate) fn search_takes_after(
    schema: &Schema,
    root: &str,
    argument: &str,
    otherwise: &str,
) -> bool {
    schema.has(schema.argument_type(root, argument, otherwise), "after")
}

/// Asks for ids alone.
pub(crate) fn ids(search: Search) -> String {
    format!("{{ works(workSearch: {}) {{ id }} }}", search.text())
}

/// Asks for whole works.
pub(crate) fn works(schema: &Schema, search: Search, omitted: &Omitted) -> String {
    let mut builder = Builder::new(schema, Ask::default());
    let mut text = format!("{{ works(workSearch: {}) {{", search.text());
    let actual = schema.type_of(schema.root(), "works", "Work");
    builder.members(&mut text, "Work", actual, "", omitted);
    text.push_str(" } }");
    text
}

/// Asks for contracts with higher ids.
pub(crate) fn contracts(schema: &Schema, after: i64) -> String {
    let mut builder = Builder::new(schema, Ask { contracts: true });
    let mut text = format!("{{ contracts(contractSearch: {{after: {after}}}) {{");
    let actual = schema.type_of(schema.root(), "contracts", "Contract");
    builder.members(&mut text, "Contract", actual, "", &Omitted::new());
    text.push_str(" } }");
    text
}

struct Builder<'a> {
    schema: &'a Schema,
    ask: Ask,
    missing: Vec<Missing>,
}

impl<'a> Builder<'a> {
    fn new(schema: &'a Schema, ask: Ask) -> Self {
        Self {
            schema,
            ask,
            missing: Vec::new(),
        }
    }

    /// The rows of a type, less those about contracts where nobody asked for contracts.
    fn rows(&self, label: &str) -> Vec<&'static Wanted> {
        let contracts = self.ask.contracts;
        let wanted = WANTED.iter().filter(|row| row.on == label);
        wanted
            .filter(|row| contracts || row.need != Need::Gate(Gate::Contract))
            .collect()
    }

    /// Writes the members of a type, and of the concrete types within it. Tells whether any was.
    fn members(
        &mut self,
        text: &mut String,
        label: &str,
        actual: &str,
        path: &str,
        omitted: &Omitted,
    ) -> bool {
        let mut some = false;
        let fragments = FRAGMENTS
            .iter()
            .filter(|(interface, _)| *interface == label);
        if label == "SubjectCode" || fragments.clone().next().is_some() {
            text.push_str(" __typename");
            some = true;
        }
        some |= self.fields(text, label, actual, path, omitted);
        for (_, concrete) in fragments {
            let mut within = String::new();
            if self.schema.is_possible(actual, concrete)
                && self.fields(&mut within, concrete, concrete, path, omitted)
            {
                // Writing to a String cannot fail.
                let _written = write!(text, " ... on {concrete} {{{within} }}");
                some = true;
            }
        }
        some
    }

    fn fields(
        &mut self,
        text: &mut String,
        label: &str,
        actual: &str,
        path: &str,
        omitted: &Omitted,
    ) -> bool {
        let mut some = false;
        for row in self.rows(label) {
            if row.instead_of.is_some_and(|other| !self.lacks(other)) {
                continue;
            }
            let has = self.schema.has_field(actual, row);
            if !has || !self.schema.takes_argument(actual, row) {
                self.missing.push(Missing::of(row, has));
                continue;
            }
            let name = row.response_name();
            let below = if path.is_empty() {
                name.to_owned()
            } else {
                format!("{path}.{name}")
            };
            if omitted.contains(&below) {
                continue;
            }
            some |= self.field(text, row, actual, &below, omitted);
        }
        some
    }

    fn field(
        &mut self,
        text: &mut String,
        row: &Wanted,
        actual: &str,
        path: &str,
        omitted: &Omitted,
    ) -> bool {
        let mut field = String::from(" ");
        if let Some(alias) = row.alias {
            field.push_str(alias);
            field.push_str(": ");
        }
        field.push_str(row.field);
        if let Some((argument, value)) = row.argument {
            let _written = write!(field, "({argument}: {value})");
        }
        if let Some(label) = row.opens {
            let mut within = String::new();
            let inner = self.schema.type_of(actual, row.field, label).to_owned();
            if !self.members(&mut within, label, &inner, path, omitted) {
                return false;
            }
            let _written = write!(field, " {{{within} }}");
        }
        text.push_str(&field);
        true
    }

    /// Whether the schema lacks the row. Its type has been visited before whatever stands in for
    /// it, since texts come before products in the table.
    fn lacks(&self, (on, field): (&str, &str)) -> bool {
        self.missing
            .iter()
            .any(|missing| (missing.on, missing.field) == (on, field))
    }
}
