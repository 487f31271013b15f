//! Which subgraphs have what: types, and fields of types, by name.
//!
//! Lists of sources are sparse (only the subgraphs that have the element) and in the order of
//! subgraphs, so that the cost of merging follows the size of the schemas and not their number.

use apollo_compiler::ast::FieldDefinition;
use apollo_compiler::collections::IndexMap;
use apollo_compiler::schema::{Component, DirectiveList, ExtendedType};
use apollo_compiler::{Name, Node};
use supergraph::link::identity;
use supergraph::spec::federation::FederationDirective as D;

use crate::diagnostic::Location;
use crate::subgraph::Subgraph;
use crate::subgraph::output_fields::output_fields;

/// A subgraph: its place in the order of subgraphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SubgraphIndex(pub(crate) usize);

/// The kind of a type of the supergraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Scalar,
    Object,
    Interface,
    Union,
    Enum,
    InputObject,
}

impl Kind {
    /// The kind in words, with its article.
    pub(crate) fn described(self) -> &'static str {
        match self {
            Self::Scalar => "a scalar",
            Self::Object => "an object type",
            Self::Interface => "an interface",
            Self::Union => "a union",
            Self::Enum => "an enum",
            Self::InputObject => "an input object",
        }
    }

    fn of(ty: &ExtendedType) -> Self {
        match ty {
            ExtendedType::Scalar(_) => Self::Scalar,
            ExtendedType::Object(_) => Self::Object,
            ExtendedType::Interface(_) => Self::Interface,
            ExtendedType::Union(_) => Self::Union,
            ExtendedType::Enum(_) => Self::Enum,
            ExtendedType::InputObject(_) => Self::InputObject,
        }
    }
}

/// A type in one subgraph.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TypeSource<'a> {
    pub(crate) subgraph: &'a Subgraph,
    pub(crate) index: SubgraphIndex,
    pub(crate) ty: &'a ExtendedType,
    /// Whether it stands in for an interface (`@interfaceObject`).
    pub(crate) interface_object: bool,
}

impl<'a> TypeSource<'a> {
    /// The kind of type it makes in the supergraph.
    pub(crate) fn kind(self) -> Kind {
        if self.interface_object { Kind::Interface } else { Kind::of(self.ty) }
    }

    /// Its directives.
    pub(crate) fn directives(self) -> &'a DirectiveList {
        self.ty.directives()
    }

    /// The fields of an object or interface, without those federation adds to the query root.
    pub(crate) fn fields(self) -> impl Iterator<Item = &'a Component<FieldDefinition>> {
        let fields = output_fields(self.ty).into_iter().flat_map(IndexMap::values);
        let is_query = self.ty.name() == "Query";
        fields.filter(move |f| !(is_query && (f.name == "_service" || f.name == "_entities")))
    }

    /// A field of an object or interface.
    pub(crate) fn field(self, name: &str) -> Option<FieldSource<'a>> {
        let field = output_fields(self.ty)?.get(name)?;
        Some(FieldSource { at: self, field })
    }

    /// Where the type was written.
    pub(crate) fn location(self) -> Option<Location> {
        self.subgraph.name_location(self.ty.name())
    }
}

/// A field of an object or interface in one subgraph.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FieldSource<'a> {
    pub(crate) at: TypeSource<'a>,
    pub(crate) field: &'a Node<FieldDefinition>,
}

impl<'a> FieldSource<'a> {
    /// The subgraph.
    pub(crate) fn subgraph(self) -> &'a Subgraph {
        self.at.subgraph
    }

    /// The name of the type the field is on in this subgraph.
    pub(crate) fn parent(self) -> &'a Name {
        self.at.ty.name()
    }

    /// Whether the field is external and its `@external` means something.
    pub(crate) fn is_external(self) -> bool {
        self.subgraph().is_external(self.parent(), &self.field.name)
    }

    /// Whether the subgraph never resolves the field.
    pub(crate) fn is_fully_external(self) -> bool {
        self.subgraph().is_fully_external(self.parent(), &self.field.name)
    }

    /// Whether the field carries a federation directive.
    pub(crate) fn has(self, directive: D) -> bool {
        self.subgraph().applications(&self.field.directives, directive).next().is_some()
    }

    /// Where the field was written.
    pub(crate) fn location(self) -> Option<Location> {
        self.subgraph().location(self.field)
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
    pub(crate) kind: Kind,
    /// The sources of that kind.
    pub(crate) sources: Vec<TypeSource<'a>>,
    /// The sources of other kinds.
    pub(crate) other_kinds: Vec<TypeSource<'a>>,
}

impl<'a> TypeEntry<'a> {
    /// The source in a subgraph.
    pub(crate) fn in_subgraph(&self, index: SubgraphIndex) -> Option<TypeSource<'a>> {
        let at = self.sources.binary_search_by_key(&index, |source| source.index).ok()?;
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
        for (index, subgraph) in subgraphs.iter().enumerate() {
            for (name, ty) in &subgraph.schema.types {
                if !is_mergeable(subgraph, name, ty) {
                    continue;
                }
                let interface_object = subgraph.is_interface_object(name);
                let index = SubgraphIndex(index);
                let source = TypeSource { subgraph, index, ty, interface_object };
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

    /// What the subgraphs know about a type.
    pub(crate) fn get(&self, name: &str) -> Option<&TypeEntry<'a>> {
        self.entries.get(name)
    }
}

fn is_mergeable(subgraph: &Subgraph, name: &Name, ty: &ExtendedType) -> bool {
    if ty.is_built_in() || matches!(name.as_str(), "_Any" | "_Service" | "_Entity") {
        return false;
    }
    // What every schema has without linking it, whatever defined it.
    if matches!(name.as_str(), "Int" | "Float" | "String" | "Boolean" | "ID")
        || name.starts_with("__")
        || matches!(name.as_str(), "link__Import" | "link__Purpose" | "core__Purpose")
    {
        return false;
    }
    const MACHINERY: [&str; 5] =
        [identity::FEDERATION, identity::LINK, identity::CORE, identity::CONNECT, identity::SOURCE];
    let element = subgraph.type_element(name);
    !element.is_some_and(|(link, _)| MACHINERY.contains(&link.url.identity.as_str()))
}
