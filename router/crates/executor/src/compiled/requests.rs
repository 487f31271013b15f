//! What a fetch sends: the constant parts of its body, and how records are represented.

use query_plan::{
    ConditionId, EntityGroup, EntitySource, Fetch, FetchId, FetchKind, FetchVariable, OnDemand,
    OperationKind, QueryPlan, Representation, RepresentationField, RepresentationValue, SubgraphId,
    TypeSet,
};

use crate::compiled::inputs::{InputId, Inputs};

/// A fetch made ready to run.
#[derive(Debug)]
pub(crate) struct CompiledFetch {
    pub(crate) subgraph: SubgraphId,
    pub(crate) kind: OperationKind,
    /// `{"query":"…","variables":{`, or up to the query when there are no variables.
    pub(crate) head: Box<[u8]>,
    /// Where the selections of the operation end in it.
    end: usize,
    pub(crate) variables: Vec<FetchVariable>,
    pub(crate) condition: Option<ConditionId>,
    /// How many fetches have to be done before.
    pub(crate) after: u32,
    /// Those that wait for this.
    pub(crate) dependents: Vec<FetchId>,
    pub(crate) target: Target,
}

/// What a fetch fills.
#[derive(Debug)]
pub(crate) enum Target {
    Root(InputId),
    Entities(Vec<Group>),
}

/// One `_entities` field, or as many as its records need.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) response_key: String,
    /// `"name`
    pub(crate) variable: String,
    pub(crate) condition: Option<ConditionId>,
    pub(crate) sources: Vec<Source>,
    pub(crate) known: Vec<KnownPlace>,
    /// Its texts as they stand in a JSON string.
    pub(crate) on_demand: Option<OnDemand>,
}

/// Records that may have all that a group asks for.
#[derive(Debug)]
pub(crate) struct KnownPlace {
    pub(crate) position: u32,
    pub(crate) form: Form,
    /// Their slots, by field of the group's sources.
    pub(crate) values: Vec<u32>,
}

/// Records that are asked for as entities.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) position: u32,
    pub(crate) input: InputId,
    pub(crate) forms: Vec<Form>,
    /// By variable of the group.
    pub(crate) contexts: Vec<Vec<ContextPlace>>,
    /// Another group is asked for the records that cannot be represented.
    pub(crate) has_others: bool,
}

/// Records that set a context for those below.
#[derive(Debug)]
pub(crate) struct ContextPlace {
    pub(crate) position: u32,
    pub(crate) types: Option<TypeSet>,
    /// The slots that lead down, each with the position of its record.
    pub(crate) path: Vec<(u32, u32)>,
    pub(crate) values: Vec<FormField>,
}

/// How a record is represented.
#[derive(Debug)]
pub(crate) struct Form {
    pub(crate) types: Option<TypeSet>,
    /// `{"__typename":"…"`
    pub(crate) head: Box<[u8]>,
    pub(crate) fields: Vec<FormField>,
}

/// A field of a representation.
#[derive(Debug)]
pub(crate) struct FormField {
    /// `,"name":`
    pub(crate) key: Box<[u8]>,
    pub(crate) slot: u32,
    pub(crate) types: Option<TypeSet>,
    pub(crate) condition: Option<ConditionId>,
    pub(crate) is_key: bool,
    pub(crate) object: Option<FormObject>,
}

/// An object, or objects in a list, within a representation.
#[derive(Debug)]
pub(crate) struct FormObject {
    pub(crate) position: u32,
    pub(crate) typename: bool,
    pub(crate) fields: Vec<FormField>,
}

impl CompiledFetch {
    pub(crate) fn new(fetch: &Fetch, plan: &QueryPlan, inputs: &mut Inputs) -> Self {
        let target = match &fetch.target {
            FetchKind::Root(selection) => Target::Root(inputs.add(selection, plan)),
            FetchKind::Entities(groups) => {
                let mut compiled: Vec<Group> =
                    groups.iter().map(|g| group(g, plan, inputs)).collect();
                for (whole, source) in groups.iter().filter_map(EntityGroup::instead_of) {
                    let whole = compiled.get_mut(whole);
                    if let Some(source) = whole.and_then(|whole| whole.sources.get_mut(source)) {
                        source.has_others = true;
                    }
                }
                Target::Entities(compiled)
            }
        };
        let constant = fetch.variables.is_empty() && matches!(target, Target::Root(_));
        let mut head = b"{\"query\":\"".to_vec();
        head.extend_from_slice(in_json(&fetch.operation).as_bytes());
        let end = head.len() - 1;
        head.extend_from_slice(in_json(&fetch.fragments).as_bytes());
        head.extend_from_slice(if constant { b"\"" } else { b"\",\"variables\":{" });
        Self {
            subgraph: fetch.subgraph,
            kind: fetch.kind,
            head: head.into(),
            end,
            variables: fetch.variables.clone(),
            condition: fetch.condition,
            after: fetch.after.len() as u32,
            dependents: Vec::new(),
            target,
        }
    }

