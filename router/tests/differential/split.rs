//! A world as the schemas of its subgraphs.

use std::collections::BTreeSet;
use std::fmt::Write;

use apollo_compiler::ast::Selection;

use crate::field_set::{of_context, parse};
use crate::hiding::hide_once;
use crate::objects::Objects;
use crate::part::Part;
use crate::sets::walk;
use crate::world::{
    ARGUMENTS, Field, Kind, MODES, SHADES, Style, ValueType, World, knows_mode, knows_shade,
};

/// Splits a world, with data for when these labels are on.
pub(crate) fn split(world: &World, objects: &Objects, labels: &BTreeSet<String>) -> Vec<Part> {
    let indices = 0..world.subgraph_count;
    let parts = indices.map(|index| Splitter::new(world, objects, index).part(labels));
    let mut parts: Vec<Part> = parts.filter(|part| part.sdl.contains("type ")).collect();
    if world.hides_once {
        hide_once(&mut parts);
    }
    parts
}

/// What a subgraph has of a world.
pub(crate) struct Splitter<'w> {
    pub(crate) world: &'w World,
    pub(crate) objects: &'w Objects,
    pub(crate) index: usize,
    pub(crate) entities: BTreeSet<usize>,
    pub(crate) interfaces: BTreeSet<usize>,
    values: BTreeSet<usize>,
    unions: BTreeSet<usize>,
    mixed: BTreeSet<usize>,
    /// Fields of entities that are here for the sake of `@requires` or `@provides`.
    external: BTreeSet<(usize, String)>,
}

impl<'w> Splitter<'w> {
    fn new(world: &'w World, objects: &'w Objects, index: usize) -> Self {
        let mut new = Self {
            world,
            objects,
            index,
            entities: BTreeSet::new(),
            interfaces: BTreeSet::new(),
            values: BTreeSet::new(),
            unions: BTreeSet::new(),
            mixed: BTreeSet::new(),
            external: BTreeSet::new(),
        };
        for (entity, definition) in world.entities.iter().enumerate() {
            for field in &definition.fields {
                if !new.has(field) {
                    continue;
                }
                new.entities.insert(entity);
                new.need(&field.kind);
                if let Kind::Requires(set) = &field.kind
                    && field.owners.contains(&index)
                {
                    new.add_external(&Kind::Entity(entity), &parse(set));
                }
                let contextual = new.contextual(field).split('"');
                for context in contextual.filter(|text| text.starts_with('$')) {
                    new.add_external(&Kind::Enum, &of_context(context).1);
                }
                if let Some(set) = &field.provides {
                    new.add_external(&field.kind, &parse(set));
                }
            }
        }
        let roots = world.queries.iter().chain(&world.mutations);
        roots.filter(|query| query.owners.contains(&index)).for_each(|query| {
            new.need(&query.kind);
        });
        for context in world.contexts.iter().filter(|context| context.subgraph == index) {
            context.setters.iter().for_each(|kind| new.need(kind));
        }
        new.entities.clone().into_iter().for_each(|entity| new.need_owner(entity));
        new
    }

    /// Whether the subgraph has the field, rightly or wrongly.
    pub(crate) fn has(&self, field: &Field) -> bool {
        field.owners.contains(&self.index) || field.overridden == Some(self.index)
    }

    fn add_external(&mut self, kind: &Kind, set: &[Selection]) {
        let world = self.world;
        let mut named: Vec<(usize, String)> = Vec::new();
        walk(world, kind, set, &mut |entity, name| named.push((entity, name.to_owned())));
        for (entity, name) in named {
            self.entities.insert(entity);
            let field = world.entities[entity].fields.iter().find(|f| f.name == name);
            if let Some(field) = field
                && !self.has(field)
                && self.external.insert((entity, name))
            {
                self.need(&field.kind);
            }
        }
    }

