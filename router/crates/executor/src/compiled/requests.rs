//! What a fetch sends: the constant parts of its body, and how records are represented.

use query_plan::{
    ConditionId, EntityGroup, EntitySource, Fetch, FetchId, FetchKind, OperationKind, QueryPlan,
    Representation, RepresentationField, RepresentationValue, SubgraphId, TypeSet, VariableSource,
};

use crate::compiled::inputs::{InputId, Inputs};

/// A fetch made ready to run.
#[derive(Debug)]
pub(crate) struct CompiledFetch {
    pub(crate) subgraph: SubgraphId,
    pub(crate) kind: OperationKind,
    /// `{"query":"…","variables":{`, or up to the query when there are no variables.
    pub(crate) head: Box<[u8]>,
    pub(crate) variables: Vec<CompiledVariable>,
    pub(crate) condition: Option<ConditionId>,
    /// How many fetches have to be done before.
    pub(crate) after: u32,
    /// Those that wait for this.
    pub(crate) dependents: Vec<FetchId>,
    pub(crate) target: Target,
}

/// A variable other than the representations.
#[derive(Debug)]
pub(crate) struct CompiledVariable {
    /// `"name":`
    pub(crate) key: Box<[u8]>,
    pub(crate) source: VariableSource,
}

/// What a fetch fills.
#[derive(Debug)]
pub(crate) enum Target {
    Root(InputId),
    Entities(Vec<Group>),
}

/// One `_entities` field.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) response_key: String,
    /// `"name":[`
    pub(crate) key: Box<[u8]>,
    pub(crate) condition: Option<ConditionId>,
    pub(crate) sources: Vec<Source>,
}

/// Records that are asked for as entities.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) position: u32,
    pub(crate) input: InputId,
    pub(crate) forms: Vec<Form>,
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
                Target::Entities(groups.iter().map(|g| group(g, plan, inputs)).collect())
            }
        };
        let query = serde_json::Value::from(fetch.operation.as_str());
        let constant = fetch.variables.is_empty() && matches!(target, Target::Root(_));
        let head = if constant {
            format!("{{\"query\":{query}")
        } else {
            format!("{{\"query\":{query},\"variables\":{{")
        };
        Self {
            subgraph: fetch.subgraph,
            kind: fetch.kind,
            head: head.into_bytes().into(),
            variables: fetch
                .variables
                .iter()
                .map(|variable| CompiledVariable {
                    key: format!("\"{}\":", variable.name).into_bytes().into(),
                    source: variable.source.clone(),
                })
                .collect(),
            condition: fetch.condition,
            after: fetch.after.len() as u32,
            dependents: Vec::new(),
            target,
        }
    }

    /// Whether the body is the same for every request.
    pub(crate) fn is_constant(&self) -> bool {
        self.variables.is_empty() && matches!(self.target, Target::Root(_))
    }
}

fn group(group: &EntityGroup, plan: &QueryPlan, inputs: &mut Inputs) -> Group {
    Group {
        response_key: group.response_key.clone(),
        key: format!("\"{}\":[", group.variable).into_bytes().into(),
        condition: group.condition,
        sources: group.sources.iter().map(|s| source(s, plan, inputs)).collect(),
    }
}

fn source(source: &EntitySource, plan: &QueryPlan, inputs: &mut Inputs) -> Source {
    let position = source.position.0;
    let form = |representation: &Representation| Form {
        types: representation.types.clone(),
        head: format!("{{\"__typename\":\"{}\"", representation.typename).into_bytes().into(),
        fields: form_fields(&representation.fields, position, plan),
    };
    Source {
        position,
        input: inputs.add(&source.selection, plan),
        forms: source.representations.iter().map(form).collect(),
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
            is_key: field.is_key,
            object: object(field),
        })
        .collect()
}