    /// The start of the body, with definitions and fields that are added on demand.
    pub(crate) fn write_head(
        &self,
        out: &mut Vec<u8>,
        added: &[(&OnDemand, u32)],
        variables: &[&(FetchVariable, String)],
    ) {
        if added.is_empty() {
            out.extend_from_slice(&self.head);
            return;
        }
        let (rest, end) = self.head.split_at(self.end);
        let (start, rest) = rest.split_at(QUERY_START.len().min(rest.len()));
        out.extend_from_slice(start);
        for (on_demand, number) in added {
            write_numbered(out, &on_demand.definitions, *number);
            out.push(b',');
        }
        for (_, definition) in variables {
            out.extend_from_slice(definition.as_bytes());
            out.push(b',');
        }
        out.extend_from_slice(rest);
        for (on_demand, number) in added {
            out.push(b' ');
            write_numbered(out, &on_demand.field, *number);
        }
        let (brace, end) = end.split_at(1);
        out.extend_from_slice(brace);
        for (index, (on_demand, _)) in added.iter().enumerate() {
            // Those of one group stand together.
            let before = index.checked_sub(1).and_then(|before| added.get(before));
            if before.is_none_or(|(before, _)| !std::ptr::eq(*before, *on_demand)) {
                out.extend_from_slice(on_demand.fragments.as_bytes());
            }
        }
        out.extend_from_slice(end);
    }

    /// Whether the body is the same for every request.
    pub(crate) fn is_constant(&self) -> bool {
        self.variables.is_empty() && matches!(self.target, Target::Root(_))
    }
}

/// How the body of a fetch begins whose operation has fields added.
const QUERY_START: &str = "{\"query\":\"query(";

/// Writes a text with its number between the pieces.
pub(crate) fn write_numbered(out: &mut Vec<u8>, pieces: &[String], number: u32) {
    for (index, piece) in pieces.iter().enumerate() {
        if index > 0 {
            out.extend_from_slice(number.to_string().as_bytes());
        }
        out.extend_from_slice(piece.as_bytes());
    }
}

/// A text as it stands in a JSON string.
fn in_json(text: &str) -> String {
    let json = serde_json::Value::from(text).to_string();
    json.get(1..json.len() - 1).unwrap_or_default().to_owned()
}

fn on_demand(on_demand: &OnDemand) -> OnDemand {
    let all = |texts: &[String]| texts.iter().map(|text| in_json(text)).collect();
    let variables = on_demand.variables.iter();
    OnDemand {
        definitions: all(&on_demand.definitions),
        field: all(&on_demand.field),
        fragments: in_json(&on_demand.fragments),
        variables: variables.map(|(variable, text)| (variable.clone(), in_json(text))).collect(),
        ..on_demand.clone()
    }
}

fn context_place(place: &query_plan::ContextPlace, plan: &QueryPlan) -> ContextPlace {
    let mut path = Vec::new();
    let mut at = Some(place.position);
    for slot in &place.path {
        let Some(position) = at else { break };
        path.push((position.0, slot.0));
        let layout = plan.positions.get(position.0 as usize);
        at = layout.and_then(|l| l.slots.get(slot.0 as usize)).and_then(|slot| slot.object);
    }
    ContextPlace {
        position: place.position.0,
        types: place.types.clone(),
        path,
        values: form_fields(&place.values, place.position.0, plan),
    }
}

fn group(group: &EntityGroup, plan: &QueryPlan, inputs: &mut Inputs) -> Group {
    Group {
        response_key: group.response_key.clone(),
        variable: format!("\"{}", group.variable),
        condition: group.condition,
        sources: group.sources.iter().map(|s| source(s, plan, inputs)).collect(),
        known: group.known.iter().map(|place| known_place(place, plan)).collect(),
        on_demand: group.on_demand.as_ref().map(on_demand),
    }
}

fn source(source: &EntitySource, plan: &QueryPlan, inputs: &mut Inputs) -> Source {
    let position = source.position.0;
    let form = |representation| form(representation, position, plan);
    let places = |all: &Vec<_>| all.iter().map(|place| context_place(place, plan)).collect();
    Source {
        position,
        input: inputs.add(&source.selection, plan),
        forms: source.representations.iter().map(form).collect(),
        contexts: source.contexts.iter().map(places).collect(),
        has_others: false,
    }
}

fn known_place(place: &query_plan::KnownPlace, plan: &QueryPlan) -> KnownPlace {
    let position = place.position.0;
    let form = form(&place.representation, position, plan);
    KnownPlace { position, form, values: place.values.iter().map(|slot| slot.0).collect() }
}

fn form(representation: &Representation, position: u32, plan: &QueryPlan) -> Form {
    Form {
        types: representation.types.clone(),
        head: format!("{{\"__typename\":\"{}\"", representation.typename).into_bytes().into(),
        fields: form_fields(&representation.fields, position, plan),
    }
}

fn form_fields(fields: &[RepresentationField], position: u32, plan: &QueryPlan) -> Vec<FormField> {
    let object = |field: &RepresentationField| match &field.value {
        RepresentationValue::Leaf => None,
        RepresentationValue::Object { typename, fields } => {
            let slots = plan.positions.get(position as usize).map(|layout| &layout.slots);
            let slot = slots.and_then(|slots| slots.get(field.slot.0 as usize));
            let position = slot.and_then(|slot| slot.object)?.0;
            let fields = form_fields(fields, position, plan);
            Some(FormObject { position, typename: *typename, fields })
        }
    };
    fields
        .iter()
        .map(|field| FormField {
            key: format!(",\"{}\":", field.name).into_bytes().into(),
            slot: field.slot.0,
            types: field.types.clone(),
            condition: field.condition,
            is_key: field.is_key,
            object: object(field),
        })
        .collect()
}
