//! Guards: when a field is wanted, as a disjunction of conjunctions over boolean variables.
//!
//! Guards are absolute: that of a field implies those of the fields around it.

use apollo_compiler::Name;

/// A clause: variables and the values they must have, sorted by name; no variable twice.
type Clause = Vec<(Name, bool)>;

/// How many clauses may tell when something is fetched; with more it is fetched at any rate.
const CLAUSES_MAX: usize = 64;

/// When something is wanted.
///
/// The default is never.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Guard {
    /// Sorted, none implied by another. No clause: never. One empty clause: always.
    clauses: Vec<Clause>,
}

impl Guard {
    pub(crate) fn always() -> Self {
        Self { clauses: vec![Vec::new()] }
    }

    pub(crate) fn never() -> Self {
        Self { clauses: Vec::new() }
    }

    pub(crate) fn is_always(&self) -> bool {
        self.clauses.first().is_some_and(Vec::is_empty)
    }

    pub(crate) fn is_never(&self) -> bool {
        self.clauses.is_empty()
    }

    pub(crate) fn clauses(&self) -> &[Clause] {
        &self.clauses
    }

    /// The guard as `@include` or `@skip` on one variable, if it is that simple.
    pub(crate) fn as_literal(&self) -> Option<(&Name, bool)> {
        let [clause] = self.clauses.as_slice() else { return None };
        let [(variable, value)] = clause.as_slice() else { return None };
        Some((variable, *value))
    }

    /// This and the variable having that value.
    pub(crate) fn and(&self, variable: &Name, value: bool) -> Self {
        let mut clauses = Vec::new();
        for clause in &self.clauses {
            match clause.binary_search_by(|(name, _)| name.cmp(variable)) {
                Ok(at) if clause[at].1 == value => clauses.push(clause.clone()),
                Ok(_) => {}
                Err(at) => {
                    let mut clause = clause.clone();
                    clause.insert(at, (variable.clone(), value));
                    clauses.push(clause);
                }
            }
        }
        Self { clauses }.simplified()
    }

    /// Both.
    pub(crate) fn both(&self, other: &Self) -> Self {
        let narrowed = |clause: &Clause| {
            clause.iter().fold(self.clone(), |guard, (variable, value)| guard.and(variable, *value))
        };
        other.clauses.iter().fold(Self::never(), |all, clause| all.or(&narrowed(clause)))
    }

    /// This and not the other; `None` if that has more than so many clauses.
    pub(crate) fn and_not(&self, other: &Self, clauses_max: usize) -> Option<Self> {
        let mut guard = self.clone();
        for clause in &other.clauses {
            if clause.len() > clauses_max || guard.clauses.len() > clauses_max {
                return None;
            }
            let parts = clause.iter().map(|(variable, value)| guard.and(variable, !value));
            guard = parts.fold(Self::never(), |all, part| all.or(&part));
        }
        (guard.clauses.len() <= clauses_max).then_some(guard)
    }

    /// Either.
    pub(crate) fn or(&self, other: &Self) -> Self {
        if other.implies(self) {
            return self.clone();
        }
        if self.implies(other) {
            return other.clone();
        }
        let clauses = self.clauses.iter().chain(&other.clauses).cloned().collect();
        Self { clauses }.simplified()
    }

    /// Either, or where that has too many clauses, always.
    pub(crate) fn or_wider(&self, other: &Self) -> Self {
        let either = self.or(other);
        if either.clauses.len() > CLAUSES_MAX { Self::always() } else { either }
    }

    /// Whether the other holds wherever this does. May say no where the answer is yes.
    pub(crate) fn implies(&self, other: &Self) -> bool {
        other.is_always()
            || self.clauses.iter().all(|mine| {
                other.clauses.iter().any(|theirs| theirs.iter().all(|l| mine.contains(l)))
            })
    }

    /// Joins clauses that differ in one variable's value, and drops those implied by others.
    fn simplified(mut self) -> Self {
        loop {
            self.clauses.sort();
            self.clauses.dedup();
            let Some((first, second, joined)) = self.find_joinable() else { break };
            self.clauses.remove(second);
            self.clauses[first] = joined;
        }
        let all = std::mem::take(&mut self.clauses);
        for (index, clause) in all.iter().enumerate() {
            let implied = all.iter().enumerate().any(|(other, shorter)| {
                other != index
                    && shorter.len() < clause.len()
                    && shorter.iter().all(|literal| clause.contains(literal))
            });
            if !implied {
                self.clauses.push(clause.clone());
            }
        }
        self
    }

    fn find_joinable(&self) -> Option<(usize, usize, Clause)> {
        for (first, one) in self.clauses.iter().enumerate() {
            for (second, two) in self.clauses.iter().enumerate().skip(first + 1) {
                let Some(at) = opposite(one, two) else { continue };
                let mut joined = one.clone();
                joined.remove(at);
                return Some((first, second, joined));
            }
        }
        None
    }
}

/// Where two clauses have opposite literals, if they are equal elsewhere.
fn opposite(one: &Clause, two: &Clause) -> Option<usize> {
    if one.len() != two.len() {
        return None;
    }
    let mut differing = (0..one.len()).filter(|index| one[*index] != two[*index]);
    let at = differing.next().filter(|at| one[*at].0 == two[*at].0)?;
    differing.next().is_none().then_some(at)
}

#[cfg(test)]
mod tests {
    use super::Guard;
    use apollo_compiler::name;

    #[test]
    fn opposite_guards_join_to_always() {
        let (yes, no) =
            (Guard::always().and(&name!("a"), true), Guard::always().and(&name!("a"), false));
        assert!(yes.or(&no).is_always());
        assert!(yes.and(&name!("a"), false).is_never());
        let both = yes.and(&name!("b"), true);
        assert_eq!(yes.or(&both), yes);
        assert!(both.implies(&yes) && !yes.implies(&both));
        assert_eq!(yes.both(&Guard::always().and(&name!("b"), true)), both);
        assert!(yes.both(&no).is_never() && yes.both(&Guard::always()) == yes);
        let not_both = Guard::always().and_not(&both, 2).unwrap();
        assert_eq!(not_both, no.or(&Guard::always().and(&name!("b"), false)));
        assert_eq!(Guard::always().and_not(&both, 1), None);
        assert_eq!(yes.and_not(&both, 2), Some(yes.and(&name!("b"), false)));
        assert_eq!(yes.and_not(&yes, 2), Some(Guard::never()));
    }
}
