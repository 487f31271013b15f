//! What the rules of `@key`, `@requires` and `@provides` have in common: the field set is a
//! string, it parses, its fields exist, and it has neither directives nor, mostly, arguments.

use apollo_compiler::ast::{self, Directive};
use apollo_compiler::{Name, Node};
use supergraph::field_set::FieldSet;
use supergraph::spec::federation::FederationDirective;

use crate::diagnostic::{Code, Diagnostic, Errors};
use crate::subgraph::Subgraph;

mod selection;

use selection::Check;

/// What distinguishes the three directives.
pub(super) struct Kind {
    pub(super) directive: FederationDirective,
    pub(super) invalid_type: Code,
    pub(super) invalid: Code,
    pub(super) has_directive: Code,
    /// `None`: fields with arguments may be selected.
    pub(super) has_arguments: Option<Code>,
    /// `None`: fields need not be external.
    pub(super) missing_external: Option<Code>,
    /// `None`: fields of abstract type may be selected.
    pub(super) selects_abstract: Option<Code>,
}

/// The field set is not valid; why has been reported.
pub(super) struct Invalid;

/// An application of one of the three directives.
pub(super) struct Application<'a> {
    pub(super) subgraph: &'a Subgraph,
    pub(super) kind: &'static Kind,
    pub(super) directive: &'a Node<Directive>,
    /// What carries the directive: `T` or `T.f`.
    pub(super) on: String,
    /// The type the fields are selected on.
    pub(super) parent: &'a Name,
}

impl Application<'_> {
    /// Reports everything that is wrong with the field set.
    pub(super) fn check(&self, errors: &mut Errors<'_>) {
        let is_abstract_refused = self.kind.selects_abstract.is_some();
        if let Ok(fields) = self.fields(is_abstract_refused, true, errors) {
            self.walk(&fields.selections, self.parent, false, errors);
        }
    }

    /// The field set, when it is one that selects existing fields, if in a way that is not allowed.
    pub(super) fn valid_fields(&self, errors: &mut Errors<'_>) -> Result<FieldSet, Invalid> {
        self.fields(false, false, errors)
    }

    fn fields(
        &self,
        no_abstract: bool,
        is_strict: bool,
        errors: &mut Errors<'_>,
    ) -> Result<FieldSet, Invalid> {
        let fields = self.parse(errors)?;
        let check = Check { schema: &self.subgraph.schema, no_abstract, is_strict };
        match check.selections(&fields.selections, self.parent) {
            Ok(()) => Ok(fields),
            Err(problem) => {
                let code = self.kind.selects_abstract.filter(|_| problem.is_abstract);
                let code = code.unwrap_or(self.kind.invalid);
                self.report(code, &problem.message, errors).help = problem.help;
                Err(Invalid)
            }
        }
    }

    fn parse(&self, errors: &mut Errors<'_>) -> Result<FieldSet, Invalid> {
        let value = self.directive.specified_argument_by_name("fields");
        let Some(text) = value.and_then(|value| value.as_str()) else {
            let written = value.map(|v| v.serialize().no_indent().to_string()).unwrap_or_default();
            let message = format!("`fields` must be a string, not {written}.");
            let error = self.report(self.kind.invalid_type, &message, errors);
            error.help = value
                .and_then(|value| value.as_enum())
                .map(|name| format!("write `fields: \"{name}\"`"));
            return Err(Invalid);
        };
        FieldSet::parse(text).map_err(|error| {
            self.report(self.kind.invalid, &error.message, errors);
            Invalid
        })
    }

    /// Looks at each element of a valid selection. The depth is that of the field set, which
    /// parsing limits.
    fn walk(
        &self,
        selections: &[ast::Selection],
        parent: &Name,
        is_below_external: bool,
        errors: &mut Errors<'_>,
    ) {
        for selection in selections {
            match selection {
                ast::Selection::Field(field) => {
                    self.walk_field(field, parent, is_below_external, errors);
                }
                ast::Selection::InlineFragment(fragment) => {
                    self.no_directives(&fragment.directives, errors);
                    let target = fragment.type_condition.as_ref().unwrap_or(parent);
                    self.walk(&fragment.selection_set, target, is_below_external, errors);
                }
                ast::Selection::FragmentSpread(_) => {}
            }
        }
    }

    fn walk_field(
        &self,
        field: &ast::Field,
        parent: &Name,
        is_below_external: bool,
        errors: &mut Errors<'_>,
    ) {
        self.no_directives(&field.directives, errors);
        let definition = self.subgraph.schema.type_field(parent, &field.name).ok();
        let has_arguments = definition.is_some_and(|d| !d.arguments.is_empty());
        if let Some(code) = self.kind.has_arguments.filter(|_| has_arguments) {
            let message = format!(
                "`{parent}.{}` has arguments, which a `@{}` cannot give.",
                field.name,
                self.kind.directive.name()
            );
            self.report(code, &message, errors);
        }
        if field.selection_set.is_empty() {
            let is_external = is_below_external || self.subgraph.is_external(parent, &field.name);
            if let Some(code) = self.kind.missing_external.filter(|_| !is_external) {
                self.report_missing_external(code, parent, &field.name, errors);
            }
        } else if let Some(definition) = definition {
            let is_external =
                is_below_external || self.subgraph.may_be_external(parent, &field.name);
            let target = definition.ty.inner_named_type();
            self.walk(&field.selection_set, target, is_external, errors);
        }
    }

    fn report_missing_external(
        &self,
        code: Code,
        parent: &Name,
        field: &Name,
        errors: &mut Errors<'_>,
    ) {
        let (subgraph, name) = (self.subgraph, self.kind.directive.name());
        let location = subgraph.field_location(parent, field);
        if subgraph.is_fake_external(parent, field) {
            let message = format!(
                "`{parent}.{field}` is marked `@external`, but as a field of a key on an \
                 extension it is resolved here all the same, so that `@{name}` need not name it."
            );
            self.report(code, &message, errors).at(location);
        } else {
            let message = format!(
                "`{parent}.{field}` is resolved by this subgraph, so that `@{name}` need not name it."
            );
            self.report(code, &message, errors).at(location).help(format!(
                "remove `{field}` from the selection, or mark `{parent}.{field}` with `@external` \
                 if another subgraph resolves it"
            ));
        }
    }

    /// Reports that the directive stands on a field of an interface.
    pub(super) fn report_on_interface(&self, code: Code, errors: &mut Errors<'_>) {
        let (on, name) = (&self.on, self.kind.directive.name());
        let message = format!("`{on}` is a field of an interface, where `@{name}` has no meaning.");
        errors
            .add(code, message, self.directive.location())
            .help("put it on the fields of the implementations");
    }

    fn no_directives(&self, directives: &ast::DirectiveList, errors: &mut Errors<'_>) {
        for directive in directives.iter() {
            let message = format!("A field set cannot hold directives, but has `{directive}`.");
            self.report(self.kind.has_directive, &message, errors);
        }
    }

    fn report<'e>(
        &self,
        code: Code,
        message: &str,
        errors: &'e mut Errors<'_>,
    ) -> &'e mut Diagnostic {
        let message = format!("On `{}`, in `{}`: {message}", self.on, self.directive);
        errors.add(code, message, self.directive.location())
    }
}
