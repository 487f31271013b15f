//! Federation 1 libraries repeat the tags of a field where it is external. One place says it.

use apollo_compiler::Name;
use supergraph::spec::federation::FederationDirective;

use super::originals::{About, Upgrade};
use crate::subgraph::application::string_argument;
use crate::subgraph::output_fields::output_fields_mut;

const TAG: FederationDirective = FederationDirective::Tag;

pub(super) fn step(Upgrade { subgraph, originals, .. }: &mut Upgrade<'_>) {
    subgraph.refresh();
    let mut removals: Vec<(Name, Name, String)> = Vec::new();
    for (name, _, field) in subgraph.fields() {
        if !subgraph.is_external(name, &field.name) {
            continue;
        }
        for tag in subgraph.applications(&field.directives, TAG) {
            let Some(text) = string_argument(tag, "name") else { continue };
            let about = About::Tag(field.name.clone(), text.to_owned());
            if originals.ask(name, about).is_some() {
                removals.push((name.clone(), field.name.clone(), text.to_owned()));
            }
        }
    }
    let tags: Vec<Name> = subgraph.local_names(TAG).cloned().collect();
    for (name, field, text) in removals {
        let fields = subgraph.schema.types.get_mut(&name).and_then(output_fields_mut);
        let Some(field) = fields.and_then(|fields| fields.get_mut(&field)) else { continue };
        field.make_mut().directives.0.retain(|directive| {
            !tags.contains(&directive.name) || string_argument(directive, "name") != Some(&text)
        });
    }
}
