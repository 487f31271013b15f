//! Which subgraphs have what: types, and fields of types, by name.
//!
//! Lists of sources are sparse (only the subgraphs that have the element) and in the order of
//! subgraphs, so that the cost of merging follows the size of the schemas and not their number.

use apollo_compiler::ast::{Directive, FieldDefinition, InputValueDefinition};
use apollo_compiler::collections::IndexMap;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{Name, Node};
use supergraph::implementer::{Implementer, fields_of};
use supergraph::link::{ElementKind, identity};
use supergraph::model::TypeKind;
use supergraph::spec::federation::FederationDirective as D;

use crate::diagnostic::Location;
use crate::subgraph::Subgraph;
use crate::values::is_built_in_scalar;

/// A subgraph: its place in the order of subgraphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SubgraphIndex(pub(crate) usize);

/// A subgraph among all.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At<'a> {
    pub(crate) index: SubgraphIndex,
    pub(crate) subgraph: &'a Subgraph,
}

impl<'a> At<'a> {
    /// All subgraphs, in their order.
    pub(crate) fn all(subgraphs: &'a [Subgraph]) -> impl Iterator<Item = Self> {
        let all = subgraphs.iter().enumerate();
        all.map(|(index, subgraph)| Self { index: SubgraphIndex(index), subgraph })
    }

    /// What a subgraph has, each with the subgraph.
    pub(crate) fn sources<N>(
        self,
        nodes: impl IntoIterator<Item = N>,
    ) -> impl Iterator<Item = Source<'a, N>> {
        nodes.into_iter().map(move |node| Source { at: self, node })
    }
}

/// Something that a subgraph has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a, N> {
    pub(crate) at: At<'a>,
    pub(crate) node: N,
}

/// A directive application in one subgraph.
pub(crate) type Applied<'a> = Source<'a, &'a Node<Directive>>;

/// An argument or input field in one subgraph.
pub(crate) type InputSource<'a> = Source<'a, &'a Node<InputValueDefinition>>;

/// Something of which it can be said which subgraph has it.
pub(crate) trait InSubgraph {
    fn at(&self) -> At<'_>;
}

/// Something that is written somewhere.
pub(crate) trait Located {
    fn location(&self) -> Option<Location>;
}

impl<S: InSubgraph> InSubgraph for &S {
    fn at(&self) -> At<'_> {
        (**self).at()
    }
}

impl<S: Located> Located for &S {
    fn location(&self) -> Option<Location> {
        (**self).location()
    }
}

impl InSubgraph for At<'_> {
    fn at(&self) -> At<'_> {
        *self
    }
}

impl<N> InSubgraph for Source<'_, N> {
    fn at(&self) -> At<'_> {
        self.at
    }
}

impl<T> Located for Source<'_, &Node<T>> {
    fn location(&self) -> Option<Location> {
        self.at.subgraph.location(self.node)
    }
}

impl InSubgraph for TypeSource<'_> {
    fn at(&self) -> At<'_> {
        self.at
    }
}

impl Located for TypeSource<'_> {
    fn location(&self) -> Option<Location> {
        self.at.subgraph.places.at(self.ty.name().location())
    }
}

impl InSubgraph for FieldSource<'_> {
    fn at(&self) -> At<'_> {
        self.of.at
    }
}

impl Located for FieldSource<'_> {
    fn location(&self) -> Option<Location> {
        self.of.at.subgraph.location(self.node)
    }
}

/// A type in one subgraph.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TypeSource<'a> {
    pub(crate) at: At<'a>,
    pub(crate) ty: &'a ExtendedType,
    /// Whether it stands in for an interface (`@interfaceObject`).
    pub(crate) interface_object: bool,
}

impl<'a> TypeSource<'a> {
    /// The kind of type it makes in the supergraph.
    pub(crate) fn kind(self) -> TypeKind {
        if self.interface_object { TypeKind::Interface } else { TypeKind::of(self.ty) }
    }

    /// Its directives.
    pub(crate) fn directives(self) -> impl Iterator<Item = Applied<'a>> {
        self.at.sources(self.ty.directives().iter().map(|component| &component.node))
    }

    /// Whether it is an entity in its subgraph.
    pub(crate) fn has_key(self) -> bool {
        !self.at.subgraph.keys(self.ty.name()).is_empty()
    }

    /// The fields of an object or interface, without those federation adds to the query root.
    pub(crate) fn fields(self) -> impl Iterator<Item = FieldSource<'a>> {
        let is_query = self.ty.name() == "Query";
        let fields =
            fields_of(self.ty).map(move |field| FieldSource { of: self, node: &field.node });
        fields.filter(move |f| !is_query || !matches!(f.name().as_str(), "_service" | "_entities"))
    }

    /// A field of an object or interface.
    pub(crate) fn field(self, name: &str) -> Option<FieldSource<'a>> {
        let node = &Implementer::of(self.ty)?.fields.get(name)?.node;
        Some(FieldSource { of: self, node })
    }
}

/// A field of an object or interface in one subgraph.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FieldSource<'a> {
    pub(crate) of: TypeSource<'a>,
    pub(crate) node: &'a Node<FieldDefinition>,
}

