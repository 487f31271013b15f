//! The contexts of a world: what sets them, and the fields that depend on them.

use apollo_compiler::ast::Selection;

use crate::field_set::parse;
use crate::random::Random;
use crate::sets::walk;
use crate::world::{ARGUMENTS, Field, Kind, Style, World};

/// A context of a subgraph.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) name: String,
    pub(crate) subgraph: usize,
    /// The types that set it: entities, values, and what is one of several.
    pub(crate) setters: Vec<Kind>,
    /// The field of `Query` that has its value where nothing else does.
    pub(crate) at_root: Option<Field>,
}

impl Context {
    /// What an SDL says of a type that sets it.
    fn text(&self, subgraph: usize, kind: &Kind) -> Option<String> {
        let is_set = self.subgraph == subgraph && self.setters.contains(kind);
        is_set.then(|| format!(" @context(name: \"{}\")", self.name))
    }
}

/// Types of what contexts have.
static LEAVES: [&str; 8] = ["String", "Int", "ID", "ID", "Float", "Boolean", "Json", "Color"];

/// What a context has.
#[derive(Debug, Clone, Copy)]
struct Leaf {
    /// A scalar, or the enum.
    scalar: &'static str,
    list: bool,
}

impl Leaf {
    fn kind(self) -> Kind {
        if self.scalar == "Color" { Kind::Enum } else { Kind::Scalar(self.scalar) }
    }
}

impl World {
    /// What a subgraph says of the contexts that a type sets.
    pub(crate) fn contexts_of(&self, subgraph: usize, kind: &Kind) -> String {
        self.contexts.iter().filter_map(|context| context.text(subgraph, kind)).collect()
    }

    /// Lets fields depend on contexts. What depends on one must not be reached without: an entity
    /// that only fields of entities lead to, all of which set it, or any where `Query` sets it.
    pub(crate) fn add_contexts(&mut self, random: &mut Random) {
        if self.inner.is_none() && (!self.mutations.is_empty() || !random.percent(30)) {
            return;
        }
        let mut subgraphs = self.ordinary();
        subgraphs.retain(|s| self.fed1 != Some(*s) && self.query_names[*s] == "Query");
        if subgraphs.is_empty() {
            return;
        }
        for number in 0..random.between(1, 2) {
            let subgraph = *random.pick(&subgraphs);
            self.add_context(number, subgraph, random);
        }
    }

    fn add_context(&mut self, number: usize, subgraph: usize, random: &mut Random) {
        // Subgraphs may call different contexts the same.
        let is_new = self.contexts.iter().all(|context| context.subgraph != subgraph);
        let name = format!("c{}", if is_new { 0 } else { number });
        let mut context = Context { name, subgraph, setters: Vec::new(), at_root: None };
        let mut leaf = Leaf { scalar: random.pick::<&str>(&LEAVES), list: random.percent(15) };
        if self.inner.is_some() {
            leaf = Leaf { scalar: "ID", list: false };
        }
        for kind in self.possible_setters() {
            // What several subgraphs have only together cannot be had from any of them.
            if matches!(kind, Kind::Value(value) if self.values[value].split)
                || matches!(kind, Kind::Mixed(mixed) if self.is_split(mixed))
            {
                continue;
            }
            let objects = self.objects_of(&kind, subgraph);
            let can = objects.iter().all(|o| !self.leaves(o, subgraph, leaf).is_empty());
            let must = self.leads_to_inner(&kind);
            if !objects.is_empty() && can && (must || random.percent(35)) {
                context.setters.push(kind);
            }
        }
        if self.inner.is_none() {
            let mut root = self.field(format!("context{number}"), leaf.kind(), random);
            (root.list, root.nested) = (leaf.list, false);
            (root.required, root.owners) = (true, vec![subgraph]);
            root.hidden = random.percent(25);
            self.queries.push(root.clone());
            context.at_root = Some(root);
        }
        self.contexts.push(context);
        for field in 0..random.between(1, 2) {
            self.add_contextual(format!("c{number}{field}"), leaf, random);
        }
    }

