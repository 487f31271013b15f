//! The schema links the federation version it is upgraded to, and gets its directives.

use apollo_compiler::ast::Definition;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Node, schema};
use supergraph::link::version::Version;
use supergraph::link::{ElementKind, Import, identity};
use supergraph::spec::definitions::elements;

use super::originals::Upgrade;
use crate::load::compatibility;
use crate::load::links::rules;

/// The version a federation 1 schema is upgraded to.
const UPGRADE_VERSION: Version = Version::new(2, 4);

/// What an upgraded schema imports.
const IMPORTS: [&str; 11] = [
    "key",
    "requires",
    "provides",
    "external",
    "tag",
    "extends",
    "shareable",
    "inaccessible",
    "override",
    "composeDirective",
    "interfaceObject",
];

pub(super) fn step(Upgrade { subgraph, errors, .. }: &mut Upgrade<'_>) {
    let federation = subgraph.links.links.iter_mut();
    let Some(link) = federation.into_iter().find(|l| l.url.identity == identity::FEDERATION) else {
        return;
    };
    let import = |name: &str| Import {
        kind: ElementKind::Directive,
        element: name.to_owned(),
        local: name.to_owned(),
    };
    link.url.version = UPGRADE_VERSION;
    link.imports = IMPORTS.into_iter().map(import).collect();
    let link = link.clone();
    subgraph.version = UPGRADE_VERSION;
    let conflicts = rules::check(&subgraph.links, subgraph.places());
    if !conflicts.is_empty() {
        return errors.extend(conflicts);
    }
    for element in elements(&link).unwrap_or_default() {
        match &element.definition {
            Definition::DirectiveDefinition(definition) => {
                let own = subgraph.schema.directive_definitions.get(&definition.name);
                // What loading added has no place in the source.
                let written = own.filter(|own| subgraph.location(own).is_some());
                match written {
                    Some(own) => {
                        let own = Definition::DirectiveDefinition(own.clone());
                        let is_scalar = |name: &str| subgraph.schema.get_scalar(name).is_some();
                        errors.extend(compatibility::check(
                            &own,
                            &element,
                            &is_scalar,
                            subgraph.places(),
                        ));
                    }
                    None => {
                        let name = definition.name.clone();
                        let definitions = &mut subgraph.schema.directive_definitions;
                        definitions.insert(name, definition.clone());
                    }
                }
            }
            Definition::ScalarTypeDefinition(scalar) => {
                let scalar = schema::ScalarType {
                    description: None,
                    name: scalar.name.clone(),
                    directives: schema::DirectiveList::default(),
                };
                let name = scalar.name.clone();
                let types = &mut subgraph.schema.types;
                types.entry(name).or_insert(ExtendedType::Scalar(Node::new(scalar)));
            }
            _ => {}
        }
    }
    subgraph.schema.types.shift_remove("_FieldSet");
}
