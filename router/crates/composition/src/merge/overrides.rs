//! `@override`: a subgraph takes a field over from another, at once or by a label.
//!
//! <https://www.apollographql.com/docs/graphos/reference/federation/directives#override>

use std::collections::HashMap;

use supergraph::spec::federation::FederationDirective as D;

use super::context::Context;
use super::sources::{FieldSource, Located, SubgraphIndex};
use crate::diagnostic::{Code, Diagnostic};
use crate::names::closest;
use crate::subgraph::application::string_argument;

/// What overrides mean for the field of one subgraph.
#[derive(Debug, Clone, Default)]
pub(crate) struct Overridden {
    /// The field is overridden, yet something in its subgraph needs it.
    pub(crate) used: bool,
    /// The field is overridden, and nothing in its subgraph needs it.
    pub(crate) unused: bool,
    /// The label the override depends on, on both sides.
    pub(crate) label: Option<String>,
}

/// The overrides of one field, by subgraph.
#[derive(Debug, Default)]
pub(crate) struct Overrides(HashMap<SubgraphIndex, Overridden>);

impl Overrides {
    /// What overrides mean for a subgraph.
    pub(crate) fn of(&self, subgraph: SubgraphIndex) -> &Overridden {
        const NOT_AT_ALL: &Overridden = &Overridden { used: false, unused: false, label: None };
        self.0.get(&subgraph).unwrap_or(NOT_AT_ALL)
    }
}

/// The argument `from` of the field's `@override`, if it has one.
pub(crate) fn override_from(source: FieldSource<'_>) -> Option<&str> {
    string_argument(source.application(D::Override)?, "from")
}

/// Checks the overrides of a field and finds out what they mean.
pub(crate) fn validate_overrides(
    ctx: &mut Context<'_>,
    defined: &[FieldSource<'_>],
    stand_ins: &[FieldSource<'_>],
) -> Overrides {
    let mut overrides = Overrides::default();
    for source in defined {
        if let Some(from) = override_from(*source) {
            let field = OverriddenField { source: *source, from, defined, stand_ins };
            field.validate(ctx, &mut overrides);
        }
    }
    overrides
}

struct OverriddenField<'a, 's> {
    source: FieldSource<'a>,
    from: &'a str,
    defined: &'s [FieldSource<'a>],
    stand_ins: &'s [FieldSource<'a>],
}

impl OverriddenField<'_, '_> {
    fn validate(&self, ctx: &mut Context<'_>, overrides: &mut Overrides) {
        let Self { source, from, .. } = self;
        let name = &source.subgraph().name;
        if source.of.interface_object {
            return self.collision(ctx, "is on an @interfaceObject type");
        }
        if !ctx.subgraphs.iter().any(|s| s.name == *from) {
            let nearest = closest(from, ctx.subgraphs.iter().map(|s| s.name.as_str()));
            let what = "names a subgraph that does not exist";
            let hint = self.report(ctx, Code::FromSubgraphDoesNotExist, what);
            hint.help = nearest.map(|nearest| format!("did you mean \"{nearest}\"?"));
            return;
        }
        if from == name {
            self.report(ctx, Code::OverrideFromSelfError, "names its own subgraph")
                .help("name the subgraph to take the field from");
            return;
        }
        let overridden = self.defined.iter().find(|s| s.subgraph().name == *from);
        let stand_in = self.stand_ins.iter().find(|s| s.subgraph().name == *from);
        match (overridden, stand_in) {
            (None, None) => {
                let what = "is not needed: that subgraph has no such field";
                self.report(ctx, Code::OverrideDirectiveCanBeRemoved, what)
                    .help("remove @override");
            }
            (None, Some(_)) => {
                self.collision(ctx, "names a subgraph that has the field on an @interfaceObject");
            }
            (Some(overridden), _) if override_from(*overridden).is_some() => {
                let what = "names a subgraph that overrides the field itself";
                self.report(ctx, Code::OverrideSourceHasOverride, what).at(overridden.location());
            }
            (Some(overridden), _) => self.validate_overridden(ctx, *overridden, overrides),
        }
    }

