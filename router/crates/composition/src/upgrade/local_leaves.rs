//! Federation 1 let `@requires` and `@provides` name fields that the subgraph resolves itself.
//! They are dropped, and a directive that names nothing else with them.

use apollo_compiler::ast::{self, Value};
use apollo_compiler::{Name, Node};
use supergraph::field_set;
use supergraph::spec::federation::FederationDirective as D;

use super::originals::{Upgrade, field_directives};
use crate::subgraph::application::FieldSetApplication;
use crate::subgraph::{FieldOf, Subgraph};

pub(super) fn step(Upgrade { subgraph, .. }: &mut Upgrade<'_>) {
    subgraph.refresh();
    let mut changes = Vec::new();
    for FieldOf { parent, definition, .. } in subgraph.fields() {
        let targets = [(D::Requires, parent), (D::Provides, definition.ty.inner_named_type())];
        for (directive, target) in targets {
            for node in subgraph.applications(&definition.directives, directive) {
                if let Some(remaining) = remaining(subgraph, target, node) {
                    let (parent, field) = (parent.clone(), definition.name.clone());
                    changes.push((parent, field, node.clone(), remaining));
                }
            }
        }
    }
    for (ty, field, node, remaining) in changes {
        let Some(directives) = field_directives(subgraph, &ty, &field) else { continue };
        if remaining.is_empty() {
            directives.retain(|d| *d != node);
        } else if let Some(directive) = directives.iter_mut().find(|d| **d == node) {
            set_fields(directive, remaining);
        }
    }
}

/// What a field set selects beyond the fields resolved here; `None` when that is all of it.
fn remaining(subgraph: &Subgraph, parent: &Name, node: &Node<ast::Directive>) -> Option<String> {
    let application = FieldSetApplication::read(node)?;
    let mut trim = Trim { subgraph, has_dropped: false };
    let kept = trim.selections(&application.fields.selections, parent, false);
    trim.has_dropped.then(|| field_set::print(&kept))
}

struct Trim<'a> {
    subgraph: &'a Subgraph,
    has_dropped: bool,
}

impl Trim<'_> {
    /// The depth is that of the field set, which parsing limits.
    fn selections(
        &mut self,
        selections: &[ast::Selection],
        parent: &Name,
        is_below_external: bool,
    ) -> Vec<ast::Selection> {
        let kept = selections.iter().filter_map(|selection| {
            let kept = self.selection(selection, parent, is_below_external);
            self.has_dropped |= kept.is_none();
            kept
        });
        kept.collect()
    }

    fn selection(
        &mut self,
        selection: &ast::Selection,
        parent: &Name,
        is_below_external: bool,
    ) -> Option<ast::Selection> {
        match selection {
            ast::Selection::Field(field) => {
                let is_external =
                    is_below_external || self.subgraph.may_be_external(parent, &field.name);
                if field.selection_set.is_empty() {
                    // What is not right is left for the rules to report.
                    let schema = &self.subgraph.schema;
                    let field_ty = schema.type_field(parent, &field.name).map(|d| &d.ty);
                    let ty = field_ty.ok().and_then(|ty| schema.types.get(ty.inner_named_type()));
                    let is_leaf = ty.is_some_and(|ty| ty.is_scalar() || ty.is_enum());
                    let is_wrong = !is_leaf || field.alias.is_some();
                    return (is_external || is_wrong).then(|| selection.clone());
                }
                let definition = self.subgraph.schema.type_field(parent, &field.name);
                let Ok(definition) = definition else { return Some(selection.clone()) };
                let target = definition.ty.inner_named_type();
                let kept = self.selections(&field.selection_set, target, is_external);
                let mut field = field.clone();
                field.make_mut().selection_set = kept;
                (!field.selection_set.is_empty()).then_some(ast::Selection::Field(field))
            }
            ast::Selection::InlineFragment(fragment) => {
                let target = fragment.type_condition.as_ref().unwrap_or(parent);
                let kept = self.selections(&fragment.selection_set, target, is_below_external);
                let type_condition = fragment.type_condition.clone();
                let directives = ast::DirectiveList::new();
                let is_empty = kept.is_empty();
                let kept = ast::InlineFragment { type_condition, directives, selection_set: kept };
                (!is_empty).then(|| ast::Selection::InlineFragment(kept.into()))
            }
            ast::Selection::FragmentSpread(_) => Some(selection.clone()),
        }
    }
}

fn set_fields(directive: &mut Node<ast::Directive>, text: String) {
    let mut arguments = directive.make_mut().arguments.iter_mut();
    if let Some(argument) = arguments.find(|a| a.name == "fields") {
        let value = &mut argument.make_mut().value;
        *value = value.same_location(Value::String(text));
    }
}
