//! The text form of a plan, for people: one block a fetch, with what it waits for, what it needs
//! of each entity, and its operation.

use std::fmt::{self, Display, Formatter, Write};

use crate::fetch::{
    ContextPlace, EntityGroup, Fetch, FetchKind, RepresentationField, VariableSource,
};
use crate::position::{PathStep, PositionId};
use crate::{ConditionId, Literal, QueryPlan, Representation, RepresentationValue, TypeId, Wanted};

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
    /// On which condition a fetch is sent, and for which deferred fragments, each part after a
    /// space; empty for one that is always needed at once.
    #[must_use]
    pub fn occasion(&self, fetch: &Fetch) -> String {
        let mut text = String::new();
        let mut write = || {
            self.write_condition(&mut text, fetch.condition)?;
            fetch.deferred.iter().try_for_each(|wanted| self.write_wanted(&mut text, *wanted))
        };
        write().expect("a string takes all that is written to it");
        text
    }

    fn write_fetch(&self, f: &mut Formatter<'_>, index: usize, fetch: &Fetch) -> fmt::Result {
        write!(f, "\n[{index}] {}", self.subgraphs[usize::from(fetch.subgraph.0)])?;
        if !fetch.after.is_empty() {
            let ids: Vec<_> = fetch.after.iter().map(|id| id.0.to_string()).collect();
            write!(f, " after {}", ids.join(", "))?;
        }
        writeln!(f, "{}", self.occasion(fetch))?;
        if let FetchKind::Root(selection) = &fetch.target {
            let path = self.path_text(selection.position);
            if !path.is_empty() {
                writeln!(f, "  at {path}")?;
            }
        }
        for (number, group) in fetch.groups().iter().enumerate() {
            self.write_group(f, number, group)?;
        }
        for variable in &fetch.variables {
            if let VariableSource::Condition(id) = variable.source {
                write!(f, "  ${}", variable.name)?;
                self.write_condition(f, Some(id))?;
                writeln!(f)?;
            }
        }
        writeln!(f, "  {}", fetch.text())
    }

    fn write_wanted(&self, f: &mut impl Write, wanted: Wanted) -> fmt::Result {
        match wanted.by.map(|id| (id, &self.defers[usize::from(id.0)])) {
            None => f.write_str(" at once")?,
            Some((id, defer)) => {
                write!(f, " for @defer {}", id.0)?;
                if let Some(label) = &defer.label {
                    write!(f, " {label:?}")?;
                }
                self.write_condition(f, defer.condition)?;
            }
        }
        self.write_condition(f, wanted.condition)
    }

    /// Where the number of a field depends on the records, that of its group stands for it.
    fn write_group(
        &self,
        f: &mut Formatter<'_>,
        number: usize,
        group: &EntityGroup,
    ) -> fmt::Result {
        let number = group.on_demand.as_ref().map_or(String::new(), |_| number.to_string());
        for source in &group.sources {
            let path = self.path_text(source.position);
            write!(f, "  ${}{number} at {path}", group.variable)?;
            self.write_condition(f, group.condition)?;
            if group.instead_of().is_some() {
                f.write_str(" instead")?;
            }
            f.write_char(':')?;
            for representation in &source.representations {
                f.write_char(' ')?;
                self.write_representation(f, representation)?;
            }
            writeln!(f)?;
            let variables = group.on_demand.iter().flat_map(|on_demand| &on_demand.contexts);
            for (variable, places) in variables.zip(&source.contexts) {
                self.write_context(f, &format!("{}{number}", variable.name), places)?;
            }
        }
        for known in &group.known {
            let path = self.path_text(known.position);
            write!(f, "  ${}{number} but for those at {path}: ", group.variable)?;
            self.write_representation(f, &known.representation)?;
            writeln!(f)?;
        }
        Ok(())
    }

    fn write_context(
        &self,
        f: &mut Formatter<'_>,
        name: &str,
        places: &[ContextPlace],
    ) -> fmt::Result {
        write!(f, "  ${name} from")?;
        for place in places {
            let path = self.path_text(place.position);
            write!(f, " {} {{", if path.is_empty() { "the root" } else { &path })?;
            self.write_fields(f, &place.values)?;
            f.write_str(" }")?;
        }
        writeln!(f)
    }

    fn write_representation(&self, f: &mut Formatter<'_>, r: &Representation) -> fmt::Result {
        if let Some(types) = &r.types {
            let names: Vec<_> = types.iter().map(|id| self.type_name(id)).collect();
            if names != [r.typename.as_str()] {
                write!(f, "{} as ", names.join("|"))?;
            }
        }
        write!(f, "{} {{", r.typename)?;
        self.write_fields(f, &r.fields)?;
        f.write_str(" }")
    }

    fn write_fields(&self, f: &mut Formatter<'_>, fields: &[RepresentationField]) -> fmt::Result {
        for field in fields {
            write!(f, " {}", field.name)?;
            if let RepresentationValue::Object { fields, .. } = &field.value {
                f.write_str(" {")?;
                self.write_fields(f, fields)?;
                f.write_str(" }")?;
            }
            self.write_condition(f, field.condition)?;
        }
        Ok(())
    }

    fn write_condition(&self, f: &mut impl Write, id: Option<ConditionId>) -> fmt::Result {
        let Some(id) = id else { return Ok(()) };
        let literal = |l: &Literal| format!("{}${}", if l.value { "" } else { "!" }, l.variable);
        let clauses = self.conditions[usize::from(id.0)].any_of.iter();
        let clauses = clauses.map(|all| all.iter().map(literal).collect::<Vec<_>>().join(" && "));
        let clauses: Vec<String> = clauses.collect();
        write!(f, " if {}", clauses.join(" || "))
    }

    fn type_name(&self, id: TypeId) -> &str {
        &self.types[usize::from(id.0)]
    }

    /// The steps to a position, as people write them.
    #[must_use]
    pub fn path(&self, position: PositionId) -> Vec<String> {
        let step = |step: &PathStep| match step {
            PathStep::Key(key) => key.clone(),
            PathStep::Items => "@".to_owned(),
            PathStep::Types(types) => {
                let names: Vec<_> = types.iter().map(|id| self.type_name(*id)).collect();
                format!("|[{}]", names.join("|"))
            }
        };
        self.positions[position.0 as usize].path.iter().map(step).collect()
    }

    /// The path to a position on one line; the types follow what they are the types of.
    fn path_text(&self, position: PositionId) -> String {
        self.path(position).join(".").replace(".|[", "|[")
    }
}

impl Fetch {
    /// The whole text of the operation, with each field once that is added on demand for its own sake.
    #[must_use]
    pub fn text(&self) -> String {
        let (mut definitions, mut fields) = (String::new(), String::new());
        let mut fragments = self.fragments.clone();
        for (number, group) in self.groups().iter().enumerate() {
            if let Some(on_demand) = group.on_demand.as_ref().filter(|o| o.instead_of.is_none()) {
                let number = number.to_string();
                definitions += &format!("{},", on_demand.definitions.join(&number));
                for (_, definition) in &on_demand.variables {
                    let is_new = !definitions.split(',').any(|known| known == definition);
                    definitions += &if is_new { format!("{definition},") } else { String::new() };
                }
                fields += &format!(" {}", on_demand.field.join(&number));
                fragments += &on_demand.fragments;
            }
        }
        let (head, body) = self.operation.split_at(self.operation.find('(').map_or(0, |at| at + 1));
        match body.strip_suffix('}') {
            Some(body) if !fields.is_empty() => {
                format!("{head}{definitions}{body}{fields}}}{fragments}")
            }
            _ => format!("{}{fragments}", self.operation),
        }
    }
}