    fn possible_setters(&self) -> Vec<Kind> {
        let entities = (0..self.entities.len()).map(Kind::Entity);
        let values = (0..self.values.len()).map(Kind::Value);
        let interfaces = (0..self.interfaces.len()).map(Kind::Interface);
        let unions = (0..self.unions.len()).map(Kind::Union);
        let mixed = (0..self.mixed.len()).map(Kind::Mixed);
        entities.chain(values).chain(interfaces).chain(unions).chain(mixed).collect()
    }

    fn leads_to_inner(&self, kind: &Kind) -> bool {
        let (Kind::Entity(entity), Some(inner)) = (kind, self.inner) else { return false };
        self.entities[*entity].fields.iter().any(|field| field.kind == Kind::Entity(inner))
    }

    /// The types of objects that set a context if this type does; none where a subgraph knows only
    /// some of them.
    fn objects_of(&self, kind: &Kind, subgraph: usize) -> Vec<Kind> {
        let Some(all) = self.common_members(kind, &[]) else { return vec![kind.clone()] };
        if self.common_members(kind, &[subgraph]).is_none_or(|known| known.len() < all.len()) {
            return Vec::new();
        }
        let object = match kind {
            Kind::Mixed(_) => Kind::Value,
            _ => Kind::Entity,
        };
        all.into_iter().map(object).collect()
    }

    fn fields_of(&self, object: &Kind) -> &[Field] {
        match object {
            Kind::Entity(entity) => &self.entities[*entity].fields,
            Kind::Value(value) => &self.values[*value].fields,
            _ => &[],
        }
    }

    fn leaves(&self, object: &Kind, subgraph: usize, leaf: Leaf) -> Vec<String> {
        let fine = |f: &&Field| {
            let moves = f.label.is_some() || f.overridden == Some(subgraph);
            f.list == leaf.list && !f.nested && f.arguments.is_empty() && !moves
        };
        let is_id = leaf.scalar == "ID";
        let mut leaves = Vec::new();
        if let Kind::Entity(entity) = object {
            if self.entities[*entity].null_codes {
                return leaves;
            }
            leaves.extend((is_id && !leaf.list).then(|| "id".to_owned()));
        }
        for field in self.fields_of(object).iter().filter(fine) {
            match field.kind {
                _ if field.kind == leaf.kind() => leaves.push(field.name.clone()),
                Kind::Entity(other) if is_id && !self.entities[other].null_codes => {
                    leaves.push(format!("{} {{ id }}", field.name));
                }
                _ => {}
            }
        }
        leaves
    }

    /// Adds a field that depends on the context that was added last.
    fn add_contextual(&mut self, name: String, leaf: Leaf, random: &mut Random) {
        let index = self.contexts.len() - 1;
        let subgraph = self.contexts[index].subgraph;
        let entity = self.inner.unwrap_or_else(|| random.below(self.entities.len()));
        if self.entities[entity].null_codes || !self.is_set(index) {
            return;
        }
        let arguments: Vec<String> = (0..random.between(1, 2))
            .map(|n| {
                let (selection, non_null) = self.selection(index, leaf, random);
                let bang = if non_null && random.percent(50) { "!" } else { "" };
                let field = format!("${} {selection}", self.contexts[index].name);
                let ty = leaf.scalar;
                let ty = if leaf.list { format!("[{ty}]") } else { format!("{ty}{bang}") };
                format!("x{n}: {ty} @fromContext(field: \"{field}\")")
            })
            .collect();
        let contextual = arguments.join(", ");
        let fine = |f: &&mut Field| {
            let is_free = !f.required && !f.provided && f.overridden.is_none();
            let is_plain = is_free && f.contextual.is_empty();
            matches!(f.kind, Kind::Requires(_)) && f.owners == [subgraph] && is_plain
        };
        let requiring = self.entities[entity].fields.iter_mut().find(fine);
        if let Some(field) = requiring.filter(|_| random.percent(40)) {
            field.contextual = contextual;
        } else {
            let mut field = self.field(name, Kind::Contextual, random);
            (field.owners, field.list, field.required) = (vec![subgraph], false, true);
            field.arguments = if random.percent(30) { ARGUMENTS[0] } else { "" };
            field.contextual = contextual;
            self.entities[entity].fields.push(field);
        }
        self.enter(entity, subgraph, random);
    }

