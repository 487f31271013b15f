//! `@skip` and `@include` as data: boolean conditions on the operation's variables.

/// A condition: an index into [`QueryPlan::conditions`](crate::QueryPlan::conditions).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConditionId(pub u16);

/// A variable that must have the given value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Literal {
    /// Name of a `Boolean!` variable of the client's operation, without `$`.
    pub variable: String,
    /// The value it must have.
    pub value: bool,
}

/// A disjunction of conjunctions of literals: it holds when all literals of some clause hold.
///
/// A condition that always holds is not stored in a plan (it is `None` there), and what never
/// holds is not planned at all; so there is at least one clause, and no clause is empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Condition {
    /// The clauses, sorted; the literals of each are sorted too.
    pub any_of: Vec<Vec<Literal>>,
}

impl Condition {
    /// Decides the condition; `value` gives the value of a variable.
    pub fn holds(&self, mut value: impl FnMut(&str) -> bool) -> bool {
        self.any_of
            .iter()
            .any(|clause| clause.iter().all(|literal| value(&literal.variable) == literal.value))
    }
}
