//! How the client's answer is written: output selections, flattened.

use std::collections::HashSet;

use crate::slot::LeafKind;
use crate::text::Constant;
use query_plan::{
    ConditionId, Leaf, OutputSelection, OutputValue, QueryPlan, TypeSet, TypeShape, Wanted,
};

/// Index of an output selection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OutputId(pub(crate) u32);

/// What is shown of a record.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) position: u32,
    /// A record's type must be one of these; `None` where there is only one.
    pub(crate) possible: Option<TypeSet>,
    /// Some field may be deferred.
    pub(crate) is_split: bool,
    pub(crate) fields: Box<[OutputField]>,
}

/// One field of the answer.
#[derive(Debug)]
pub(crate) struct OutputField {
    /// `"key":`
    key: Constant,
    pub(crate) types: Option<TypeSet>,
    pub(crate) condition: Option<ConditionId>,
    /// Which of the plan's demands it has, if it may be deferred.
    pub(crate) demand: Option<u32>,
    /// Neither types nor condition nor demand.
    pub(crate) always: bool,
    /// Where the value is; none for a type name or introspection.
    pub(crate) slot: u32,
    /// The kinds of leaves that may be copied as they are.
    pub(crate) plain: u16,
    pub(crate) kind: OutputKind,
}

/// The value of a field.
#[derive(Debug)]
pub(crate) enum OutputKind {
    Typename,
    Introspection(u16),
    Leaf { shape: Box<[Wrapper]>, leaf: Leaf },
    Object { shape: Box<[Wrapper]>, output: OutputId },
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
    /// Each position is shown at one place.
    pub(crate) is_tree: bool,
    /// Different demands of values that may be deferred.
    pub(crate) demands: Vec<Vec<Wanted>>,
}

impl Outputs {
    pub(crate) fn new(plan: &QueryPlan) -> Self {
        let (all, demands) = (Vec::new(), Vec::new());
        let mut outputs = Self { all, root: OutputId(0), is_tree: false, demands };
        outputs.root = outputs.add(&plan.output, plan);
        let positions: HashSet<u32> = outputs.all.iter().map(|output| output.position).collect();
        outputs.is_tree = positions.len() == outputs.all.len();
        outputs
    }

    fn add(&mut self, selection: &OutputSelection, plan: &QueryPlan) -> OutputId {
        let field = |field: &query_plan::OutputField| {
            let (slot, kind) = match &field.value {
                OutputValue::Typename => (u32::MAX, OutputKind::Typename),
                OutputValue::Introspection(index) => (u32::MAX, OutputKind::Introspection(*index)),
                OutputValue::Leaf { slot, shape, leaf } => {
                    (slot.0, OutputKind::Leaf { shape: wrappers(shape), leaf: leaf.clone() })
                }
                OutputValue::Object { slot, shape, selection } => {
                    let output = self.add(selection, plan);
                    (slot.0, OutputKind::Object { shape: wrappers(shape), output })
                }
            };
            let demand = self.demand(&field.deferred);
            OutputField {
                key: Constant::new(&format!("\"{}\":", field.response_key)),
                types: field.types.clone(),
                condition: field.condition,
                demand,
                always: field.types.is_none() && field.condition.is_none() && demand.is_none(),
                slot,
                plain: plain_kinds(&kind),
                kind,
            }
        };
        let fields: Box<[OutputField]> = selection.fields.iter().map(field).collect();
        let layout = plan.positions.get(selection.position.0 as usize);
        let id = OutputId(self.all.len() as u32);
        self.all.push(Output {
            position: selection.position.0,
            possible: layout
                .filter(|layout| layout.known_type.is_none())
                .map(|layout| layout.possible_types.clone()),
            is_split: fields.iter().any(|f| f.demand.is_some()),
            fields,
        });
        id
    }

    fn demand(&mut self, wanted: &[Wanted]) -> Option<u32> {
        if wanted.is_empty() {
            return None;
        }
        let known = self.demands.iter().position(|known| known == wanted);
        let index = known.unwrap_or_else(|| {
            self.demands.push(wanted.to_vec());
            self.demands.len() - 1
        });
        Some(index as u32)
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
    /// Whether it depends on the record's type.
    pub(crate) fn needs_type(&self) -> bool {
        self.types.is_some() || matches!(self.kind, OutputKind::Typename)
    }

    /// Writes `"key":`.
    #[inline]
    pub(crate) fn write_key(&self, out: &mut Vec<u8>) {
        self.key.write(out);
    }

    /// The key as a JSON string.
    pub(crate) fn quoted(&self) -> &[u8] {
        self.key.text.get(..self.key.text.len() - 1).unwrap_or_default()
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

/// The kinds of leaves that are complete as they are; nothing that may hold a null.
fn plain_kinds(kind: &OutputKind) -> u16 {
    let OutputKind::Leaf { shape, leaf } = kind else { return 0 };
    let kinds: &[LeafKind] = match leaf {
        Leaf::String | Leaf::Id => &[LeafKind::String],
        Leaf::Int => &[LeafKind::SmallInt],
        Leaf::Float => &[LeafKind::SmallInt, LeafKind::Number],
        Leaf::Any => &[LeafKind::String, LeafKind::SmallInt, LeafKind::Number],
        Leaf::Boolean | Leaf::Enum(_) => &[],
    };
    match shape.len() {
        1 => kinds.iter().fold(0, |set, kind| set | kind.bit()),
        2 => kinds.iter().fold(0, |set, kind| set | kind.list().bit()),
        _ => 0,
    }
}
