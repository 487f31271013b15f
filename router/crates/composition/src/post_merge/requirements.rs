//! What must hold for a client to see an element of the supergraph.

use apollo_compiler::Name;
use apollo_compiler::ast::Directive;
use supergraph::link::Links;
use supergraph::spec::federation::FederationDirective as D;

use crate::merge::strategy::Dnf;

/// The names of the directives in the supergraph.
pub(super) struct AuthNames {
    authenticated: Option<String>,
    scopes: Option<String>,
    policies: Option<String>,
}

/// A condition on who asks.
#[derive(Debug, Clone)]
pub(super) struct Requirements {
    authenticated: bool,
    scopes: Dnf,
    policies: Dnf,
}

impl AuthNames {
    /// The names; `None` when the supergraph has none of the directives.
    pub(super) fn of(links: &Links) -> Option<Self> {
        let names = Self {
            authenticated: D::Authenticated.own_name(links),
            scopes: D::RequiresScopes.own_name(links),
            policies: D::Policy.own_name(links),
        };
        let any = [&names.authenticated, &names.scopes, &names.policies];
        any.iter().any(|name| name.is_some()).then_some(names)
    }

    /// What the directives of an element require.
    pub(super) fn read<D: AsRef<Directive>>(&self, directives: &[D]) -> Requirements {
        let mut requirements = Requirements::none();
        let is = |name: &Name, other: &Option<String>| other.as_deref() == Some(name.as_str());
        for directive in directives {
            let directive = directive.as_ref();
            let condition = || {
                let value = directive.arguments.first()?;
                Some(Dnf::read(&value.value))
            };
            if is(&directive.name, &self.authenticated) {
                requirements.authenticated = true;
            } else if is(&directive.name, &self.scopes) {
                requirements.scopes = condition().unwrap_or_else(Dnf::truth);
            } else if is(&directive.name, &self.policies) {
                requirements.policies = condition().unwrap_or_else(Dnf::truth);
            }
        }
        requirements
    }
}

impl Requirements {
    /// What everybody meets.
    pub(super) fn none() -> Self {
        Self { authenticated: false, scopes: Dnf::truth(), policies: Dnf::truth() }
    }

    /// Requires the others, too.
    pub(super) fn add(&mut self, other: &Self) {
        self.authenticated |= other.authenticated;
        self.scopes = Dnf::all(&[self.scopes.clone(), other.scopes.clone()]);
        self.policies = Dnf::all(&[self.policies.clone(), other.policies.clone()]);
    }

    /// Whether who meets these also meets the others.
    pub(super) fn imply(&self, others: &Self) -> bool {
        (self.authenticated || !others.authenticated)
            && self.scopes.implies(&others.scopes)
            && self.policies.implies(&others.policies)
    }
}
