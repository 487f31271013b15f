//! The text form of a plan, for people: one block a fetch, with what it waits for, what it needs
//! of each entity, and its operation.

use std::fmt::{self, Display, Formatter, Write};

use crate::fetch::{EntityGroup, Fetch, FetchKind, RepresentationField, VariableSource};
use crate::position::{PathStep, Position};
use crate::{ConditionId, QueryPlan, Representation, RepresentationValue, TypeId};

impl Display for QueryPlan {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let count = self.fetches.len();
        let plural = if count == 1 { "fetch" } else { "fetches" };
        writeln!(f, "{} plan: {count} {plural}", self.kind.keyword())?;
        for (index, fetch) in self.fetches.iter().enumerate() {
            self.write_fetch(f, index, fetch)?;
        }
        Ok(())
    }
}

impl QueryPlan {
    fn write_fetch(&self, f: &mut Formatter<'_>, index: usize, fetch: &Fetch) -> fmt::Result {
        write!(f, "\n[{index}] {}", self.subgraphs[usize::from(fetch.subgraph.0)])?;
        if !fetch.after.is_empty() {
            let ids: Vec<_> = fetch.after.iter().map(|id| id.0.to_string()).collect();
            write!(f, " after {}", ids.join(", "))?;
        }
        self.write_condition(f, fetch.condition)?;
        writeln!(f)?;
        match &fetch.target {
            FetchKind::Root(selection) => {
                let path = self.path(&self.positions[selection.position.0 as usize]);
                if !path.is_empty() {
                    writeln!(f, "  at {path}")?;
                }
            }
            FetchKind::Entities(groups) => {
                for group in groups {
                    self.write_group(f, group)?;
                }
            }
        }
        for variable in &fetch.variables {
            if let VariableSource::Condition(id) = variable.source {
                write!(f, "  ${}", variable.name)?;
                self.write_condition(f, Some(id))?;
                writeln!(f)?;
            }
        }
        writeln!(f, "  {}", fetch.operation)
    }

    fn write_group(&self, f: &mut Formatter<'_>, group: &EntityGroup) -> fmt::Result {
        for source in &group.sources {
            let path = self.path(&self.positions[source.position.0 as usize]);
            write!(f, "  ${} at {path}", group.variable)?;
            self.write_condition(f, group.condition)?;
            f.write_char(':')?;
            for representation in &source.representations {
                f.write_char(' ')?;
                self.write_representation(f, representation)?;
            }
            writeln!(f)?;
        }
        Ok(())
    }

    fn write_representation(&self, f: &mut Formatter<'_>, r: &Representation) -> fmt::Result {
        if let Some(types) = &r.types {
            let names: Vec<_> = types.iter().map(|id| self.type_name(id)).collect();
            if names != [r.typename.as_str()] {
                write!(f, "{} as ", names.join("|"))?;
            }
        }
        write!(f, "{} {{", r.typename)?;
        write_fields(f, &r.fields)?;
        f.write_str(" }")
    }

    fn write_condition(&self, f: &mut Formatter<'_>, id: Option<ConditionId>) -> fmt::Result {
        let Some(id) = id else { return Ok(()) };
        let clauses: Vec<String> = self.conditions[usize::from(id.0)]
            .any_of
            .iter()
            .map(|clause| {
                let literals: Vec<_> = clause
                    .iter()
                    .map(|l| format!("{}${}", if l.value { "" } else { "!" }, l.variable))
                    .collect();
                literals.join(" && ")
            })
            .collect();
        write!(f, " if {}", clauses.join(" || "))
    }

    fn type_name(&self, id: TypeId) -> &str {
        &self.types[usize::from(id.0)]
    }

    fn path(&self, position: &Position) -> String {
        let mut path = String::new();
        for step in &position.path {
            match step {
                PathStep::Key(key) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(key);
                }
                PathStep::Items => path.push_str(".@"),
                PathStep::Types(types) => {
                    let names: Vec<_> = types.iter().map(|id| self.type_name(*id)).collect();
                    path.push_str(&format!("|[{}]", names.join("|")));
                }
            }
        }
        path
    }
}

fn write_fields(f: &mut Formatter<'_>, fields: &[RepresentationField]) -> fmt::Result {
    for field in fields {
        write!(f, " {}", field.name)?;
        if let RepresentationValue::Object { fields, .. } = &field.value {
            f.write_str(" {")?;
            write_fields(f, fields)?;
            f.write_str(" }")?;
        }
    }
    Ok(())
}
