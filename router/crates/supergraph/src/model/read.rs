//! Reading supergraph SDL into the model.

use apollo_compiler::ast::{Directive, FieldDefinition, Value};
use apollo_compiler::collections::{IndexMap, IndexSet};
use apollo_compiler::executable::{FieldSet, SelectionSet};
use apollo_compiler::schema::{Component, DirectiveList, ExtendedType};
use apollo_compiler::validation::{Valid, WithErrors};
use apollo_compiler::{Name, Schema};

use super::api_schema::{add_incremental_delivery, api_schema};
use super::error::SupergraphError;
use super::{
    ContextArgument, Field, FieldJoin, Key, OverrideLabel, Subgraph, SubgraphId, Supergraph, Type,
    TypeId, TypeJoin, TypeKind, features, keys, type_id,
};
use crate::implementer::{Implementer, fields_of};
use crate::link::{ElementKind, Links};
use crate::spec::federation::FederationDirective;

impl Supergraph {
    /// Reads supergraph SDL.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(sdl: &str) -> Result<Self, Vec<SupergraphError>> {
        let schema = Schema::parse_and_validate(sdl, "supergraph").map_err(invalid_graphql)?;
        features::check(&features::links(&schema))?;
        let mut supergraph = Self::from_schema(schema)?;
        let mut api = supergraph.api_schema.into_inner();
        add_incremental_delivery(&mut api);
        // It uses built-in types only, and a schema has no place where it could be applied.
        supergraph.api_schema = Valid::assume_valid(api);
        Ok(supergraph)
    }

    /// Why the supergraph must not be served: it relies on what a router has to enforce, and this
    /// one does not. Empty if nothing stands against it.
    #[must_use]
    pub fn not_enforced(&self) -> Vec<SupergraphError> {
        features::not_enforced(&features::links(&self.schema))
    }

    /// Reads a supergraph schema that was just composed: whether a router knows the features it
    /// links is not checked.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn from_schema(schema: Valid<Schema>) -> Result<Self, Vec<SupergraphError>> {
        let links = features::links(&schema);
        let api = api_schema(&schema, &links).validate().map_err(invalid_graphql)?;
        let graphs = read_subgraphs(&schema)?;
        let reader = Reader::new(&schema, &links, &graphs);
        let mut types = reader.types();
        let errors = reader.errors.into_inner();
        if !errors.is_empty() {
            return Err(errors);
        }
        let ids = reader.ids;
        complete_possible_types(&mut types);
        inherit_contexts(&mut types);
        keys::own_keys_of_extensions(&mut types, &ids);
        let subgraphs = graphs.into_values().collect();
        Ok(Self { schema, api_schema: api, subgraphs, types, ids })
    }
}

fn invalid_graphql(invalid: WithErrors<Schema>) -> Vec<SupergraphError> {
    let errors = invalid.errors.iter().map(|diagnostic| SupergraphError {
        code: "INVALID_GRAPHQL",
        message: diagnostic.error.to_string(),
        location: diagnostic
            .line_column_range()
            .map(|range| (range.start.line, range.start.column)),
    });
    errors.collect()
}

fn read_subgraphs(schema: &Schema) -> Result<IndexMap<Name, Subgraph>, Vec<SupergraphError>> {
    let Some(graphs) = schema.get_enum("join__Graph") else {
        return Err(vec![SupergraphError::invalid("there is no enum join__Graph")]);
    };
    if u16::try_from(graphs.values.len()).is_err() {
        return Err(vec![SupergraphError::invalid("there are more than 65535 subgraphs")]);
    }
    let mut subgraphs = IndexMap::default();
    for (graph, value) in &graphs.values {
        let join = value.directives.get("join__graph");
        let text = |name| join.and_then(|d| string(d, name)).unwrap_or_default().to_owned();
        let subgraph = Subgraph { name: text("name"), url: text("url"), graph: graph.clone() };
        subgraphs.insert(graph.clone(), subgraph);
    }
    Ok(subgraphs)
}