    /// Lets a subgraph be asked for an entity: by its id, or by other keys that it has there, which
    /// still others may have to bring.
    fn enter(&mut self, entity: usize, subgraph: usize, random: &mut Random) {
        let entity = &mut self.entities[entity];
        if random.percent(50) {
            entity.known[subgraph].insert(0);
        }
        entity.unresolvable.retain(|(s, _)| *s != subgraph);
        entity.styles[subgraph] = Style::Plain;
    }

    /// Whether all that has to set a context can.
    fn is_set(&self, context: usize) -> bool {
        let context = &self.contexts[context];
        let all = (0..self.entities.len()).map(Kind::Entity);
        let mut all = all.filter(|kind| self.leads_to_inner(kind));
        all.all(|kind| context.setters.contains(&kind))
            && (context.at_root.is_some() || !context.setters.is_empty())
    }

    /// What an argument has of a context, and whether that is never null.
    fn selection(&mut self, context: usize, leaf: Leaf, random: &mut Random) -> (String, bool) {
        let Context { subgraph, setters, at_root, .. } = &self.contexts[context];
        let subgraph = *subgraph;
        let mut objects: Vec<Kind> = Vec::new();
        for object in setters.iter().flat_map(|setter| self.objects_of(setter, subgraph)) {
            if !objects.contains(&object) {
                objects.push(object);
            }
        }
        let are_entities = objects.iter().all(|object| matches!(object, Kind::Entity(_)));
        let are_entities =
            are_entities && setters.iter().all(|kind| !matches!(kind, Kind::Union(_)));
        let is_plain =
            self.inner.is_some() && at_root.is_none() && are_entities && random.percent(40);
        let mut text: Vec<String> = Vec::new();
        for object in &objects {
            let leaf = random.pick(&self.leaves(object, subgraph, leaf)).clone();
            match object {
                Kind::Value(value) => {
                    text.push(format!("... on {} {{ {leaf} }}", self.values[*value].name));
                }
                Kind::Entity(entity) if !is_plain => {
                    text.push(format!("... on {} {{ {leaf} }}", self.entities[*entity].name));
                }
                _ => {}
            }
        }
        if let Some(root) = at_root {
            text.push(format!("... on Query {{ {} }}", root.name));
        }
        for object in &objects {
            if let Kind::Entity(entity) = object {
                self.enter(*entity, subgraph, random);
            }
        }
        if is_plain {
            return ("{ id }".to_owned(), true);
        }
        let text = text.join(" ");
        self.require(&parse(&text));
        (text, false)
    }

    /// Says of the fields that a selection names that they are required.
    fn require(&mut self, selection: &[Selection]) {
        let mut named = Vec::new();
        walk(self, &Kind::Enum, selection, &mut |entity, name| {
            named.push((entity, name.to_owned()));
        });
        for (entity, name) in named {
            let fields = &mut self.entities[entity].fields;
            fields.iter_mut().filter(|f| f.name == name).for_each(|f| f.required = true);
        }
        for selection in selection {
            let Selection::InlineFragment(fragment) = selection else { continue };
            let mut values = self.values.iter_mut();
            let value = values.find(|v| {
                fragment.type_condition.as_ref().is_some_and(|name| name.as_str() == v.name)
            });
            value.into_iter().flat_map(|v| &mut v.fields).for_each(|field| field.required = true);
        }
    }
}
