//! What the rules of `@key`, `@requires` and `@provides` have in common: the field set is a
//! string, it parses, its fields exist, and it has neither directives nor, mostly, arguments.

use apollo_compiler::ast::{self, Directive, Value};
use apollo_compiler::{Name, Node};
use supergraph::field_set::FieldSet;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::subgraph::Subgraph;

mod selection;

use selection::{Check, Problem};

/// What distinguishes the three directives.
pub(super) struct Kind {
    /// The name, without `@`.
    pub(super) name: &'static str,
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
    pub(super) fn check(&self, errors: &mut Vec<Diagnostic>) {
        let fields = match self.parse() {
            Ok(fields) => fields,
            Err(error) => {
                errors.push(*error);
                return;
            }
        };
        let schema = &self.subgraph.schema;
        let no_abstract = self.kind.selects_abstract.is_some();
        let check = Check { schema, no_abstract, is_strict: true };
        if let Err(problem) = check.selections(&fields.selections, self.parent) {
            errors.push(self.describe(problem));
            return;
        }
        self.walk(&fields.selections, self.parent, false, errors);
    }

    /// The field set, when it is one that selects existing fields, if in a way that is not allowed.
    pub(super) fn valid_fields(&self) -> Result<FieldSet, Box<Diagnostic>> {
        let fields = self.parse()?;
        let schema = &self.subgraph.schema;
        let check = Check { schema, no_abstract: false, is_strict: false };
        match check.selections(&fields.selections, self.parent) {
            Ok(()) => Ok(fields),
            Err(problem) => Err(Box::new(self.describe(problem))),
        }
    }

    fn parse(&self) -> Result<FieldSet, Box<Diagnostic>> {
        let value = self.directive.specified_argument_by_name("fields");
        let Some(Value::String(text)) = value.map(|v| &**v) else {
            let written = value.map(|v| v.serialize().no_indent().to_string()).unwrap_or_default();
            let message = format!("`fields` must be a string, not {written}.");
            let error = self.error(self.kind.invalid_type, &message);
            return Err(Box::new(match value.map(|v| &**v) {
                Some(Value::Enum(name)) => error.help(format!("write `fields: \"{name}\"`")),
                _ => error,
            }));
        };
        FieldSet::parse(text).map_err(|e| Box::new(self.error(self.kind.invalid, &e.message)))
    }

    fn describe(&self, problem: Problem) -> Diagnostic {
        let code = self.kind.selects_abstract.filter(|_| problem.is_abstract);
        let mut error = self.error(code.unwrap_or(self.kind.invalid), &problem.message);
        error.help = problem.help;
        error
    }

    /// Looks at each element of a valid selection. The depth is that of the field set, which
    /// parsing limits.
    fn walk(
        &self,
        selections: &[ast::Selection],
        parent: &Name,
        is_below_external: bool,
        errors: &mut Vec<Diagnostic>,
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
        errors: &mut Vec<Diagnostic>,
    ) {
        self.no_directives(&field.directives, errors);
        let definition = self.subgraph.schema.type_field(parent, &field.name).ok();
        let has_arguments = definition.is_some_and(|d| !d.arguments.is_empty());
        if let Some(code) = self.kind.has_arguments.filter(|_| has_arguments) {
            let message = format!(
                "`{parent}.{}` has arguments, which a `@{}` cannot give.",
                field.name, self.kind.name
            );
            errors.push(self.error(code, &message));
        }
        if field.selection_set.is_empty() {
            let is_external = is_below_external || self.subgraph.is_external(parent, &field.name);
            if let Some(code) = self.kind.missing_external.filter(|_| !is_external) {
                errors.push(self.missing_external(code, parent, &field.name));
            }
        } else if let Some(definition) = definition {
            let is_external =
                is_below_external || self.subgraph.may_be_external(parent, &field.name);
            let target = definition.ty.inner_named_type();
            self.walk(&field.selection_set, target, is_external, errors);
        }
    }

    fn missing_external(&self, code: Code, parent: &Name, field: &Name) -> Diagnostic {
        let subgraph = self.subgraph;
        let location = subgraph.field_location(parent, field);
        let error = if subgraph.is_fake_external(parent, field) {
            let message = format!(
                "`{parent}.{field}` is marked `@external`, but as a field of a key on an \
                 extension it is resolved here all the same, so that `@{}` need not name it.",
                self.kind.name
            );
            self.error(code, &message)
        } else {
            let message = format!(
                "`{parent}.{field}` is resolved by this subgraph, so that `@{}` need not name it.",
                self.kind.name
            );
            let help = format!(
                "remove `{field}` from the selection, or mark `{parent}.{field}` with `@external` \
                 if another subgraph resolves it"
            );
            self.error(code, &message).help(help)
        };
        error.at(location)
    }

    fn no_directives(&self, directives: &ast::DirectiveList, errors: &mut Vec<Diagnostic>) {
        for directive in directives.iter() {
            let message = format!("A field set cannot hold directives, but has `{directive}`.");
            errors.push(self.error(self.kind.has_directive, &message));
        }
    }

    fn error(&self, code: Code, message: &str) -> Diagnostic {
        let message = format!("On `{}`, in `{}`: {message}", self.on, self.directive);
        self.subgraph.diagnostic(code, message, self.directive.location())
    }
}