struct Reader<'s> {
    schema: &'s Valid<Schema>,
    graphs: IndexMap<Name, SubgraphId>,
    inaccessible: Option<String>,
    context: Option<String>,
    ids: IndexMap<Name, TypeId>,
    errors: std::cell::RefCell<Vec<SupergraphError>>,
}

impl<'s> Reader<'s> {
    fn new(
        schema: &'s Valid<Schema>,
        links: &'s Links,
        subgraphs: &IndexMap<Name, Subgraph>,
    ) -> Self {
        let graphs = subgraphs.keys().cloned().zip((0..).map(SubgraphId)).collect();
        let is_shown = |name: &Name| {
            !name.starts_with("__") && links.element(ElementKind::Type, name).is_none()
        };
        let names = schema.types.keys().filter(|name| is_shown(name));
        let ids = names.cloned().enumerate().map(|(index, name)| (name, type_id(index))).collect();
        let inaccessible = FederationDirective::Inaccessible.own_name(links);
        let context = FederationDirective::Context.own_name(links);
        Self { schema, graphs, inaccessible, context, ids, errors: Vec::new().into() }
    }

    fn types(&self) -> Vec<Type> {
        let entries = self.ids.keys().filter_map(|name| self.schema.types.get_key_value(name));
        entries.map(|(name, ty)| self.ty(name, ty)).collect()
    }

    fn ty(&self, name: &Name, ty: &ExtendedType) -> Type {
        let mut joins = self.type_joins(name, ty.directives());
        if let Some(union) = ty.as_union() {
            let members: Vec<_> = union.members.iter().map(|member| &member.name).collect();
            self.read_members(&mut joins, ty.directives(), &members);
        }
        let interfaces = Implementer::of(ty).into_iter().flat_map(|ty| ty.interfaces);
        let fields =
            fields_of(ty).filter_map(|f| Some((f.name.clone(), self.field(name, f, &joins)?)));
        Type {
            name: name.clone(),
            kind: TypeKind::of(ty),
            fields: fields.collect(),
            possible_types: Vec::new(),
            interfaces: interfaces.filter_map(|i| self.id(&i.name)).collect(),
            contexts: self.contexts_of(ty.directives()),
            inaccessible: self.is_inaccessible(ty.directives()),
            joins,
        }
    }

    fn type_joins(&self, name: &Name, directives: &DirectiveList) -> Vec<TypeJoin> {
        let mut joins: IndexMap<SubgraphId, TypeJoin> = IndexMap::default();
        for directive in directives.get_all("join__type") {
            let Some(subgraph) = self.graph(directive) else { continue };
            let join = joins.entry(subgraph).or_insert_with(|| TypeJoin::new(subgraph));
            join.is_interface_object |= boolean(directive, "isInterfaceObject", false);
            if let Some(fields) = self.field_set(directive, "key", name) {
                let resolvable = boolean(directive, "resolvable", true);
                let on_extension = boolean(directive, "extension", false);
                join.keys.push(Key { fields, resolvable, on_extension });
            }
        }
        for directive in directives.get_all("join__implements") {
            let interface = string(directive, "interface").and_then(|name| self.ids.get(name));
            if let (Some(subgraph), Some(interface)) = (self.graph(directive), interface)
                && let Some(join) = joins.get_mut(&subgraph)
            {
                join.interfaces.push(*interface);
            }
        }
        if directives.get("join__type").is_none() {
            let everywhere = self.graphs.values().map(|id| (*id, TypeJoin::new(*id)));
            joins.extend(everywhere);
        }
        joins.sort_keys();
        joins.into_values().collect()
    }

