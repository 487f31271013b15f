//! What a contract hides in one type, and what something visible still leads to.

use std::collections::HashSet;

use apollo_compiler::ast::{Directive, DirectiveList, InputValueDefinition};
use apollo_compiler::schema::{self, ExtendedType};
use apollo_compiler::{Name, Node, Schema};
use supergraph::implementer::{Fields, Implementer, ImplementerMut, directives_of_parts};

use super::Contract;

/// A contract, and what its directives are called.
pub(super) struct Hiding<'a> {
    pub(super) contract: &'a Contract,
    /// The name of `@tag`, if anything is tagged.
    pub(super) tag: Option<String>,
    /// The name of `@inaccessible`.
    pub(super) inaccessible: &'a Name,
}

impl Hiding<'_> {
    /// Hides a type, or what the contract leaves out of it.
    pub(super) fn hide_in(&self, ty: &mut ExtendedType) {
        let tags = self.tags(&ty.directives().0);
        let mut hidden = self.excludes(&tags);
        match ty {
            ExtendedType::Scalar(_) | ExtendedType::Union(_) => {}
            ExtendedType::Enum(ty) => {
                for value in ty.make_mut().values.values_mut() {
                    self.hide_excluded(&mut value.make_mut().directives);
                }
            }
            ExtendedType::InputObject(ty) => {
                for field in ty.make_mut().fields.values_mut() {
                    self.hide_excluded(&mut field.make_mut().directives);
                }
            }
            ExtendedType::Object(_) | ExtendedType::Interface(_) => {
                if let Some(ty) = ImplementerMut::of(ty) {
                    self.hide_fields(ty.fields, &tags);
                }
            }
        }
        hidden |= match &*ty {
            ExtendedType::Scalar(_) => false,
            ExtendedType::Union(_) => self.lacks(&tags),
            ty => directives_of_parts(ty).all(|part| self.is_hidden(part)),
        };
        if hidden {
            self.hide_type(ty);
        }
    }

    /// Hides a type as a whole.
    pub(super) fn hide_type(&self, ty: &mut ExtendedType) {
        if !self.is_hidden(&ty.directives().0) {
            directives_mut(ty).push(Directive::new(self.inaccessible.clone()));
        }
    }

    /// Hides fields of a type with these tags.
    fn hide_fields(&self, fields: &mut Fields, inherited: &[String]) {
        for field in fields.values_mut() {
            let field = field.make_mut();
            let mut tags = self.tags(&field.directives.0);
            let hidden = self.excludes(&tags);
            tags.extend(inherited.iter().cloned());
            if hidden || self.lacks(&tags) {
                self.hide(&mut field.directives);
            }
            for argument in &mut field.arguments {
                self.hide_excluded(&mut argument.make_mut().directives);
            }
        }
    }

    fn hide_excluded(&self, directives: &mut DirectiveList) {
        if self.excludes(&self.tags(&directives.0)) {
            self.hide(directives);
        }
    }

    fn hide(&self, directives: &mut DirectiveList) {
        if !self.is_hidden(&directives.0) {
            directives.push(Directive::new(self.inaccessible.clone()));
        }
    }

    fn is_hidden<D: AsRef<Directive>>(&self, directives: &[D]) -> bool {
        directives.iter().any(|directive| directive.as_ref().name == *self.inaccessible)
    }

    fn tags<D: AsRef<Directive>>(&self, directives: &[D]) -> Vec<String> {
        let Some(tag) = &self.tag else { return Vec::new() };
        let tags = directives.iter().map(AsRef::as_ref).filter(|d| d.name == tag.as_str());
        let names = tags.filter_map(|d| d.specified_argument_by_name("name")?.as_str());
        names.map(str::to_owned).collect()
    }

    fn excludes(&self, tags: &[String]) -> bool {
        tags.iter().any(|tag| self.contract.exclude_tags.contains(tag))
    }

    /// Whether tags are included and none of these is.
    fn lacks(&self, tags: &[String]) -> bool {
        let included = &self.contract.include_tags;
        !included.is_empty() && !tags.iter().any(|tag| included.contains(tag))
    }

    /// The types that can be reached: from the roots and the arguments of directives, by fields,
    /// arguments, members, and from interfaces to implementations and back.
    pub(super) fn reachable(&self, schema: &Schema) -> HashSet<Name> {
        let implementers = schema.implementers_map();
        let roots = schema.schema_definition.iter_root_operations();
        let mut open: Vec<&Name> = roots.map(|(_, root)| &root.name).collect();
        for directive in schema.directive_definitions.values() {
            open.extend(self.types_of(&directive.arguments));
        }
        let mut reachable = HashSet::new();
        while let Some(name) = open.pop() {
            let Some(ty) = schema.types.get(name) else { continue };
            if self.is_hidden(&ty.directives().0) || !reachable.insert(name.clone()) {
                continue;
            }
            open.extend(implementers.get(name).into_iter().flat_map(|i| i.iter()));
            if let Some(ty) = Implementer::of(ty) {
                open.extend(ty.interfaces.iter().map(|interface| &interface.name));
                for field in ty.fields.values().filter(|f| !self.is_hidden(&f.directives)) {
                    open.extend(self.types_of(&field.arguments));
                    open.push(field.ty.inner_named_type());
                }
            }
            if let Some(ty) = ty.as_union() {
                open.extend(ty.members.iter().map(|member| &member.name));
            }
            if let Some(ty) = ty.as_input_object() {
                open.extend(self.types_of(ty.fields.values().map(|field| &field.node)));
            }
        }
        reachable
    }

    /// The types of visible arguments or input fields.
    fn types_of<'a>(
        &self,
        values: impl IntoIterator<Item = &'a Node<InputValueDefinition>>,
    ) -> impl Iterator<Item = &'a Name> {
        let visible = values.into_iter().filter(|value| !self.is_hidden(&value.directives.0));
        visible.map(|value| value.ty.inner_named_type())
    }
}

fn directives_mut(ty: &mut ExtendedType) -> &mut schema::DirectiveList {
    match ty {
        ExtendedType::Scalar(ty) => &mut ty.make_mut().directives,
        ExtendedType::Object(ty) => &mut ty.make_mut().directives,
        ExtendedType::Interface(ty) => &mut ty.make_mut().directives,
        ExtendedType::Union(ty) => &mut ty.make_mut().directives,
        ExtendedType::Enum(ty) => &mut ty.make_mut().directives,
        ExtendedType::InputObject(ty) => &mut ty.make_mut().directives,
    }
}