    fn need(&mut self, kind: &Kind) {
        match kind {
            Kind::Entity(entity) => {
                self.entities.insert(*entity);
            }
            Kind::Interface(interface) => {
                if !self.interfaces.insert(*interface) {
                    return;
                }
                let fields = self.world.interfaces[*interface].fields.iter();
                let fields: Vec<&Field> = fields.filter(|f| self.shows(*interface, f)).collect();
                fields.into_iter().for_each(|field| self.need(&field.kind));
                if let Some(general) = self.world.interfaces[*interface].implements {
                    self.need(&Kind::Interface(general));
                }
                if !self.is_object(*interface) {
                    let members = &self.world.interfaces[*interface].members_in[self.index];
                    self.entities.extend(members);
                }
            }
            Kind::Union(union) => {
                self.unions.insert(*union);
                self.entities.extend(&self.world.unions[*union].members_in[self.index]);
            }
            Kind::Mixed(mixed) => {
                self.mixed.insert(*mixed);
                for member in &self.world.mixed[*mixed].members_in[self.index] {
                    self.need(&Kind::Value(*member));
                }
            }
            Kind::Value(value) => {
                let value_type = &self.world.values[*value];
                if self.values.insert(*value) {
                    let here = |field: &&Field| self.is_here(value_type, field);
                    let kinds: Vec<&Kind> =
                        value_type.fields.iter().filter(here).map(|field| &field.kind).collect();
                    kinds.into_iter().for_each(|kind| self.need(kind));
                }
            }
            Kind::Done => {
                self.entities.insert(0);
            }
            _ => {}
        }
    }

    /// The entity that is part of the key of another.
    fn need_owner(&mut self, entity: usize) {
        let entity = &self.world.entities[entity];
        let has = entity.known[self.index].iter().any(|key| entity.keys[*key].contains("owner"));
        if has {
            self.entities.extend(entity.owner);
        }
    }

    /// Whether the interface is an interface object here.
    pub(crate) fn is_object(&self, interface: usize) -> bool {
        let interface = &self.world.interfaces[interface];
        interface.object_in == Some(self.index) || interface.also_in == Some(self.index)
    }

    fn part(mut self, labels: &BTreeSet<String>) -> Part {
        let special: Vec<usize> =
            (0..self.world.interfaces.len()).filter(|i| self.is_object(*i)).collect();
        self.interfaces.extend(special);
        let mut sdl = "extend schema @link(url: \"https://specs.apollo.dev/federation/v2.7\", \
             import: [\"@key\", \"@shareable\", \"@external\", \"@requires\", \"@provides\", \
             \"@override\", \"@interfaceObject\", \"@inaccessible\", \"@tag\", \"@extends\"])\n"
            .to_owned();
        for entity in &self.entities {
            self.write_entity(*entity, &mut sdl);
        }
        for value in &self.values {
            self.write_value(*value, &mut sdl);
        }
        self.write_abstract(&mut sdl);
        self.write_mixed(&mut sdl);
        let query = self.world.query_names[self.index];
        self.write_root(query, &self.world.queries, &mut sdl);
        self.write_root("Mutation", &self.world.mutations, &mut sdl);
        self.write_others(&mut sdl);
        if ["Query", "Query!", "[Query", "[[Query"]
            .iter()
            .any(|ty| sdl.contains(&format!(": {ty}")))
            && !sdl.contains(&format!("type {query} "))
        {
            writeln!(sdl, "type {query} {{\n  own{}: Int\n}}", self.index).unwrap();
        }
        if sdl.contains("@context") {
            let imports = "\"@context\", \"@fromContext\", \"@extends\"])";
            sdl = sdl.replacen("v2.7", "v2.8", 1).replacen("\"@extends\"])", imports, 1);
        }
        if sdl.contains("type Root {") {
            let mutation = if sdl.contains("type Mutation {") { " mutation: Mutation" } else { "" };
            sdl = sdl.replace(": Query", ": Root").replace("[Query", "[Root");
            let (link, rest) = sdl.split_once('\n').unwrap();
            let link = link.replace("extend schema", "schema");
            sdl = format!("{link} {{ query: Root{mutation} }}\n{rest}");
        }
        if self.world.fed1 == Some(self.index) {
            sdl = as_federation_1(&sdl);
        }
        let name = format!("s{}", self.index);
        let data = self.data(labels);
        Part { name, sdl, data }
    }

