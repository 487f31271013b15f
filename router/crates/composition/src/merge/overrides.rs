//! `@override`: a subgraph takes a field over from another, at once or by a label.
//!
//! <https://www.apollographql.com/docs/graphos/reference/federation/directives#override>

use supergraph::spec::federation::FederationDirective as D;

use super::context::Context;
use super::sources::{FieldSource, SubgraphIndex};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
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

/// The overrides of one field, by subgraph; sparse.
#[derive(Debug, Default)]
pub(crate) struct Overrides(Vec<(SubgraphIndex, Overridden)>);

impl Overrides {
    /// What overrides mean for a subgraph.
    pub(crate) fn of(&self, subgraph: SubgraphIndex) -> Option<&Overridden> {
        self.0.iter().find(|(index, _)| *index == subgraph).map(|(_, overridden)| overridden)
    }

    /// Whether the field of a subgraph is overridden by another that nothing in it needs.
    pub(crate) fn is_unused(&self, subgraph: SubgraphIndex) -> bool {
        self.of(subgraph).is_some_and(|o| o.unused)
    }

    /// The label of a subgraph's field.
    pub(crate) fn label(&self, subgraph: SubgraphIndex) -> Option<&str> {
        self.of(subgraph)?.label.as_deref()
    }

    fn entry(&mut self, subgraph: SubgraphIndex) -> &mut Overridden {
        let at = self.0.iter().position(|(index, _)| *index == subgraph);
        let at = at.unwrap_or_else(|| {
            self.0.push((subgraph, Overridden::default()));
            self.0.len() - 1
        });
        &mut self.0[at].1
    }
}

/// The argument `from` of the field's `@override`, if it has one.
pub(crate) fn override_from(source: FieldSource<'_>) -> Option<&str> {
    let directive = source.subgraph().applications(&source.field.directives, D::Override).next()?;
    string_argument(directive, "from")
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
        if source.at.interface_object {
            return self.collision(ctx, "is on an @interfaceObject type");
        }
        if !ctx.subgraphs.iter().any(|s| s.name == *from) {
            let known = ctx.subgraphs.iter().map(|s| s.name.as_str());
            let nearest = crate::names::closest(from, known);
            let mut hint = self.diagnostic(
                Code::FromSubgraphDoesNotExist,
                "names a subgraph that does not exist".to_owned(),
            );
            if let Some(nearest) = nearest {
                hint = hint.help(format!("did you mean \"{nearest}\"?"));
            }
            return ctx.report.hint(hint);
        }
        if from == name {
            let message = "names its own subgraph".to_owned();
            let error = self.diagnostic(Code::OverrideFromSelfError, message);
            return ctx.report.error(error.help("name the subgraph to take the field from"));
        }
        let overridden = self.defined.iter().find(|s| s.subgraph().name == *from);
        let stand_in = self.stand_ins.iter().find(|s| s.subgraph().name == *from);
        match (overridden, stand_in) {
            (None, None) => {
                let message = "is not needed: that subgraph has no such field".to_owned();
                let hint = self.diagnostic(Code::OverrideDirectiveCanBeRemoved, message);
                ctx.report.hint(hint.help("remove @override"));
            }
            (None, Some(_)) => {
                self.collision(ctx, "names a subgraph that has the field on an @interfaceObject");
            }
            (Some(overridden), _) if override_from(*overridden).is_some() => {
                let message = "names a subgraph that overrides the field itself".to_owned();
                let error = self.diagnostic(Code::OverrideSourceHasOverride, message);
                ctx.report.error(error.at(overridden.location()));
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
            let message = "is not needed: the field is external in that subgraph".to_owned();
            let hint = self.diagnostic(Code::OverrideDirectiveCanBeRemoved, message);
            ctx.report.hint(hint.at(overridden.location()).help("remove @override"));
        } else {
            let used = overridden.subgraph().is_used(overridden.parent(), &overridden.field.name);
            let entry = overrides.entry(overridden.at.index);
            entry.used |= used;
            entry.unused |= !used;
        }
        match self.label() {
            None if is_external => {}
            None => {
                let message = "makes the field of that subgraph superfluous".to_owned();
                let hint = self.diagnostic(Code::OverriddenFieldCanBeRemoved, message);
                let help = format!("remove the field from \"{}\"", self.from);
                ctx.report.hint(hint.at(overridden.location()).help(help));
            }
            Some(label) => {
                if is_label(label) {
                    overrides.entry(overridden.at.index).label = Some(label.to_owned());
                    overrides.entry(self.source.at.index).label = Some(label.to_owned());
                } else {
                    let message = format!("has the invalid label \"{label}\"");
                    ctx.report.error(self.diagnostic(Code::OverrideLabelInvalid, message).help(
                        "a label starts with a letter and has only letters, digits and _-:./, or is percent(x) with x from 0 to 100",
                    ));
                }
                let message = "migrates the field progressively".to_owned();
                let hint = self.diagnostic(Code::OverrideMigrationInProgress, message);
                let help = "remove the overridden field when the migration is complete";
                ctx.report.hint(hint.at(overridden.location()).help(help));
            }
        }
    }

    fn label(&self) -> Option<&str> {
        let subgraph = self.source.subgraph();
        let directives = &self.source.field.directives;
        let directive = subgraph.applications(directives, D::Override).next()?;
        string_argument(directive, "label").filter(|label| !label.is_empty())
    }

    fn collision(&self, ctx: &mut Context<'_>, why: &str) {
        let code = Code::OverrideCollisionWithAnotherDirective;
        let diagnostic = self.diagnostic(code, why.to_owned());
        ctx.report.error(diagnostic);
    }

    fn diagnostic(&self, code: Code, what: String) -> Diagnostic {
        let message = format!(
            "@override(from: \"{}\") on \"{}.{}\" in subgraph \"{}\" {what}.",
            self.from,
            self.source.parent(),
            self.source.field.name,
            self.source.subgraph().name,
        );
        Diagnostic::new(code, message).at(self.source.location())
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