impl<'a> FieldSource<'a> {
    /// The subgraph.
    pub(crate) fn subgraph(self) -> &'a Subgraph {
        self.of.at.subgraph
    }

    /// The name of the type the field is on in this subgraph.
    pub(crate) fn parent(self) -> &'a Name {
        self.of.ty.name()
    }

    /// The name of the field.
    pub(crate) fn name(self) -> &'a Name {
        &self.node.name
    }

    /// Whether the field is external and its `@external` means something.
    pub(crate) fn is_external(self) -> bool {
        self.subgraph().is_external(self.parent(), self.name())
    }

    /// Whether the subgraph never resolves the field.
    pub(crate) fn is_fully_external(self) -> bool {
        self.subgraph().is_fully_external(self.parent(), self.name())
    }

    /// Its directives.
    pub(crate) fn directives(self) -> impl Iterator<Item = Applied<'a>> {
        self.of.at.sources(self.node.directives.iter())
    }

    /// The field's application of a federation directive, the first if there are several.
    pub(crate) fn application(self, directive: D) -> Option<&'a Node<Directive>> {
        self.subgraph().applications(&self.node.directives, directive).next()
    }

    /// Whether the field carries a federation directive.
    pub(crate) fn has(self, directive: D) -> bool {
        self.application(directive).is_some()
    }
}

/// A field of the supergraph to be, with all that subgraphs know about it.
pub(crate) struct FieldSources<'a, 's> {
    /// The type of the supergraph.
    pub(crate) parent: &'s Name,
    /// The name of the field.
    pub(crate) name: &'s Name,
    /// The subgraphs that have the type.
    pub(crate) parents: &'s [TypeSource<'a>],
    /// The subgraphs that have the field on it.
    pub(crate) defined: Vec<FieldSource<'a>>,
    /// The subgraphs that have it on an `@interfaceObject` for an interface of the type.
    pub(crate) stand_ins: Vec<FieldSource<'a>>,
}

impl FieldSources<'_, '_> {
    /// The field in words.
    pub(crate) fn coordinate(&self) -> String {
        format!("{}.{}", self.parent, self.name)
    }
}

/// All that the subgraphs know about one type name.
#[derive(Debug)]
pub(crate) struct TypeEntry<'a> {
    /// The kind of the first subgraph that has it.
    pub(crate) kind: TypeKind,
    /// The sources of that kind.
    pub(crate) sources: Vec<TypeSource<'a>>,
    /// The sources of other kinds.
    pub(crate) other_kinds: Vec<TypeSource<'a>>,
}

impl<'a> TypeEntry<'a> {
    /// The source in a subgraph.
    pub(crate) fn in_subgraph(&self, index: SubgraphIndex) -> Option<TypeSource<'a>> {
        let at = self.sources.binary_search_by_key(&index, |source| source.at.index).ok()?;
        Some(self.sources[at])
    }
}

/// The types of all subgraphs by name, in the order first seen.
#[derive(Debug)]
pub(crate) struct TypeIndex<'a> {
    pub(crate) entries: IndexMap<Name, TypeEntry<'a>>,
}

impl<'a> TypeIndex<'a> {
    /// Collects the types of the subgraphs that belong into a supergraph.
    pub(crate) fn new(subgraphs: &'a [Subgraph]) -> Self {
        let mut entries: IndexMap<Name, TypeEntry<'a>> = IndexMap::default();
        for at in At::all(subgraphs) {
            for (name, ty) in &at.subgraph.schema.types {
                if !is_mergeable(at.subgraph, name, ty) {
                    continue;
                }
                let interface_object = at.subgraph.is_interface_object(name);
                let source = TypeSource { at, ty, interface_object };
                let entry = entries.entry(name.clone()).or_insert_with(|| TypeEntry {
                    kind: source.kind(),
                    sources: Vec::new(),
                    other_kinds: Vec::new(),
                });
                if source.kind() == entry.kind {
                    entry.sources.push(source);
                } else {
                    entry.other_kinds.push(source);
                }
            }
        }
        Self { entries }
    }

    /// Who has a type, as the kind that it is in the supergraph.
    pub(crate) fn sources(&self, name: &str) -> &[TypeSource<'a>] {
        self.get(name).map_or(&[], |entry| &entry.sources)
    }

    /// What the subgraphs know about a type.
    pub(crate) fn get(&self, name: &str) -> Option<&TypeEntry<'a>> {
        self.entries.get(name)
    }
}

fn is_mergeable(subgraph: &Subgraph, name: &Name, ty: &ExtendedType) -> bool {
    // What every schema has without linking it, whatever defined it.
    const EVERYWHERE: [&str; 6] =
        ["_Any", "_Service", "_Entity", "link__Import", "link__Purpose", "core__Purpose"];
    const MACHINERY: [&str; 5] =
        [identity::FEDERATION, identity::LINK, identity::CORE, identity::CONNECT, identity::SOURCE];
    let is_everywhere = EVERYWHERE.contains(&name.as_str()) || is_built_in_scalar(name);
    let element = subgraph.links.element(ElementKind::Type, name);
    !ty.is_built_in()
        && !is_everywhere
        && !name.starts_with("__")
        && !element.is_some_and(|(link, _)| MACHINERY.contains(&link.url.identity.as_str()))
}