    fn write_others(&self, sdl: &mut String) {
        if sdl.contains(": Part!") || sdl.contains(": [Part!]!") {
            sdl.push_str("type Part @shareable {\n  n: Int!\n  code: String!\n  in: Inner!\n}\n");
            sdl.push_str("type Inner @shareable {\n  m: Int!\n}\n");
        }
        if sdl.contains(": Done") {
            sdl.push_str("type Done @shareable {\n  order: Int!\n  e: E0\n  query: Query\n}\n");
        }
        if ["(in: In", "[[In!]]", "h: In"].iter().any(|input| sdl.contains(input)) {
            // Clients have to give what one subgraph requires.
            let e = if self.index < 2 { "Int!" } else { "Int" };
            let fields = format!("  a: Int = 1\n  b: [String!]\n  c: Color\n  d: In\n  e: {e}\n");
            let own = format!("  {}\n  mode: Mode\n", self.own());
            let hidden = if self.world.hides_inputs { "  h: In @inaccessible\n" } else { "" };
            writeln!(sdl, "input In {{\n{fields}{own}{hidden}}}").unwrap();
        }
        if sdl.contains("Json") {
            sdl.push_str("scalar Json\n");
        }
        if sdl.contains("Color") {
            sdl.push_str("enum Color { RED GREEN BLUE }\n");
        }
        if sdl.contains(": Shade") || sdl.contains("[Shade") {
            let known = (0..SHADES.len()).filter(|shade| knows_shade(self.index, *shade));
            let known = known.map(|shade| self.enum_value(SHADES[shade])).collect::<String>();
            writeln!(sdl, "enum Shade{} {{{known} }}", self.about(&Kind::Shade)).unwrap();
        }
        if sdl.contains(": Mode") {
            let known = (0..MODES.len()).filter(|mode| knows_mode(self.index, *mode));
            let known = known.map(|mode| self.enum_value(MODES[mode])).collect::<String>();
            writeln!(sdl, "enum Mode {{{known} }}").unwrap();
        }
    }

    fn enum_value(&self, value: &str) -> String {
        let is_hidden = self.world.hides_inputs && ["D5", "M4"].contains(&value);
        format!(" {value}{}", if is_hidden { " @inaccessible" } else { "" })
    }

    /// What is said of a type: contexts, and whether clients see it.
    fn about(&self, kind: &Kind) -> String {
        let tag = self.tag(self.world.type_name(kind));
        self.world.contexts_of(self.index, kind) + self.world.hidden_text(kind) + tag
    }

