//! A field that reads others (`@requires`, `@fromContext`) must require what these require, or
//! it would tell what its client may not see.

use apollo_compiler::Name;
use apollo_compiler::ast::{Directive, Selection};
use supergraph::link::Links;

use crate::diagnostic::{Code, Diagnostic, Report};
use crate::merge::Merged;
use crate::merge::auth::AUTH;
use crate::merge::strategy::Dnf;
use crate::subgraph::context::ContextualArgument;
use crate::subgraph::{FieldOf, Subgraph};

/// Reports fields that require less than what they read.
pub(super) fn check(merged: &Merged, subgraphs: &[Subgraph], report: &mut Report) {
    let Some(names) = AuthNames::of(&merged.links) else { return };
    let rule = Transitive { merged, names };
    for subgraph in subgraphs {
        for field in subgraph.fields() {
            rule.check_requires(subgraph, field, report);
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
    fn check_requires(&self, subgraph: &Subgraph, field: FieldOf<'_>, report: &mut Report) {
        let FieldOf { parent, definition, .. } = field;
        let Some(requires) = subgraph.requires(parent, &definition.name) else { return };
        let own = self.own(parent, &definition.name);
        if let Some(read) = self.unmet(&own, parent, &requires.fields.selections) {
            let what = format!("which its @requires reads in subgraph \"{}\"", subgraph.name);
            add_missing(report, field, &read, &what).at(subgraph.location(&requires.directive));
        }
    }

    fn check_context(
        &self,
        subgraph: &Subgraph,
        argument: &ContextualArgument<'_>,
        report: &mut Report,
    ) {
        let Some(selection) = argument.selection() else { return };
        let Some(fields) = selection.fields() else { return };
        let own = self.own(argument.field.parent, &argument.field.definition.name);
        let contexts = subgraph.contexts();
        let mut types = contexts.get(selection.context).into_iter().flatten();
        let unmet = types.find_map(|ty| match own.imply(&self.of_type(ty)) {
            true => self.unmet(&own, ty, &fields.selections),
            false => Some(ty.to_string()),
        });
        if let Some(read) = unmet {
            let what = format!("which its @fromContext reads in subgraph \"{}\"", subgraph.name);
            add_missing(report, argument.field, &read, &what)
                .at(subgraph.location(argument.directive));
        }
    }

    /// What a client must meet to see a field.
    fn own(&self, parent: &Name, field: &Name) -> Requirements {
        let mut own = self.of_type(parent);
        if let Ok(definition) = self.merged.schema.type_field(parent, field) {
            own.add(&self.names.read(&definition.directives));
            own.add(&self.of_type(definition.ty.inner_named_type()));
        }
        own
    }

    fn of_type(&self, name: &str) -> Requirements {
        let ty = self.merged.schema.types.get(name);
        ty.map_or_else(Requirements::none, |ty| self.names.read(ty.directives()))
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
                if !own.imply(&self.names.read(&definition.directives))
                    || !own.imply(&self.of_type(target))
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

fn add_missing<'r>(
    report: &'r mut Report,
    field: FieldOf<'_>,
    read: &str,
    what: &str,
) -> &'r mut Diagnostic {
    let message = format!(
        "Field \"{field}\" does not specify necessary @authenticated, @requiresScopes and/or @policy auth requirements to access \"{read}\", {what}."
    );
    report
        .add(Code::MissingTransitiveAuthRequirements, message)
        .help(format!("add to \"{field}\" the access requirements of \"{read}\""))
}

/// The names in the supergraph of the directives that say who may see an element.
struct AuthNames([Option<String>; AUTH.len()]);

/// A condition on who asks: what each of the directives says.
#[derive(Debug, Clone)]
struct Requirements([Dnf; AUTH.len()]);

impl AuthNames {
    /// The names; `None` when the supergraph has none of the directives.
    fn of(links: &Links) -> Option<Self> {
        let names = AUTH.map(|directive| directive.own_name(links));
        names.iter().any(Option::is_some).then_some(Self(names))
    }

    /// What the directives of an element require.
    fn read<D: AsRef<Directive>>(&self, directives: &[D]) -> Requirements {
        let mut requirements = Requirements::none();
        for directive in directives.iter().map(AsRef::as_ref) {
            let is_it = |name: &Option<String>| name.as_deref() == Some(directive.name.as_str());
            if let Some(index) = self.0.iter().position(is_it) {
                requirements.0[index] = match directive.arguments.first() {
                    Some(condition) => Dnf::read(&condition.value),
                    // Who asks has to be known, whoever it is.
                    None => Dnf::literal(&directive.name),
                };
            }
        }
        requirements
    }
}

impl Requirements {
    /// What everybody meets.
    fn none() -> Self {
        Self(AUTH.map(|_| Dnf::truth()))
    }

    /// Requires the others, too.
    fn add(&mut self, other: &Self) {
        for (own, other) in self.0.iter_mut().zip(&other.0) {
            *own = Dnf::all(&[own.clone(), other.clone()]);
        }
    }

    /// Whether who meets these also meets the others.
    fn imply(&self, others: &Self) -> bool {
        self.0.iter().zip(&others.0).all(|(own, other)| own.implies(other))
    }
}
