//! The supergraph as satisfiability and planning see it: for each type and field, which subgraphs
//! have it and on what terms.
//!
//! [`Supergraph::parse`] reads the Apollo format (join spec v0.2 to v0.5). What the spec leaves
//! implicit is spelled out here: a field without `@join__field` has a [`FieldJoin`] for every
//! subgraph of its type.
//!
//! <https://specs.apollo.dev/join/v0.3/>

use apollo_compiler::ast;
use apollo_compiler::collections::IndexMap;
use apollo_compiler::executable::SelectionSet;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::validation::Valid;
use apollo_compiler::{Name, Schema};

mod api_schema;
mod error;
mod features;
mod keys;
mod read;

pub use api_schema::api_schema;
pub use error::SupergraphError;

/// A subgraph: an index into [`Supergraph::subgraphs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubgraphId(pub u16);

/// A type: an index into the types of a [`Supergraph`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub u32);

/// A supergraph, read.
#[derive(Debug)]
pub struct Supergraph {
    /// The supergraph schema, directives of the join spec and all.
    pub schema: Valid<Schema>,
    /// What clients see of it.
    pub api_schema: Valid<Schema>,
    /// The subgraphs, by [`SubgraphId`].
    pub subgraphs: Vec<Subgraph>,
    types: Vec<Type>,
    ids: IndexMap<Name, TypeId>,
}

/// A subgraph of a supergraph.
#[derive(Debug, Clone)]
pub struct Subgraph {
    /// Its name, as the people who run it know it.
    pub name: String,
    /// Where it answers; empty when the supergraph does not say.
    pub url: String,
    /// Its value of the enum `join__Graph`.
    pub graph: Name,
}

/// Which kind of definition a type has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TypeKind {
    /// `scalar`
    Scalar,
    /// `type`
    Object,
    /// `interface`
    Interface,
    /// `union`
    Union,
    /// `enum`
    Enum,
    /// `input`
    InputObject,
}

impl TypeKind {
    /// The kind of a type of a schema.
    #[must_use]
    pub fn of(ty: &ExtendedType) -> Self {
        match ty {
            ExtendedType::Scalar(_) => Self::Scalar,
            ExtendedType::Object(_) => Self::Object,
            ExtendedType::Interface(_) => Self::Interface,
            ExtendedType::Union(_) => Self::Union,
            ExtendedType::Enum(_) => Self::Enum,
            ExtendedType::InputObject(_) => Self::InputObject,
        }
    }

    /// The kind in words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Object => "object type",
            Self::Interface => "interface",
            Self::Union => "union",
            Self::Enum => "enum",
            Self::InputObject => "input object",
        }
    }

    /// The kind in words, with its article.
    #[must_use]
    pub fn described(self) -> String {
        let article = if matches!(self, Self::Scalar | Self::Union) { "a" } else { "an" };
        format!("{article} {}", self.name())
    }
}

/// A type of the supergraph.
#[derive(Debug)]
pub struct Type {
    /// Its name, the same in every subgraph.
    pub name: Name,
    /// Its kind; an interface may be an object in some subgraph ([`TypeJoin::is_interface_object`]).
    pub kind: TypeKind,
    /// The subgraphs that have it, ascending.
    pub joins: Vec<TypeJoin>,
    /// The fields of an object or interface.
    pub fields: IndexMap<Name, Field>,
    /// The object types that a value of this type can have in the supergraph, ascending: of an
    /// object itself, of other kinds none.
    pub possible_types: Vec<TypeId>,
    /// The interfaces it implements in the supergraph.
    pub interfaces: Vec<TypeId>,
    /// The contexts that a value of it sets for what is below: names as in `@context(name:)`; of an
    /// object type also those of its interfaces and unions.
    pub contexts: Vec<String>,
    /// Whether clients cannot see it.
    pub inaccessible: bool,
}

/// A type in one subgraph.
#[derive(Debug)]
pub struct TypeJoin {
    /// The subgraph.
    pub subgraph: SubgraphId,
    /// The keys by which it can be entered there.
    pub keys: Vec<Key>,
    /// Whether the subgraph has this interface as an object type that stands for all
    /// implementations.
    pub is_interface_object: bool,
    /// The object types that a value of this type can have in this subgraph, ascending; of an
    /// interface object none.
    pub possible_types: Vec<TypeId>,
    /// The interfaces it implements in this subgraph.
    pub interfaces: Vec<TypeId>,
}

/// A `@key` of a type in a subgraph.
#[derive(Debug)]
pub struct Key {
    /// The fields, on the type.
    pub fields: SelectionSet,
    /// Whether the subgraph resolves entities by it.
    pub resolvable: bool,
    /// Whether it stands on an extension of the type: then its fields are the subgraph's own,
    /// whatever else is said about them.
    pub on_extension: bool,
}

