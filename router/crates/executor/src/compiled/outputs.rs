//! How the client's answer is written: output selections, flattened.

use query_plan::{ConditionId, Leaf, OutputSelection, OutputValue, QueryPlan, TypeSet, TypeShape};

/// Index of an output selection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OutputId(pub(crate) u32);

/// What is shown of a record.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) position: u32,
    /// A record's type must be one of these; `None` where there is only one.
    pub(crate) possible: Option<TypeSet>,
    /// Something shown depends on the record's type.
    pub(crate) needs_type: bool,
    pub(crate) fields: Box<[OutputField]>,
}

/// One field of the answer.
#[derive(Debug)]
pub(crate) struct OutputField {
    /// `,"key":`
    key: Box<[u8]>,
    pub(crate) types: Option<TypeSet>,
    pub(crate) condition: Option<ConditionId>,
    pub(crate) kind: OutputKind,
}

/// The value of a field.
#[derive(Debug)]
pub(crate) enum OutputKind {
    Typename,
    Introspection(u16),
    Leaf { slot: u32, shape: Box<[Wrapper]>, leaf: Leaf },
    Object { slot: u32, shape: Box<[Wrapper]>, output: OutputId },
}

/// A list or the named type, with its nullability: a type is these, from the outside in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wrapper {
    pub(crate) list: bool,
    pub(crate) non_null: bool,
}

/// The output selections of a plan.
#[derive(Debug)]
pub(crate) struct Outputs {
    all: Vec<Output>,
    pub(crate) root: OutputId,
}

impl Outputs {
    pub(crate) fn new(plan: &QueryPlan) -> Self {
        let mut outputs = Self { all: Vec::new(), root: OutputId(0) };
        outputs.root = outputs.add(&plan.output, plan);
        outputs
    }

    fn add(&mut self, selection: &OutputSelection, plan: &QueryPlan) -> OutputId {
        let field = |field: &query_plan::OutputField| OutputField {
            key: format!(",\"{}\":", field.response_key).into_bytes().into(),
            types: field.types.clone(),
            condition: field.condition,
            kind: match &field.value {
                OutputValue::Typename => OutputKind::Typename,
                OutputValue::Introspection(index) => OutputKind::Introspection(*index),
                OutputValue::Leaf { slot, shape, leaf } => {
                    OutputKind::Leaf { slot: slot.0, shape: wrappers(shape), leaf: leaf.clone() }
                }
                OutputValue::Object { slot, shape, selection } => OutputKind::Object {
                    slot: slot.0,
                    shape: wrappers(shape),
                    output: self.add(selection, plan),
                },
            },
        };
        let fields: Box<[OutputField]> = selection.fields.iter().map(field).collect();
        let layout = plan.positions.get(selection.position.0 as usize);
        let id = OutputId(self.all.len() as u32);
        self.all.push(Output {
            position: selection.position.0,
            possible: layout
                .filter(|layout| layout.known_type.is_none())
                .map(|layout| layout.possible_types.clone()),
            needs_type: fields
                .iter()
                .any(|f| f.types.is_some() || matches!(f.kind, OutputKind::Typename)),
            fields,
        });
        id
    }

    #[inline]
    pub(crate) fn get(&self, id: OutputId) -> &Output {
        self.all.get(id.0 as usize).expect("an OutputId comes from `add`")
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }
}

impl OutputField {
    /// `,"key":`, or without the comma for the first field.
    #[inline]
    pub(crate) fn key(&self, first: bool) -> &[u8] {
        self.key.get(usize::from(first)..).unwrap_or_default()
    }

    /// The key as a JSON string.
    pub(crate) fn quoted(&self) -> &[u8] {
        self.key.get(1..self.key.len() - 1).unwrap_or_default()
    }
}

fn wrappers(mut shape: &TypeShape) -> Box<[Wrapper]> {
    let mut all = Vec::new();
    while let TypeShape::List { non_null, items } = shape {
        all.push(Wrapper { list: true, non_null: *non_null });
        shape = items;
    }
    all.push(Wrapper { list: false, non_null: shape.is_non_null() });
    all.into()
}
