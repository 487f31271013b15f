//! Fields that promise more on objects than on their interface. How far null goes up depends on the
//! type that a field has on the object; the executor takes the one that it has where it is selected.
//!
//! See <https://spec.graphql.org/September2025/#sec-Executing-Collected-Fields>.

use std::collections::HashMap;

use apollo_compiler::ast::DirectiveList;
use apollo_compiler::executable::{Field, InlineFragment, Selection, SelectionSet};
use apollo_compiler::schema::{ExtendedType, FieldDefinition};
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Name, Node, Schema};

/// Fields of interfaces that have another type on some object: what they are on each object.
#[derive(Debug)]
pub(crate) struct Narrowing(HashMap<(Name, Name), OnObjects>);

/// What a field is on each type of object.
type OnObjects = Vec<(Name, Node<FieldDefinition>)>;

impl Narrowing {
    pub(crate) fn new(schema: &Schema) -> Self {
        let implementers = schema.implementers_map();
        let mut narrowed = HashMap::new();
        for (name, definition) in &schema.types {
            let ExtendedType::Interface(interface) = definition else { continue };
            let Some(objects) = implementers.get(name).map(|all| &all.objects) else { continue };
            for (field_name, field) in &interface.fields {
                let on = |object: &Name| {
                    let definition = schema.type_field(object, field_name).ok()?;
                    Some((object.clone(), definition.node.clone()))
                };
                let all: OnObjects = objects.iter().filter_map(on).collect();
                if all.iter().any(|(_, definition)| definition.ty != field.ty) {
                    narrowed.insert((name.clone(), field_name.clone()), all);
                }
            }
        }
        Self(narrowed)
    }

    /// The document with these fields selected of each type of object.
    pub(crate) fn by_object(
        &self,
        document: Valid<ExecutableDocument>,
    ) -> Valid<ExecutableDocument> {
        if self.0.is_empty() {
            return document;
        }
        let mut document = document.into_inner();
        for fragment in document.fragments.values_mut() {
            self.expand(&mut fragment.make_mut().selection_set);
        }
        let operations = &mut document.operations;
        for operation in operations.anonymous.iter_mut().chain(operations.named.values_mut()) {
            self.expand(&mut operation.make_mut().selection_set);
        }
        Valid::assume_valid(document)
    }

    fn expand(&self, set: &mut SelectionSet) {
        for mut selection in std::mem::take(&mut set.selections) {
            match &mut selection {
                Selection::Field(field) => {
                    self.expand(&mut field.make_mut().selection_set);
                }
                Selection::InlineFragment(fragment) => {
                    self.expand(&mut fragment.make_mut().selection_set);
                }
                Selection::FragmentSpread(_) => {}
            }
            match &selection {
                Selection::Field(field)
                    if let Some(all) = self.0.get(&(set.ty.clone(), field.name.clone())) =>
                {
                    set.selections.extend(all.iter().map(|(object, ty)| on(object, ty, field)));
                }
                _ => set.selections.push(selection),
            }
        }
    }
}

fn on(object: &Name, definition: &Node<FieldDefinition>, field: &Field) -> Selection {
    let field = Field { definition: definition.clone(), ..field.clone() };
    let selections = vec![Selection::Field(Node::new(field))];
    Selection::InlineFragment(Node::new(InlineFragment {
        type_condition: Some(object.clone()),
        directives: DirectiveList::new(),
        selection_set: SelectionSet { ty: object.clone(), selections },
    }))
}
