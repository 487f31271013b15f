//! The schema links the federation version it is upgraded to, and gets its directives.

use apollo_compiler::ast::Definition;
use apollo_compiler::schema::{DirectiveList, ExtendedType, ScalarType};
use supergraph::link::version::Version;
use supergraph::link::{ElementKind, Import, identity};
use supergraph::spec::definitions::elements;
use supergraph::spec::federation::FederationDirective;

use super::originals::Upgrade;
use crate::load::compatibility;
use crate::load::links::rules;

/// The version a federation 1 schema is upgraded to.
const UPGRADE_VERSION: Version = Version::new(2, 4);

/// The directives that an upgraded schema imports are those there were when entity interfaces came.
const IMPORTED_UNTIL: Version = Version::new(2, 3);

pub(super) fn step(Upgrade { subgraph, errors, .. }: &mut Upgrade<'_>) {
    let mut links = subgraph.links.links.iter_mut();
    let Some(link) = links.find(|l| l.url.identity == identity::FEDERATION) else { return };
    link.url.version = UPGRADE_VERSION;
    let imported = FederationDirective::ALL.iter().filter(|d| d.since() <= IMPORTED_UNTIL);
    let import = |d: &FederationDirective| Import::new(ElementKind::Directive, d.name(), d.name());
    link.imports = imported.map(import).collect();
    let link = link.clone();
    subgraph.version = UPGRADE_VERSION;
    rules::check(&subgraph.links, errors);
    if !errors.list.is_empty() {
        return;
    }
    for element in elements(&link).unwrap_or_default() {
        match &element.definition {
            Definition::DirectiveDefinition(definition) => {
                let own = subgraph.schema.directive_definitions.get(&definition.name);
                // What loading added has no place in the source.
                if let Some(own) = own.filter(|own| subgraph.location(own).is_some()) {
                    let own = Definition::DirectiveDefinition(own.clone());
                    let is_scalar = |name: &str| subgraph.schema.get_scalar(name).is_some();
                    compatibility::check(&own, &element, &is_scalar, errors);
                } else {
                    let definitions = &mut subgraph.schema.directive_definitions;
                    definitions.insert(definition.name.clone(), definition.clone());
                }
            }
            Definition::ScalarTypeDefinition(scalar) => {
                let types = &mut subgraph.schema.types;
                types.entry(scalar.name.clone()).or_insert_with(|| {
                    let (name, directives) = (scalar.name.clone(), DirectiveList::default());
                    ExtendedType::Scalar(ScalarType { description: None, name, directives }.into())
                });
            }
            _ => {}
        }
    }
    subgraph.schema.types.shift_remove("_FieldSet");
}
