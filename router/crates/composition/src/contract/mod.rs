//! Contracts: a variant of the supergraph for some clients, chosen by `@tag`. What a contract
//! leaves out becomes `@inaccessible`; the rules for that then say whether the rest makes sense.
//!
//! - A tag of an object or interface holds for its fields.
//! - An excluded tag hides whatever carries it.
//! - If tags are included, fields of objects and interfaces, and unions, are hidden without one of
//!   them. Other types and their parts stay: they are of no use without a field.
//! - A type with everything inside hidden is hidden itself.
//! - If asked to, types that nothing visible leads to are hidden, too.

mod hide;

use apollo_compiler::Name;
use apollo_compiler::schema::ExtendedType;
use supergraph::link::version::Version;
use supergraph::link::{ElementKind, Link, Links, identity};
use supergraph::spec::core::known_spec;
use supergraph::spec::definitions::elements_of;
use supergraph::spec::federation::FederationDirective as D;

use crate::merge::Merged;
use crate::merge::schema_definition::link_application;
use hide::Hiding;

/// The tags that choose a variant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contract {
    /// Tags that elements need to be seen; if empty, none is needed.
    pub include_tags: Vec<String>,
    /// Tags that elements must not have to be seen.
    pub exclude_tags: Vec<String>,
    /// Whether types are hidden that cannot be reached from the roots.
    pub hides_unreachable: bool,
}

impl Contract {
    /// Whether the contract leaves everything in.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Hides what the contract leaves out.
pub(crate) fn apply(merged: &mut Merged, contract: &Contract) {
    if contract.is_empty() {
        return;
    }
    let inaccessible = Name::new_unchecked(&link_inaccessible(merged));
    let tag = D::Tag.own_name(&merged.links);
    let Merged { schema, links, .. } = merged;
    let hiding = Hiding { contract, tag, inaccessible: &inaccessible };
    for (name, ty) in &mut schema.types {
        if is_own(links, name, ty) {
            hiding.hide_in(ty);
        }
    }
    if contract.hides_unreachable {
        let reachable = hiding.reachable(schema);
        for (name, ty) in &mut schema.types {
            if is_own(links, name, ty) && !reachable.contains(name) {
                hiding.hide_type(ty);
            }
        }
    }
}

/// Whether a type comes from subgraphs and from no specification.
fn is_own(links: &Links, name: &Name, ty: &ExtendedType) -> bool {
    !ty.is_built_in() && links.element(ElementKind::Type, name).is_none()
}

/// The name of `@inaccessible`, which is linked if it is not yet.
fn link_inaccessible(merged: &mut Merged) -> String {
    if let Some(name) = D::Inaccessible.own_name(&merged.links) {
        return name;
    }
    let version = Version::new(0, 2);
    let spec = known_spec(identity::INACCESSIBLE, version);
    let purpose = spec.and_then(|spec| spec.purpose);
    let link = Link { purpose, ..Link::bare(identity::INACCESSIBLE, version) };
    for element in elements_of(&link, spec.map_or("", |spec| spec.definitions)) {
        if let Some(definition) = element.definition.as_directive_definition() {
            let definitions = &mut merged.schema.directive_definitions;
            definitions.insert(definition.name.clone(), definition.clone());
        }
    }
    let directives = &mut merged.schema.schema_definition.make_mut().directives.0;
    let at = directives.iter().take_while(|directive| directive.name == "link").count();
    directives.insert(at, link_application(&link).into());
    let name = link.namespaced(ElementKind::Directive, D::Inaccessible.name());
    merged.links.links.push(link);
    name
}
