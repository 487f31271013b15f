//! What must hold for a client to see an element of the supergraph.

use apollo_compiler::ast::Directive;
use supergraph::link::Links;

use crate::merge::auth::AUTH;
use crate::merge::strategy::Dnf;

/// The names in the supergraph of the directives that say who may see an element.
pub(super) struct AuthNames([Option<String>; AUTH.len()]);

/// A condition on who asks: what each of the directives says.
#[derive(Debug, Clone)]
pub(super) struct Requirements([Dnf; AUTH.len()]);

impl AuthNames {
    /// The names; `None` when the supergraph has none of the directives.
    pub(super) fn of(links: &Links) -> Option<Self> {
        let names = AUTH.map(|directive| directive.own_name(links));
        names.iter().any(Option::is_some).then_some(Self(names))
    }

    /// What the directives of an element require.
    pub(super) fn read<D: AsRef<Directive>>(&self, directives: &[D]) -> Requirements {
        let mut requirements = Requirements::none();
        for directive in directives.iter().map(AsRef::as_ref) {
            let is_it = |name: &Option<String>| name.as_deref() == Some(directive.name.as_str());
            if let Some(index) = self.0.iter().position(is_it) {
                requirements.0[index] = match directive.arguments.first() {
                    Some(condition) => Dnf::read(&condition.value),
                    // Who asks has to be known, whoever it is.
                    None => Dnf::literal(&directive.name),
                };
            }
        }
        requirements
    }
}

impl Requirements {
    /// What everybody meets.
    pub(super) fn none() -> Self {
        Self(AUTH.map(|_| Dnf::truth()))
    }

    /// Requires the others, too.
    pub(super) fn add(&mut self, other: &Self) {
        for (own, other) in self.0.iter_mut().zip(&other.0) {
            *own = Dnf::all(&[own.clone(), other.clone()]);
        }
    }

    /// Whether who meets these also meets the others.
    pub(super) fn imply(&self, others: &Self) -> bool {
        self.0.iter().zip(&others.0).all(|(own, other)| own.implies(other))
    }
}