    /// Union members by subgraph; before join v0.3 all that the subgraph has.
    fn read_members(&self, joins: &mut [TypeJoin], directives: &DirectiveList, all: &[&Name]) {
        let declared = directives.get("join__unionMember").is_some();
        for join in joins {
            let here = |d: &&Component<Directive>| self.graph(d) == Some(join.subgraph);
            let members: Vec<TypeId> = if declared {
                let members = directives.get_all("join__unionMember").filter(here);
                members.filter_map(|d| self.ids.get(string(d, "member")?).copied()).collect()
            } else {
                let has = |member: &&&Name| self.has(join.subgraph, member);
                all.iter().filter(has).filter_map(|member| self.id(member)).collect()
            };
            join.possible_types = members;
            join.possible_types.sort_unstable();
        }
    }

    /// Whether a subgraph has a type.
    fn has(&self, subgraph: SubgraphId, ty: &Name) -> bool {
        let Some(ty) = self.schema.types.get(ty) else { return false };
        let mut joins = ty.directives().get_all("join__type").peekable();
        joins.peek().is_none() || joins.any(|d| self.graph(d) == Some(subgraph))
    }

    fn field(&self, parent: &Name, field: &FieldDefinition, types: &[TypeJoin]) -> Option<Field> {
        let base = self.id(field.ty.inner_named_type())?;
        let declared = field.directives.get_all("join__field");
        let joins = declared.filter_map(|directive| self.field_join(parent, field, directive));
        let mut joins: Vec<FieldJoin> = joins.collect();
        if field.directives.get("join__field").is_none() {
            joins = types.iter().map(|join| FieldJoin::plain(join.subgraph, field)).collect();
        }
        joins.sort_by_key(|join| join.subgraph);
        let inaccessible = self.is_inaccessible(&field.directives);
        Some(Field { name: field.name.clone(), ty: field.ty.clone(), base, joins, inaccessible })
    }

    fn field_join(
        &self,
        parent: &Name,
        field: &FieldDefinition,
        directive: &Directive,
    ) -> Option<FieldJoin> {
        let mut join = FieldJoin::plain(self.graph(directive)?, field);
        if let Some(text) = string(directive, "type") {
            match apollo_compiler::ast::Type::parse(text, "join__field") {
                Ok(ty) => join.ty = ty,
                Err(_) => self.report(format!("{parent}.{}: {text} is not a type", field.name)),
            }
        }
        let overridden = boolean(directive, "usedOverridden", false);
        let label = string(directive, "overrideLabel").filter(|label| !label.is_empty());
        join.label = label.map(|label| OverrideLabel {
            label: label.to_owned(),
            on: string(directive, "override").is_some(),
        });
        join.external =
            boolean(directive, "external", false) || (overridden && join.label.is_none());
        join.requires = self.field_set(directive, "requires", parent);
        join.provides = self.field_set(directive, "provides", field.ty.inner_named_type());
        join.contexts = contexts(directive);
        Some(join)
    }

    fn field_set(&self, directive: &Directive, name: &str, on: &Name) -> Option<SelectionSet> {
        let text = string(directive, name)?;
        match FieldSet::parse(self.schema, on.clone(), trim(text), "join__FieldSet") {
            Ok(set) => Some(set.selection_set),
            Err(_) => {
                self.report(format!("{on}: \"{text}\" does not select fields of it"));
                None
            }
        }
    }

    fn graph(&self, directive: &Directive) -> Option<SubgraphId> {
        let value = directive.specified_argument_by_name("graph")?;
        self.graphs.get(value.as_enum()?).copied()
    }

    fn id(&self, name: &Name) -> Option<TypeId> {
        self.ids.get(name).copied()
    }

    fn contexts_of(&self, directives: &DirectiveList) -> Vec<String> {
        let Some(name) = &self.context else { return Vec::new() };
        let names = directives.get_all(name).filter_map(|directive| string(directive, "name"));
        names.map(str::to_owned).collect()
    }

    fn is_inaccessible<D: AsRef<Directive>>(&self, directives: &[D]) -> bool {
        let hides = |name: &String| directives.iter().any(|d| d.as_ref().name == name.as_str());
        self.inaccessible.as_ref().is_some_and(hides)
    }