    /// A tag, which some have in some subgraphs.
    fn tag(&self, name: &str) -> &'static str {
        let number = name.bytes().fold(self.index, |sum, byte| sum + usize::from(byte));
        if number.is_multiple_of(5) { " @tag(name: \"t\")" } else { "" }
    }

    fn write_entity(&self, index: usize, sdl: &mut String) {
        let entity = &self.world.entities[index];
        let name = &entity.name;
        let member = |i: &&usize| {
            self.world.interfaces[**i].members_in[self.index].contains(&index)
                && !self.is_object(**i)
        };
        let interfaces: Vec<&str> = self
            .interfaces
            .iter()
            .filter(member)
            .map(|i| self.world.interfaces[*i].name.as_str())
            .collect();
        let style = entity.styles[self.index];
        let is_extension = matches!(style, Style::Extension | Style::ExternalKeys);
        write!(sdl, "{}type {name}", if is_extension { "extend " } else { "" }).unwrap();
        if !interfaces.is_empty() {
            write!(sdl, " implements {}", interfaces.join(" & ")).unwrap();
        }
        let known = &entity.known[self.index];
        for key in known {
            let is_stub = entity.unresolvable.contains(&(self.index, *key));
            let resolvable = if is_stub { ", resolvable: false" } else { "" };
            write!(sdl, " @key(fields: \"{}\"{resolvable})", entity.keys[*key]).unwrap();
        }
        sdl.push_str(&self.about(&Kind::Entity(index)));
        sdl.push_str(if style == Style::Extends { " @extends {\n" } else { " {\n" });
        let external = match style {
            Style::Plain | Style::Extension => "",
            Style::ExternalKeys | Style::Extends | Style::Entered => " @external",
        };
        let has = |field: &str| {
            let mut words = known.iter().flat_map(|key| entity.keys[*key].split(' '));
            let mut depth = 0i32;
            words.any(|word| {
                depth += i32::from(word == "{") - i32::from(word == "}");
                word == field && depth == 0
            })
        };
        let owner = entity.owner.map(|owner| self.world.entities[owner].name.as_str());
        let owner = format!("{}!", owner.unwrap_or_default());
        let keys = [
            ("id", "ID!"),
            ("code", if entity.null_codes { "String" } else { "String!" }),
            ("part", "Part!"),
            ("parts", "[Part!]!"),
            ("hid", "String! @inaccessible"),
            ("owner", &owner),
        ];
        for (field, ty) in keys.into_iter().filter(|(field, _)| has(field)) {
            let owner = entity.owner.filter(|_| field == "owner").map(Kind::Entity);
            let hidden = owner.map_or("", |owner| self.world.hidden_text(&owner));
            let is_hidden = field == "hid" || !hidden.is_empty();
            let external = if is_hidden { "" } else { external };
            writeln!(sdl, "  {field}: {ty}{external}{hidden}").unwrap();
        }
        for field in &entity.fields {
            if self.has(field) {
                writeln!(sdl, "  {}", self.field_text(field)).unwrap();
            } else if self.external.contains(&(index, field.name.clone())) {
                let ty = self.world.type_text(field);
                let arguments = self.arguments(field);
                writeln!(sdl, "  {}{arguments}: {ty} @external", field.name).unwrap();
            }
        }
        sdl.push_str("}\n");
    }

    /// Whether an interface has a field here: all its members do, be it for what is provided.
    fn shows(&self, interface: usize, field: &Field) -> bool {
        let may_be_provided = matches!(field.kind, Kind::Scalar(_) | Kind::Entity(_));
        let owned = |member: &usize| {
            let mut fields = self.world.entities[*member].fields.iter();
            fields.any(|f| f.name == *field.name && self.has(f))
                || may_be_provided && self.external.contains(&(*member, field.name.clone()))
        };
        !self.is_object(interface)
            && self.world.interfaces[interface].members_in[self.index].iter().all(owned)
    }

    /// Whether the subgraph has nothing of a value type that others split, but requires it.
    fn is_required_only(&self, value: &ValueType) -> bool {
        value.split && !value.fields.iter().any(|field| field.owners.contains(&self.index))
    }

    fn is_here(&self, value: &ValueType, field: &Field) -> bool {
        let is_required =
            self.is_required_only(value) && matches!(field.kind, Kind::Scalar(_) | Kind::Value(_));
        !value.split || is_required || field.owners.contains(&self.index)
    }

    fn write_value(&self, index: usize, sdl: &mut String) {
        let value = &self.world.values[index];
        let shareable = match value.split {
            true if self.is_required_only(value) => " @external",
            true => "",
            false => " @shareable",
        };
        let mixed = self.mixed.iter().map(|mixed| &self.world.mixed[*mixed]);
        let implemented = mixed
            .filter(|m| m.field.is_some() && m.members_in[self.index].contains(&index))
            .map(|mixed| format!(" implements {}", mixed.name));
        let implements: String = implemented.collect();
        let about = self.about(&Kind::Value(index));
        writeln!(sdl, "type {}{implements}{shareable}{about} {{", value.name).unwrap();
        for field in value.fields.iter().filter(|field| self.is_here(value, field)) {
            let shared = value.split && field.owners.len() > 1 && shareable.is_empty();
            let shared = if shared { " @shareable" } else { "" };
            let hidden =
                if field.hidden && !shareable.contains("external") { " @inaccessible" } else { "" };
            writeln!(sdl, "  {}: {}{shared}{hidden}", field.name, self.world.type_text(field))
                .unwrap();
        }
        sdl.push_str("}\n");
    }

    fn field_text(&self, field: &'w Field) -> String {
        let ty = match field.narrowed {
            Some((subgraph, entity)) if subgraph == self.index => {
                self.world.type_text(&Field { kind: Kind::Entity(entity), ..field.clone() })
            }
            _ => self.world.type_text(field),
        };
        let promise = if field.promised == Some(self.index) { "!" } else { "" };
        let mut text = format!("{}{}: {ty}{promise}", field.name, self.arguments(field));
        if field.owners.len() > 1 || field.provided {
            text.push_str(" @shareable");
        }
        if field.hidden {
            text.push_str(" @inaccessible");
        }
        text.push_str(self.tag(&field.name));
        let is_owner = field.owners.contains(&self.index);
        if let (Some(from), true) = (field.overridden, is_owner) {
            let label = field.label.map(|label| format!(", label: \"{label}\""));
            let label = label.unwrap_or_default();
            write!(text, " @override(from: \"s{from}\"{label})").unwrap();
        }
        if let (Kind::Requires(set), true) = (&field.kind, is_owner) {
            write!(text, " @requires(fields: \"{}\")", set.replace('"', "\\\"")).unwrap();
        }
        if let (Some(provides), true) = (&field.provides, is_owner) {
            write!(text, " @provides(fields: \"{provides}\")").unwrap();
        }
        text
    }

    fn write_abstract(&self, sdl: &mut String) {
        for index in &self.interfaces {
            let interface = &self.world.interfaces[*index];
            let name = &interface.name;
            let hidden = self.world.hidden_text(&Kind::Interface(*index));
            if interface.also_in == Some(self.index) {
                let about = self.about(&Kind::Interface(*index));
                writeln!(sdl, "type {name} @interfaceObject @key(fields: \"id\"){about} {{")
                    .unwrap();
                writeln!(sdl, "  id: ID!\n  {name}z: String @external").unwrap();
                writeln!(sdl, "  {name}y: String @requires(fields: \"{name}z\")").unwrap();
                writeln!(sdl, "  {name}zs: [Int] @shareable").unwrap();
                writeln!(sdl, "  {name}yo: [{name}]{hidden}\n}}").unwrap();
                continue;
            }
            if self.is_object(*index) {
                let about = self.about(&Kind::Interface(*index));
                writeln!(sdl, "type {name} @interfaceObject @key(fields: \"id\"){about} {{")
                    .unwrap();
                writeln!(sdl, "  id: ID!\n  {name}z: String\n  {name}zo: {name}{hidden}").unwrap();
                if let Some(required) = interface.fields.first() {
                    let required = &required.name;
                    writeln!(sdl, "  {required}: String @external").unwrap();
                    writeln!(sdl, "  {name}zr: String @requires(fields: \"{required}\")").unwrap();
                }
                writeln!(sdl, "  {name}za{}: String!", ARGUMENTS[0]).unwrap();
                writeln!(sdl, "  {name}zs: [Int] @shareable").unwrap();
                sdl.push_str("}\n");
                continue;
            }
            let entered =
                |m: &usize| !self.world.entities[*m].unresolvable.contains(&(self.index, 0));
            let is_whole = interface.members_in[self.index].len() == interface.members.len()
                && interface.members.iter().all(entered);
            let has_key = interface.object_in.is_some() || interface.is_keyed && is_whole;
            let key = if has_key { " @key(fields: \"id\")" } else { "" };
            let general = interface.implements.map(|general| &self.world.interfaces[general]);
            let implements = general.map(|general| format!(" implements {}", general.name));
            let implements = implements.unwrap_or_default();
            let about = self.about(&Kind::Interface(*index));
            writeln!(sdl, "interface {name}{implements}{key}{about} {{\n  id: ID!").unwrap();
            let inherited = general.into_iter().flat_map(|general| &general.fields);
            for field in interface.fields.iter().chain(inherited) {
                if self.shows(*index, field) {
                    let ty = self.world.type_text(field);
                    let hidden = if field.hidden { " @inaccessible" } else { "" };
                    writeln!(sdl, "  {}{}: {ty}{hidden}", field.name, field.arguments).unwrap();
                }
            }
            sdl.push_str("}\n");
        }
        for index in &self.unions {
            let union = &self.world.unions[*index];
            let members = union.members_in[self.index].iter();
            let members: Vec<&str> =
                members.map(|m| self.world.entities[*m].name.as_str()).collect();
            let about = self.about(&Kind::Union(*index));
            writeln!(sdl, "union {}{about} = {}", union.name, members.join(" | ")).unwrap();
        }
    }

    fn write_mixed(&self, sdl: &mut String) {
        for index in &self.mixed {
            let mixed = &self.world.mixed[*index];
            let name = &mixed.name;
            let about = self.about(&Kind::Mixed(*index));
            if let Some(field) = &mixed.field {
                let ty = self.world.type_text(field);
                writeln!(sdl, "interface {name}{about} {{\n  {}: {ty}\n}}", field.name).unwrap();
                continue;
            }
            let members = mixed.members_in[self.index].iter();
            let members: Vec<&str> = members.map(|m| self.world.values[*m].name.as_str()).collect();
            writeln!(sdl, "union {name}{about} = {}", members.join(" | ")).unwrap();
        }
    }

    fn write_root(&self, name: &str, fields: &[Field], sdl: &mut String) {
        let here = |field: &&Field| field.owners.contains(&self.index);
        let fields: Vec<&Field> = fields.iter().filter(here).collect();
        if fields.is_empty() {
            return;
        }
        let contexts = self.world.contexts.iter().filter(|context| {
            name != "Mutation" && context.at_root.is_some() && context.subgraph == self.index
        });
        let contexts = contexts.map(|context| format!(" @context(name: \"{}\")", context.name));
        writeln!(sdl, "type {name}{} {{", contexts.collect::<String>()).unwrap();
        for field in fields {
            let arguments = if field.takes_id() { "(id: ID!)" } else { "" };
            let shared = if field.owners.len() > 1 { " @shareable" } else { "" };
            let ty = self.world.type_text(field);
            let hidden = if field.hidden { " @inaccessible" } else { "" };
            writeln!(sdl, "  {}{arguments}: {ty}{shared}{hidden}", field.name).unwrap();
        }
        sdl.push_str("}\n");
    }
}

/// A schema in the language of federation 1: some entities are extensions, with external keys.
fn as_federation_1(sdl: &str) -> String {
    let (first, rest) = sdl.split_once('\n').unwrap();
    let mut all = String::new();
    if first.starts_with("schema") {
        let (_, roots) = first.split_once('{').unwrap();
        writeln!(all, "schema {{{roots}").unwrap();
    }
    let mut is_extension = false;
    for line in rest.replace(" @shareable", "").replace(" @inaccessible", "").lines() {
        if line.starts_with("type E") && line.contains("@key") {
            is_extension = line.contains("type E1") || line.contains("type E2");
            let keyword = if is_extension { "extend " } else { "" };
            writeln!(all, "{keyword}{line}").unwrap();
        } else if is_extension && ["id", "code", "owner"].contains(&field_name(line)) {
            writeln!(all, "{line} @external").unwrap();
        } else {
            is_extension &= line != "}";
            writeln!(all, "{line}").unwrap();
        }
    }
    all
}

fn field_name(line: &str) -> &str {
    line.trim().split(':').next().unwrap_or_default()
}
