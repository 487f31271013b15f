//! The arguments of each `@link`.

use apollo_compiler::ast::{Directive, Value};
use apollo_compiler::{Name, Node};
use supergraph::link::url::{SpecUrl, SpecUrlError};
use supergraph::link::version::Version;
use supergraph::link::{ElementKind, Import, Link, Links, Purpose, identity};
use supergraph::spec::definitions::{Element, elements};

use super::{Bootstrap, rules};
use crate::diagnostic::{Code, Diagnostic, Errors};
use crate::names::closest;
use crate::subgraph::application::string_argument;

/// Reads links of one document.
pub(super) struct Reader<'a> {
    pub(super) bootstrap: &'a Bootstrap,
    pub(super) errors: Errors<'a>,
}

impl Reader<'_> {
    /// Reads all applications of the linking directive. Of what is wrong, errors of another kind
    /// than the first one's are left out: which name means what is not certain any more.
    pub(super) fn links(
        mut self,
        applications: &[Node<Directive>],
    ) -> Result<Links, Vec<Diagnostic>> {
        let mut links = Links::default();
        if !self.bootstrap.is_linked {
            links.links.push(Link::bare(identity::LINK, Version::new(1, 0)));
        }
        for application in applications.iter().filter(|a| a.name == self.bootstrap.name.as_str()) {
            let Some(url) = self.url(application) else { continue };
            let mut link = Link {
                url,
                alias: string_argument(application, "as").map(str::to_owned),
                purpose: Purpose::of(application),
                imports: Vec::new(),
                location: application.location(),
            };
            link.imports = self.imports(&link, application);
            rules::check_one(&link, &links.links, &mut self.errors);
            links.links.push(link);
        }
        let mut errors = self.errors.list;
        let Some(code) = errors.first().map(|error| error.code) else { return Ok(links) };
        errors.retain(|error| error.code == code);
        Err(errors)
    }

    fn url(&mut self, application: &Node<Directive>) -> Option<SpecUrl> {
        let argument = self.bootstrap.url_argument();
        let text = string_argument(application, argument).unwrap_or_default();
        let problem = match SpecUrl::parse(text) {
            Ok(url) => return Some(url),
            Err(SpecUrlError::NotAUrl) => "it is not an absolute URL",
            Err(SpecUrlError::MissingPath) => "it has no path",
            Err(SpecUrlError::MissingName) => "it has no name before the version",
            Err(SpecUrlError::BadVersion) => "it does not end in a version such as `v1.0`",
        };
        let message = format!("`{text}` does not identify a specification: {problem}.");
        self.errors.add(Code::InvalidLinkIdentifier, message, application.location());
        None
    }

    fn imports(&mut self, link: &Link, application: &Node<Directive>) -> Vec<Import> {
        let Some(list) = application.specified_argument_by_name("import") else {
            return Vec::new();
        };
        let entries = match &**list {
            Value::List(entries) => entries.as_slice(),
            Value::Null => return Vec::new(),
            _ => std::slice::from_ref(list),
        };
        let known = elements(link);
        let mut imports = Vec::new();
        for entry in entries {
            match import(entry) {
                Ok(import) => {
                    if let Some(known) = &known {
                        self.check_element(link, &import, known, entry);
                    }
                    imports.push(import);
                }
                Err(message) => {
                    self.usage(message, entry);
                }
            }
        }
        imports
    }

    /// An import from a specification that composition knows must be one of its elements.
    fn check_element(
        &mut self,
        link: &Link,
        import: &Import,
        known: &[Element],
        entry: &Node<Value>,
    ) {
        let of_kind = known.iter().filter(|element| element.kind == import.kind);
        let mut names = of_kind.map(|element| &*element.name);
        if names.clone().any(|name| name == import.element) {
            return;
        }
        let at = if import.kind == ElementKind::Directive { "@" } else { "" };
        let message = format!("`{at}{}` is not an element of {}.", import.element, link.url);
        let error = self.usage(message, entry);
        if let Some(name) = closest(&import.element, &mut names) {
            error.help(format!("did you mean `{at}{name}`?"));
        }
    }

    fn usage(&mut self, message: String, node: &Node<Value>) -> &mut Diagnostic {
        self.errors.add(Code::InvalidLinkDirectiveUsage, message, node.location())
    }
}

/// Reads one entry of `import`: a name, or `{name: …, as: …}`.
fn import(entry: &Value) -> Result<Import, String> {
    let (name, local) = match entry {
        Value::String(name) => (name.as_str(), None),
        Value::Object(fields) => renamed(fields)?,
        _ => return Err("An entry of `import` is a string or an object.".to_owned()),
    };
    let (kind, element) = kind_of(name);
    let local = local.unwrap_or(name);
    let (local_kind, local_name) = kind_of(local);
    if local_kind != kind {
        return Err(match kind {
            ElementKind::Directive => {
                format!("`{name}` is a directive, so that `as` must start with `@`, too.")
            }
            ElementKind::Type => {
                format!("`{name}` is a type, so that `as` must not start with `@`.")
            }
        });
    }
    Ok(Import::new(kind, element, local_name))
}

type Renamed<'a> = (&'a str, Option<&'a str>);

fn renamed(fields: &[(Name, Node<Value>)]) -> Result<Renamed<'_>, String> {
    let mut name = None;
    let mut local = None;
    for (key, value) in fields {
        let target = match key.as_str() {
            "name" => &mut name,
            "as" => &mut local,
            _ => return Err(format!("`{key}` is not a field of an import: it has `name`, `as`.")),
        };
        match &**value {
            Value::String(text) if Name::is_valid_syntax(kind_of(text).1) => {
                *target = Some(text.as_str())
            }
            _ => return Err(format!("`{key}` of an import must be a name, as a string.")),
        }
    }
    match name {
        Some(name) => Ok((name, local)),
        None => Err("An import needs a `name`.".to_owned()),
    }
}

fn kind_of(name: &str) -> (ElementKind, &str) {
    match name.strip_prefix('@') {
        Some(name) => (ElementKind::Directive, name),
        None => (ElementKind::Type, name),
    }
}
