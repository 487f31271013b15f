//! How the arguments of a directive that may stand on an element only once are merged when
//! subgraphs say different things.

use std::collections::BTreeSet;

use apollo_compiler::Node;
use apollo_compiler::ast::Value;
use supergraph::spec::federation::FederationDirective as D;

/// A way to merge the values of one argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strategy {
    /// The greatest of the numbers that are given.
    Max,
    /// The elements of all lists that are given, in the order first seen.
    Union,
    /// Whether all that are given are true.
    And,
    /// All of the conditions, each a disjunction of conjunctions.
    DnfConjunction,
}

/// The arguments of a directive with the strategies that merge them; none when the directive has
/// no strategies.
pub(crate) fn strategies(directive: D) -> &'static [(&'static str, Strategy)] {
    match directive {
        D::Cost => &[("weight", Strategy::Max)],
        D::ListSize => &[
            ("assumedSize", Strategy::Max),
            ("slicingArguments", Strategy::Union),
            ("sizedFields", Strategy::Union),
            ("requireOneSlicingArgument", Strategy::And),
        ],
        D::RequiresScopes => &[("scopes", Strategy::DnfConjunction)],
        D::Policy => &[("policies", Strategy::DnfConjunction)],
        _ => &[],
    }
}

impl Strategy {
    /// Merges values; absent ones and nulls do not count, and `None` is the result when nothing
    /// is left.
    pub(crate) fn merge<'v>(self, values: impl Iterator<Item = &'v Value>) -> Option<Value> {
        let values: Vec<&Value> = values.filter(|v| !v.is_null()).collect();
        let first = *values.first()?;
        Some(match self {
            Self::Max => values.iter().copied().max_by_key(|v| v.to_i32())?.clone(),
            Self::And => Value::Boolean(values.iter().all(|v| v.to_bool() == Some(true))),
            Self::Union => {
                let mut union: Vec<Node<Value>> = Vec::new();
                for value in values.iter().flat_map(|v| items(v)) {
                    if !union.contains(&value) {
                        union.push(value);
                    }
                }
                Value::List(union)
            }
            Self::DnfConjunction if values.len() == 1 => first.clone(),
            Self::DnfConjunction => {
                let operands: Vec<Dnf> = values.iter().map(|v| Dnf::read(v)).collect();
                Dnf::all(&operands).to_value()
            }
        })
    }
}

/// The elements of a list; a value that is no list stands for a list of itself.
fn items(value: &Value) -> Vec<Node<Value>> {
    match value {
        Value::List(items) => items.clone(),
        other => vec![Node::new(other.clone())],
    }
}

/// The most clauses of a merged condition; products of many conditions grow exponentially.
const CLAUSES_MAX: usize = 1000;

/// A condition in disjunctive normal form: some clause must hold in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dnf {
    /// In the order they are printed among those of their length.
    clauses: Vec<BTreeSet<String>>,
}

impl Dnf {
    /// The condition that always holds.
    pub(crate) fn truth() -> Self {
        Self { clauses: vec![BTreeSet::new()] }
    }

    /// The condition that a literal is.
    pub(crate) fn literal(text: &str) -> Self {
        Self { clauses: vec![BTreeSet::from([text.to_owned()])] }
    }

    /// Reads a list of lists of strings; an empty one always holds.
    pub(crate) fn read(value: &Value) -> Self {
        // Nothing may get lost here: a literal of another kind counts by its text.
        let literal = |value: &Node<Value>| match value.as_str() {
            Some(text) => text.to_owned(),
            None => value.to_string(),
        };
        let clause = |value: &Node<Value>| -> BTreeSet<String> {
            items(value).iter().map(literal).collect()
        };
        let mut clauses: Vec<_> = items(value).iter().map(clause).collect();
        clauses.sort();
        clauses.dedup();
        if clauses.is_empty() { Self::truth() } else { Self { clauses } }
    }

    /// The condition that holds when all of the given ones do.
    pub(crate) fn all(operands: &[Self]) -> Self {
        let mut product = Self::truth();
        for (index, operand) in operands.iter().enumerate() {
            if operands[..index].contains(operand) {
                continue;
            }
            let pairs = product.clauses.iter().flat_map(|left| {
                operand.clauses.iter().map(|right| left.union(right).cloned().collect())
            });
            product = Self { clauses: pairs.collect() }.without_supersets().bounded();
        }
        product
    }

    /// The condition itself, or, when it has grown too large to be worked with, the strictest one
    /// of its literals: no client gets to see more than it may.
    fn bounded(self) -> Self {
        if self.clauses.len() <= CLAUSES_MAX {
            return self;
        }
        Self { clauses: vec![self.clauses.into_iter().flatten().collect()] }
    }

    /// Whether the other condition holds whenever this one does.
    pub(crate) fn implies(&self, other: &Self) -> bool {
        self.clauses.iter().all(|left| other.clauses.iter().any(|right| right.is_subset(left)))
    }

    fn without_supersets(self) -> Self {
        let mut kept: Vec<BTreeSet<String>> = Vec::new();
        for clause in self.clauses {
            if !kept.iter().any(|smaller| smaller.is_subset(&clause)) {
                kept.retain(|larger| !clause.is_subset(larger));
                kept.push(clause);
            }
        }
        Self { clauses: kept }
    }

    /// The condition as the argument of a directive, shorter clauses first.
    pub(crate) fn to_value(&self) -> Value {
        let string = |text: &String| Node::new(Value::String(text.clone()));
        let clause =
            |clause: &BTreeSet<String>| Node::new(Value::List(clause.iter().map(string).collect()));
        let mut clauses: Vec<&BTreeSet<String>> = self.clauses.iter().collect();
        clauses.sort_by_key(|clause| clause.len());
        Value::List(clauses.into_iter().map(clause).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dnf(clauses: &[&[&str]]) -> Dnf {
        let clause = |c: &&[&str]| c.iter().map(|s| (*s).to_owned()).collect();
        Dnf { clauses: clauses.iter().map(clause).collect() }
    }

    #[test]
    fn a_conjunction_is_the_product_of_clauses_without_supersets() {
        let all = Dnf::all(&[dnf(&[&["a"], &["b"]]), dnf(&[&["a"], &["c"]])]);
        assert_eq!(all, dnf(&[&["a"], &["b", "c"]]));
        assert!(all.implies(&dnf(&[&["a"], &["b"]])));
        assert!(!dnf(&[&["a"]]).implies(&dnf(&[&["a", "b"]])));
    }
}
