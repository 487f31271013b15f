//! Plans as text, so that tests can be read. Slots and positions come to be when they are named.
//!
//! ```text
//! types Query User Product
//! abstract Node User Product
//! condition $a !$b ; $c                       conditions are c0, c1, …
//! output { users:[User!]! { id:ID! n=name:String on User if c0 role:(ADMIN|USER) } }
//! fetch a if c0 $var=$client $flag=c0 { users { __typename id } }
//! fetch b after 0 group _e0 at users as User|Admin User { id weight? } fill { name } end
//! ```
use query_plan::*;

#[path = "../../../query-plan/tests/support/invariants.rs"]
mod invariants;

pub fn plan(text: &str) -> QueryPlan {
    let mut parser = Parser::new(text);
    while let Some(word) = parser.next() {
        match word.as_str() {
            "types" => {
                while parser.peek_name() {
                    let name = parser.name();
                    parser.plan.types.push(name);
                }
            }
            "abstract" => parser.abstract_type(),
            "condition" => parser.condition(),
            "output" => {
                parser.plan.positions[0] = position(Vec::new(), Some(TypeId(0)), &[TypeId(0)]);
                parser.plan.output = parser.output(ROOT);
            }
            "subscription" => parser.plan.kind = OperationKind::Subscription,
            "fetch" => parser.fetch(),
            other => panic!("unknown word {other}"),
        }
    }
    parser.plan.find_shared();
    invariants::check(&parser.plan).unwrap();
    parser.plan
}

struct Parser {
    tokens: Vec<String>,
    at: usize,
    abstracts: Vec<(String, Vec<TypeId>)>,
    plan: QueryPlan,
}

const WORDS: [&str; 10] = [
    "types",
    "abstract",
    "condition",
    "output",
    "fetch",
    "on",
    "if",
    "subscription",
    "end",
    "group",
];

fn position(path: Vec<PathStep>, known_type: Option<TypeId>, possible: &[TypeId]) -> Position {
    let possible_types = possible.iter().copied().collect();
    Position { path, known_type, possible_types, slots: Vec::new(), shared: false }
}

impl Parser {
    fn new(text: &str) -> Self {
        let mut tokens: Vec<String> = Vec::new();
        let mut name = String::new();
        for c in
            text.lines().map(|l| l.split('#').next().unwrap()).flat_map(|l| l.chars().chain([' ']))
        {
            if c.is_alphanumeric() || c == '_' {
                name.push(c);
                continue;
            }
            if !name.is_empty() {
                tokens.push(std::mem::take(&mut name));
            }
            if !c.is_whitespace() {
                tokens.push(c.to_string());
            }
        }
        let output = OutputSelection { position: ROOT, fields: Vec::new() };
        let plan = QueryPlan {
            kind: OperationKind::Query,
            subgraphs: Vec::new(),
            types: Vec::new(),
            conditions: Vec::new(),
            defers: Vec::new(),
            positions: vec![position(Vec::new(), Some(TypeId(0)), &[TypeId(0)])],
            fetches: Vec::new(),
            output,
        };
        Self { tokens, at: 0, abstracts: Vec::new(), plan }
    }

    fn peek(&self) -> Option<&str> {
        self.tokens.get(self.at).map(String::as_str)
    }

    fn next(&mut self) -> Option<String> {
        self.at += 1;
        self.tokens.get(self.at - 1).cloned()
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.peek() == Some(token);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, token: &str) {
        assert!(self.eat(token), "expected {token}, found {:?} at {}", self.peek(), self.at);
    }

    fn peek_name(&self) -> bool {
        self.peek().is_some_and(|t| {
            t.chars().all(|c| c.is_alphanumeric() || c == '_') && !WORDS.contains(&t)
        })
    }

    fn name(&mut self) -> String {
        assert!(self.peek_name(), "expected a name, found {:?}", self.peek());
        self.next().unwrap()
    }

    fn type_id(&self, name: &str) -> Option<TypeId> {
        self.plan.types.iter().position(|t| t == name).map(|i| TypeId(i as u16))
    }

    fn abstract_type(&mut self) {
        let name = self.name();
        let mut members = Vec::new();
        while self.peek_name() {
            let member = self.name();
            members.push(self.type_id(&member).unwrap());
        }
        self.abstracts.push((name, members));
    }

    fn condition(&mut self) {
        let mut any_of = vec![Vec::new()];
        loop {
            let value = !self.eat("!");
            if self.eat("$") {
                let variable = self.name();
                any_of.last_mut().unwrap().push(Literal { variable, value });
            } else if self.eat(";") {
                any_of.push(Vec::new());
            } else {
                break;
            }
        }
        self.plan.conditions.push(Condition { any_of });
    }