    fn report(&self, message: String) {
        self.errors.borrow_mut().push(SupergraphError::invalid(message));
    }
}

impl TypeJoin {
    fn new(subgraph: SubgraphId) -> Self {
        Self {
            subgraph,
            keys: Vec::new(),
            is_interface_object: false,
            possible_types: Vec::new(),
            interfaces: Vec::new(),
        }
    }
}

impl FieldJoin {
    fn plain(subgraph: SubgraphId, field: &FieldDefinition) -> Self {
        Self {
            subgraph,
            ty: field.ty.clone(),
            external: false,
            requires: None,
            provides: None,
            label: None,
            contexts: Vec::new(),
        }
    }
}

/// Fills in what follows from the whole: the object types behind interfaces and unions.
fn complete_possible_types(types: &mut [Type]) {
    let mut anywhere: Vec<IndexSet<TypeId>> = vec![IndexSet::default(); types.len()];
    let mut locally: Vec<(TypeId, SubgraphId, TypeId)> = Vec::new();
    for (index, ty) in types.iter().enumerate() {
        let id = type_id(index);
        if ty.kind == TypeKind::Object {
            anywhere[index].insert(id);
            for interface in &ty.interfaces {
                anywhere[interface.0 as usize].insert(id);
            }
            for join in &ty.joins {
                locally.push((id, join.subgraph, id));
                let interfaces = join.interfaces.iter();
                locally.extend(interfaces.map(|interface| (*interface, join.subgraph, id)));
            }
        }
        let members = ty.joins.iter().flat_map(|join| &join.possible_types);
        anywhere[index].extend(members.copied());
    }
    for (ty, subgraph, object) in locally {
        let ty = &mut types[ty.0 as usize];
        let join = ty.joins.iter_mut().find(|j| j.subgraph == subgraph && !j.is_interface_object);
        if let Some(join) = join {
            join.possible_types.push(object);
        }
    }
    for (ty, mut possible) in types.iter_mut().zip(anywhere) {
        possible.sort_unstable();
        ty.possible_types = possible.into_iter().collect();
        for join in &mut ty.joins {
            join.possible_types.sort_unstable();
            join.possible_types.dedup();
        }
    }
}

/// An object sets the contexts of its interfaces and unions.
fn inherit_contexts(types: &mut [Type]) {
    let setters = types.iter().filter(|ty| !ty.contexts.is_empty());
    let inherited: Vec<(TypeId, Vec<String>)> = setters
        .flat_map(|ty| ty.possible_types.iter().map(|object| (*object, ty.contexts.clone())))
        .collect();
    for (object, contexts) in inherited {
        let known = &mut types[object.0 as usize].contexts;
        for context in contexts {
            if !known.contains(&context) {
                known.push(context);
            }
        }
    }
}

fn contexts(directive: &Directive) -> Vec<ContextArgument> {
    let list = directive.specified_argument_by_name("contextArguments");
    let values = list.and_then(|value| value.as_list()).unwrap_or_default();
    let read = |value: &Value| {
        let fields = value.as_object()?;
        let text = |key: &str| {
            let (_, value) = fields.iter().find(|(name, _)| name == key)?;
            value.as_str().map(str::to_owned)
        };
        Some(ContextArgument {
            name: text("name")?,
            ty: text("type")?,
            context: text("context")?,
            selection: trim(&text("selection")?).to_owned(),
        })
    };
    values.iter().filter_map(|value| read(value)).collect()
}

/// A selection without what means nothing at its ends, where the parser expects a field or a brace.
fn trim(selection: &str) -> &str {
    selection.trim_matches([' ', '\t', '\n', '\r', ',', '\u{feff}'])
}

fn string<'d>(directive: &'d Directive, name: &str) -> Option<&'d str> {
    directive.specified_argument_by_name(name)?.as_str()
}

fn boolean(directive: &Directive, name: &str, default: bool) -> bool {
    let value = directive.specified_argument_by_name(name);
    value.and_then(|value| value.to_bool()).unwrap_or(default)
}