/// A field of an object or interface type.
#[derive(Debug)]
pub struct Field {
    /// Its name.
    pub name: Name,
    /// Its type in the supergraph.
    pub ty: ast::Type,
    /// The named type in it.
    pub base: TypeId,
    /// The subgraphs that have it on this very type, ascending.
    pub joins: Vec<FieldJoin>,
    /// Whether clients cannot see it.
    pub inaccessible: bool,
}

/// A field in one subgraph.
#[derive(Debug)]
pub struct FieldJoin {
    /// The subgraph.
    pub subgraph: SubgraphId,
    /// Its type there.
    pub ty: ast::Type,
    /// Whether the subgraph names the field without resolving it: `@external`, or overridden by
    /// another subgraph and kept for a key or requirement. A `@provides` may still offer it.
    pub external: bool,
    /// What has to be sent along for the subgraph to resolve it.
    pub requires: Option<SelectionSet>,
    /// What the subgraph can resolve below it in addition.
    pub provides: Option<SelectionSet>,
    /// Resolved here only when the label has this value: a progressive `@override`.
    pub label: Option<OverrideLabel>,
    /// Arguments whose values come from a context.
    pub contexts: Vec<ContextArgument>,
}

/// The label of a progressive `@override`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OverrideLabel {
    /// `percent(20)`, or a custom name.
    pub label: String,
    /// Whether the field is here when the label is on, or when it is off.
    pub on: bool,
}

/// An argument that a subgraph takes from a context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextArgument {
    /// Name of the argument in the subgraph.
    pub name: String,
    /// Its type in the subgraph.
    pub ty: String,
    /// The context, as in `@context(name:)` of the supergraph.
    pub context: String,
    /// The selection on the type that has the context.
    pub selection: String,
}

impl Supergraph {
    /// The type with this id.
    #[must_use]
    pub fn ty(&self, id: TypeId) -> &Type {
        &self.types[id.0 as usize]
    }

    /// The type with this name.
    #[must_use]
    pub fn type_id(&self, name: &str) -> Option<TypeId> {
        self.ids.get(name).copied()
    }

    /// All types, in the order of the schema.
    pub fn types(&self) -> impl Iterator<Item = (TypeId, &Type)> {
        self.types.iter().enumerate().map(|(index, ty)| (type_id(index), ty))
    }

    /// The subgraph with this id.
    #[must_use]
    pub fn subgraph(&self, id: SubgraphId) -> &Subgraph {
        &self.subgraphs[usize::from(id.0)]
    }

    /// The ids of all subgraphs.
    pub fn subgraph_ids(&self) -> impl Iterator<Item = SubgraphId> + use<> {
        (0..u16::try_from(self.subgraphs.len()).expect("read() refuses more subgraphs"))
            .map(SubgraphId)
    }

    /// The root type of an operation kind, if there is one.
    #[must_use]
    pub fn root(&self, kind: ast::OperationType) -> Option<TypeId> {
        self.type_id(self.schema.root_operation(kind)?)
    }

    /// Whether a value of type `ty` can be an object of type `object`.
    #[must_use]
    pub fn is_possible(&self, ty: TypeId, object: TypeId) -> bool {
        self.ty(ty).possible_types.binary_search(&object).is_ok()
    }
}

impl Type {
    /// The type in a subgraph, if it is there.
    #[must_use]
    pub fn join(&self, subgraph: SubgraphId) -> Option<&TypeJoin> {
        let index = self.joins.binary_search_by_key(&subgraph, |join| join.subgraph).ok()?;
        Some(&self.joins[index])
    }

    /// Whether a selection is asked on values of the type.
    #[must_use]
    pub fn is_composite(&self) -> bool {
        matches!(self.kind, TypeKind::Object | TypeKind::Interface | TypeKind::Union)
    }

    /// Whether the runtime type of a value has to be found out.
    #[must_use]
    pub fn is_abstract(&self) -> bool {
        matches!(self.kind, TypeKind::Interface | TypeKind::Union)
    }
}

impl Field {
    /// The field in a subgraph, if it is there on this very type.
    #[must_use]
    pub fn join(&self, subgraph: SubgraphId) -> Option<&FieldJoin> {
        let index = self.joins.binary_search_by_key(&subgraph, |join| join.subgraph).ok()?;
        Some(&self.joins[index])
    }
}

fn type_id(index: usize) -> TypeId {
    TypeId(u32::try_from(index).expect("a schema of 4 GiB has fewer types"))
}