    fn validate_overridden(
        &self,
        ctx: &mut Context<'_>,
        overridden: FieldSource<'_>,
        overrides: &mut Overrides,
    ) {
        if overridden.has(D::Requires) || overridden.has(D::Provides) {
            return self.collision(ctx, "names a subgraph whose field has @requires or @provides");
        }
        if self.source.is_external() {
            return self.collision(ctx, "is on an external field");
        }
        let is_external = overridden.is_external();
        if is_external {
            let what = "is not needed: the field is external in that subgraph";
            self.report(ctx, Code::OverrideDirectiveCanBeRemoved, what)
                .at(overridden.location())
                .help("remove @override");
        } else {
            let used = overridden.subgraph().is_used(overridden.parent(), overridden.name());
            let entry = overrides.0.entry(overridden.of.at.index).or_default();
            entry.used |= used;
            entry.unused |= !used;
        }
        match self.label() {
            None if is_external => {}
            None => {
                let what = "makes the field of that subgraph superfluous";
                self.report(ctx, Code::OverriddenFieldCanBeRemoved, what)
                    .at(overridden.location())
                    .help(format!("remove the field from \"{}\"", self.from));
            }
            Some(label) => {
                if is_label(label) {
                    for index in [overridden.of.at.index, self.source.of.at.index] {
                        overrides.0.entry(index).or_default().label = Some(label.to_owned());
                    }
                } else {
                    let what = format!("has the invalid label \"{label}\"");
                    self.report(ctx, Code::OverrideLabelInvalid, &what).help(
                        "a label starts with a letter and has only letters, digits and _-:./, or is percent(x) with x from 0 to 100",
                    );
                }
                let what = "migrates the field progressively";
                self.report(ctx, Code::OverrideMigrationInProgress, what)
                    .at(overridden.location())
                    .help("remove the overridden field when the migration is complete");
            }
        }
    }

    fn label(&self) -> Option<&str> {
        let directive = self.source.application(D::Override)?;
        string_argument(directive, "label").filter(|label| !label.is_empty())
    }

    fn collision(&self, ctx: &mut Context<'_>, why: &str) {
        self.report(ctx, Code::OverrideCollisionWithAnotherDirective, why);
    }

    fn report<'c>(&self, ctx: &'c mut Context<'_>, code: Code, what: &str) -> &'c mut Diagnostic {
        let message = format!(
            "@override(from: \"{}\") on \"{}.{}\" in subgraph \"{}\" {what}.",
            self.from,
            self.source.parent(),
            self.source.name(),
            self.source.subgraph().name,
        );
        ctx.report.add(code, message).at(self.source.location())
    }
}

/// Whether a label is well-formed: a name, or `percent(x)`.
fn is_label(label: &str) -> bool {
    if let Some(number) = label.strip_prefix("percent(").and_then(|l| l.strip_suffix(')')) {
        return is_percentage(number);
    }
    let rest = |c: char| c.is_ascii_alphanumeric() || "_-:./".contains(c);
    label.starts_with(|c: char| c.is_ascii_alphabetic()) && label.chars().all(rest)
}

fn is_percentage(text: &str) -> bool {
    let digits =
        |s: &str, max: usize| (1..=max).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit());
    match text.split_once('.') {
        Some((whole, fraction)) => digits(whole, 2) && digits(fraction, 8),
        None => text == "100" || digits(text, 2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels() {
        for good in ["beta-test", "a.b/c:d_e", "percent(5)", "percent(100)", "percent(0.12345678)"]
        {
            assert!(is_label(good), "{good}");
        }
        for bad in ["", "1x", "percent(101)", "percent(5.)", "percent(5.123456789)", "a b"] {
            assert!(!is_label(bad), "{bad}");
        }
    }
}
