//! Federation 1 libraries repeat the tags of a field where it is external. One place says it.

use apollo_compiler::Name;
use supergraph::spec::federation::FederationDirective;

use super::originals::{About, Upgrade, field_directives};
use crate::subgraph::FieldOf;
use crate::subgraph::application::string_argument;

const TAG: FederationDirective = FederationDirective::Tag;

pub(super) fn step(Upgrade { subgraph, originals, .. }: &mut Upgrade<'_>) {
    subgraph.refresh();
    let mut removals: Vec<(Name, Name, String)> = Vec::new();
    for (FieldOf { parent, definition, .. }, tag) in subgraph.on_fields(TAG) {
        let field = &definition.name;
        let Some(text) = string_argument(tag, "name") else { continue };
        let about = || About::Tag(field.clone(), text.to_owned());
        if subgraph.is_external(parent, field) && originals.ask(parent, about()).is_some() {
            removals.push((parent.clone(), field.clone(), text.to_owned()));
        }
    }
    let tags: Vec<Name> = subgraph.local_names(TAG).cloned().collect();
    for (name, field, text) in removals {
        let Some(directives) = field_directives(subgraph, &name, &field) else { continue };
        directives.retain(|directive| {
            !tags.contains(&directive.name) || string_argument(directive, "name") != Some(&text)
        });
    }
}
