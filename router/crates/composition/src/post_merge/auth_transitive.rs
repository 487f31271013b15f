//! A field that reads others (`@requires`, `@fromContext`) must require what these require, or
//! it would tell what its client may not see.

use apollo_compiler::Name;
use apollo_compiler::ast::{FieldDefinition, Selection};
use apollo_compiler::schema::Component;

use super::requirements::{AuthNames, Requirements};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::merge::Merged;
use crate::merge::report::Report;
use crate::subgraph::Subgraph;
use crate::subgraph::context::ContextualArgument;

/// Reports fields that require less than what they read.
pub(super) fn check(merged: &Merged, subgraphs: &[Subgraph], report: &mut Report) {
    let Some(names) = AuthNames::of(&merged.links) else { return };
    let rule = Transitive { merged, names };
    for subgraph in subgraphs {
        for (parent, _, field) in subgraph.fields() {
            rule.check_requires(subgraph, parent, field, report);
        }
        for argument in subgraph.contextual_arguments() {
            rule.check_context(subgraph, &argument, report);
        }
    }
}

struct Transitive<'a> {
    merged: &'a Merged,
    names: AuthNames,
}

impl Transitive<'_> {
    fn check_requires(
        &self,
        subgraph: &Subgraph,
        parent: &Name,
        field: &Component<FieldDefinition>,
        report: &mut Report,
    ) {
        let Some(requires) = subgraph.requires(parent, &field.name) else { return };
        let own = self.own(parent, &field.name);
        let Some(read) = self.unmet(&own, parent, &requires.fields.selections) else { return };
        let what = format!("which its @requires reads in subgraph \"{}\"", subgraph.name);
        let error = missing(parent, &field.name, &read, &what);
        report.error(error.at(subgraph.location(&requires.directive)));
    }

    fn check_context(
        &self,
        subgraph: &Subgraph,
        argument: &ContextualArgument<'_>,
        report: &mut Report,
    ) {
        let Some(selection) = argument.selection() else { return };
        let Some(fields) = selection.fields() else { return };
        let own = self.own(argument.parent, &argument.field.name);
        let contexts = subgraph.contexts();
        let types = contexts.get(selection.context).into_iter().flatten();
        let unmet = types.filter_map(|ty| {
            if !own.imply(&self.of_type(ty)) {
                return Some(ty.to_string());
            }
            self.unmet(&own, ty, &fields.selections)
        });
        for read in unmet.take(1) {
            let what = format!("which its @fromContext reads in subgraph \"{}\"", subgraph.name);
            let error = missing(argument.parent, &argument.field.name, &read, &what);
            report.error(error.at(subgraph.location(argument.directive)));
        }
    }

    /// What a client must meet to see a field.
    fn own(&self, parent: &Name, field: &Name) -> Requirements {
        let mut own = self.of_type(parent);
        if let Ok(definition) = self.merged.schema.type_field(parent, field) {
            own.add(&self.names.of_field(definition));
            own.add(&self.of_type(definition.ty.inner_named_type()));
        }
        own
    }

    fn of_type(&self, name: &str) -> Requirements {
        let ty = self.merged.schema.types.get(name);
        ty.map_or_else(Requirements::none, |ty| self.names.read(&ty.directives().0))
    }

    /// The first element of a selection that requires more. The depth of the recursion is that of
    /// the field set, which parsing limits.
    fn unmet(&self, own: &Requirements, parent: &Name, set: &[Selection]) -> Option<String> {
        set.iter().find_map(|selection| match selection {
            Selection::Field(field) if field.name == "__typename" => None,
            Selection::Field(field) => {
                let schema = &self.merged.schema;
                let definition = schema.type_field(parent, &field.name).ok()?;
                let target = definition.ty.inner_named_type();
                if !own.imply(&self.names.of_field(definition)) || !own.imply(&self.of_type(target))
                {
                    return Some(format!("{parent}.{}", field.name));
                }
                self.unmet(own, target, &field.selection_set)
            }
            Selection::InlineFragment(fragment) => match &fragment.type_condition {
                Some(ty) if !own.imply(&self.of_type(ty)) => Some(ty.to_string()),
                condition => {
                    let target = condition.as_ref().unwrap_or(parent);
                    self.unmet(own, target, &fragment.selection_set)
                }
            },
            Selection::FragmentSpread(_) => None,
        })
    }
}

fn missing(parent: &Name, field: &Name, read: &str, what: &str) -> Diagnostic {
    let message = format!(
        "Field \"{parent}.{field}\" does not specify necessary @authenticated, @requiresScopes and/or @policy auth requirements to access \"{read}\", {what}."
    );
    Diagnostic::new(Code::MissingTransitiveAuthRequirements, message)
        .help(format!("add to \"{parent}.{field}\" the access requirements of \"{read}\""))
}