    fn condition_id(&mut self) -> ConditionId {
        let name = self.name();
        ConditionId(name.strip_prefix('c').unwrap().parse().unwrap())
    }

    fn type_set(&mut self) -> TypeSet {
        let mut set = TypeSet::default();
        loop {
            let name = self.name();
            set.insert(self.type_id(&name).unwrap());
            if !self.eat("|") {
                return set;
            }
        }
    }

    fn slot(&mut self, at: PositionId, name: &str) -> SlotId {
        let slots = &mut self.plan.positions[at.0 as usize].slots;
        let found = slots.iter().position(|slot| slot.name == name);
        SlotId(found.unwrap_or_else(|| {
            slots.push(Slot { name: name.to_owned(), object: None });
            slots.len() - 1
        }) as u32)
    }

    fn object_slot(&mut self, at: PositionId, name: &str, ty: &str) -> (SlotId, PositionId) {
        let slot = self.slot(at, name);
        let layout = &self.plan.positions[at.0 as usize];
        if let Some(object) = layout.slots[slot.0 as usize].object {
            return (slot, object);
        }
        let mut path = layout.path.clone();
        path.push(PathStep::Key(name.to_owned()));
        let id = PositionId(self.plan.positions.len() as u32);
        let known = self.type_id(ty);
        let members = match self.abstracts.iter().find(|(n, _)| n == ty) {
            Some((_, members)) => members.clone(),
            None => vec![known.unwrap_or_else(|| panic!("no type {ty} for {name}"))],
        };
        self.plan.positions.push(position(path, known, &members));
        self.plan.positions[at.0 as usize].slots[slot.0 as usize].object = Some(id);
        (slot, id)
    }

    fn shape(&mut self) -> (TypeShape, String) {
        if self.eat("[") {
            let (items, name) = self.shape();
            self.expect("]");
            return (TypeShape::List { non_null: self.eat("!"), items: Box::new(items) }, name);
        }
        let mut name;
        if self.eat("(") {
            name = "(".to_owned();
            while !self.eat(")") {
                name += &self.next().unwrap();
            }
        } else {
            name = self.name();
        }
        (TypeShape::Named { non_null: self.eat("!") }, name)
    }

    fn output(&mut self, at: PositionId) -> OutputSelection {
        self.expect("{");
        let mut fields = Vec::new();
        while !self.eat("}") {
            let response_key = self.name();
            let slot = if self.eat("=") { self.name() } else { response_key.clone() };
            let value = if slot == "__typename" {
                OutputValue::Typename
            } else if slot == "__schema" {
                OutputValue::Introspection(0)
            } else {
                self.expect(":");
                let (shape, name) = self.shape();
                let leaf = match name.as_str() {
                    "Int" => Some(Leaf::Int),
                    "Float" => Some(Leaf::Float),
                    "String" => Some(Leaf::String),
                    "Boolean" => Some(Leaf::Boolean),
                    "ID" => Some(Leaf::Id),
                    "JSON" => Some(Leaf::Any),
                    other => other
                        .strip_prefix('(')
                        .map(|values| Leaf::Enum(values.split('|').map(str::to_owned).collect())),
                };
                match leaf {
                    Some(leaf) => OutputValue::Leaf { slot: self.slot(at, &slot), shape, leaf },
                    None => {
                        let (slot, object) = self.object_slot(at, &slot, &name);
                        OutputValue::Object { slot, shape, selection: self.output_later(object) }
                    }
                }
            };
            let types = self.eat("on").then(|| self.type_set());
            let condition = self.eat("if").then(|| self.condition_id());
            let value = match value {
                OutputValue::Object { slot, shape, selection } => {
                    let selection = self.output(selection.position);
                    OutputValue::Object { slot, shape, selection }
                }
                leaf => leaf,
            };
            fields.push(OutputField {
                response_key,
                types,
                condition,
                deferred: Vec::new(),
                value,
            });
        }
        OutputSelection { position: at, fields }
    }

    fn output_later(&self, position: PositionId) -> OutputSelection {
        OutputSelection { position, fields: Vec::new() }
    }

