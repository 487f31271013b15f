//! Which types something visible leads to, from the roots on.

use std::collections::HashSet;

use apollo_compiler::ast::InputValueDefinition;
use apollo_compiler::{Name, Node, Schema};
use supergraph::implementer::Implementer;

use super::hide::Hiding;

impl Hiding<'_> {
    /// The types that can be reached: from the roots and the arguments of directives, by fields,
    /// arguments, members, and from interfaces to implementations and back.
    pub(super) fn reachable(&self, schema: &Schema) -> HashSet<Name> {
        let implementers = schema.implementers_map();
        let roots = schema.schema_definition.iter_root_operations();
        let mut open: Vec<&Name> = roots.map(|(_, root)| &root.name).collect();
        for directive in schema.directive_definitions.values() {
            open.extend(self.types_of(&directive.arguments));
        }
        let mut reachable = HashSet::new();
        while let Some(name) = open.pop() {
            let Some(ty) = schema.types.get(name) else { continue };
            if self.is_hidden(&ty.directives().0) || !reachable.insert(name.clone()) {
                continue;
            }
            open.extend(implementers.get(name).into_iter().flat_map(|i| i.iter()));
            if let Some(ty) = Implementer::of(ty) {
                open.extend(ty.interfaces.iter().map(|interface| &interface.name));
                for field in ty.fields.values().filter(|f| !self.is_hidden(&f.directives)) {
                    open.extend(self.types_of(&field.arguments));
                    open.push(field.ty.inner_named_type());
                }
            }
            if let Some(ty) = ty.as_union() {
                open.extend(ty.members.iter().map(|member| &member.name));
            }
            if let Some(ty) = ty.as_input_object() {
                open.extend(self.types_of(ty.fields.values().map(|field| &field.node)));
            }
        }
        reachable
    }

    /// The types of visible arguments or input fields.
    fn types_of<'a>(
        &self,
        values: impl IntoIterator<Item = &'a Node<InputValueDefinition>>,
    ) -> impl Iterator<Item = &'a Name> {
        let visible = values.into_iter().filter(|value| !self.is_hidden(&value.directives.0));
        visible.map(|value| value.ty.inner_named_type())
    }
}