    fn input(&mut self, at: PositionId) -> InputSelection {
        self.expect("{");
        let mut fields = Vec::new();
        while !self.eat("}") {
            let response_key = self.name();
            let slot = if self.eat("=") { self.name() } else { response_key.clone() };
            let ty = if self.eat(":") { self.name() } else { String::new() };
            let kind = if response_key == "__typename" {
                InputKind::Typename
            } else if self.peek() == Some("{") {
                let (slot, object) = self.object_slot(at, &slot, &ty);
                InputKind::Object(slot, self.input(object))
            } else {
                InputKind::Leaf(self.slot(at, &slot))
            };
            fields.push(InputField { response_key, kind });
        }
        InputSelection { position: at, fields }
    }

    fn fetch(&mut self) {
        let name = self.name();
        let known = self.plan.subgraphs.iter().position(|s| *s == name);
        let subgraph = known.unwrap_or_else(|| {
            self.plan.subgraphs.push(name);
            self.plan.subgraphs.len() - 1
        });
        let mut fetch = Fetch {
            subgraph: SubgraphId(subgraph as u16),
            kind: OperationKind::Query,
            operation: format!("f{}", self.plan.fetches.len()),
            fragments: String::new(),
            variables: Vec::new(),
            after: Vec::new(),
            condition: None,
            deferred: Vec::new(),
            target: FetchKind::Entities(Vec::new()),
        };
        let mut groups = Vec::new();
        let mut root = None;
        loop {
            if self.eat("after") {
                while self.peek().is_some_and(|t| t.parse::<u32>().is_ok()) {
                    fetch.after.push(FetchId(self.next().unwrap().parse().unwrap()));
                }
            } else if self.eat("if") {
                fetch.condition = Some(self.condition_id());
            } else if self.eat("mutation") {
                fetch.kind = OperationKind::Mutation;
            } else if self.eat("stream") {
                fetch.kind = OperationKind::Subscription;
            } else if self.eat("$") {
                let name = self.name();
                self.expect("=");
                let source = if self.eat("$") {
                    VariableSource::Client(self.name())
                } else {
                    VariableSource::Condition(self.condition_id())
                };
                fetch.variables.push(FetchVariable { name, source });
            } else if self.eat("group") {
                groups.push(self.group());
            } else if self.eat("at") {
                let at = self.place();
                root = Some(self.input(at));
            } else if self.peek() == Some("{") {
                root = Some(self.input(ROOT));
            } else {
                break;
            }
        }
        fetch.target = root.map_or(FetchKind::Entities(groups), FetchKind::Root);
        self.plan.fetches.push(fetch);
    }

    fn place(&mut self) -> PositionId {
        let mut at = ROOT;
        loop {
            let name = self.name();
            let slots = &self.plan.positions[at.0 as usize].slots;
            let slot = slots.iter().find(|s| s.name == name).unwrap_or_else(|| panic!("no {name}"));
            at = slot.object.unwrap();
            if !self.eat(".") {
                return at;
            }
        }
    }

    fn group(&mut self) -> EntityGroup {
        let response_key = self.name();
        let condition = self.eat("if").then(|| self.condition_id());
        let mut sources = Vec::new();
        while self.eat("at") {
            let position = self.place();
            let mut representations = Vec::new();
            while self.eat("as") {
                let types = if self.eat("any") { None } else { Some(self.type_set()) };
                let typename = self.name();
                let fields = self.representation(position);
                representations.push(Representation { types, typename, fields });
            }
            self.expect("fill");
            let selection = self.input(position);
            sources.push(EntitySource {
                position,
                contexts: Vec::new(),
                representations,
                selection,
            });
        }
        self.expect("end");
        let variable = format!("r{response_key}");
        EntityGroup {
            response_key,
            variable,
            condition,
            sources,
            known: Vec::new(),
            on_demand: None,
        }
    }

    fn representation(&mut self, at: PositionId) -> Vec<RepresentationField> {
        self.expect("{");
        let mut fields = Vec::new();
        while !self.eat("}") {
            let name = self.name();
            let slot_name = if self.eat("=") { self.name() } else { name.clone() };
            let slot = self.slot(at, &slot_name);
            let is_key = !self.eat("?");
            let types = self.eat("on").then(|| self.type_set());
            let value = if self.peek() == Some("{") {
                let layout = &self.plan.positions[at.0 as usize];
                let object = layout.slots[slot.0 as usize].object.unwrap();
                let typename = self.tokens.get(self.at + 1).is_some_and(|t| t == "__typename");
                if typename {
                    self.tokens.remove(self.at + 1);
                }
                RepresentationValue::Object { typename, fields: self.representation(object) }
            } else {
                RepresentationValue::Leaf
            };
            fields.push(RepresentationField { name, slot, types, condition: None, is_key, value });
        }
        fields
    }
}
