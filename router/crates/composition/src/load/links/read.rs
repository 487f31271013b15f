//! The arguments of each `@link`.

use apollo_compiler::Node;
use apollo_compiler::ast::{Directive, Value};
use supergraph::link::url::{SpecUrl, SpecUrlError};
use supergraph::link::version::Version;
use supergraph::link::{ElementKind, Import, Link, Links, Purpose, identity};
use supergraph::spec::definitions::{Element, elements};

use super::{Bootstrap, rules};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::code::Code;
use crate::diagnostic::places::Places;
use crate::names;
use crate::subgraph::application::string_argument;

/// Reads links of one document.
pub(super) struct Reader<'a> {
    pub(super) bootstrap: &'a Bootstrap,
    pub(super) places: &'a Places,
}

impl Reader<'_> {
    /// Reads all applications of the linking directive. Of what is wrong, errors of another kind
    /// than the first one's are left out: which name means what is not certain any more.
    pub(super) fn links(&self, applications: &[Node<Directive>]) -> Result<Links, Vec<Diagnostic>> {
        let mut links = Links::default();
        let mut errors = Vec::new();
        if !self.bootstrap.is_linked {
            links.links.push(Link::bare(identity::LINK, Version::new(1, 0)));
        }
        for application in applications.iter().filter(|a| a.name == self.bootstrap.name.as_str()) {
            let url = match self.url(application) {
                Ok(url) => url,
                Err(error) => {
                    errors.push(error);
                    continue;
                }
            };
            let mut link = Link {
                url,
                alias: string_argument(application, "as").map(str::to_owned),
                purpose: purpose(application),
                imports: Vec::new(),
                location: application.location(),
            };
            link.imports = self.imports(&link, application, &mut errors);
            errors.extend(rules::check_one(&link, &links.links, self.places));
            links.links.push(link);
        }
        let Some(code) = errors.first().map(|error| error.code) else { return Ok(links) };
        errors.retain(|error| error.code == code);
        Err(errors)
    }

    fn url(&self, application: &Node<Directive>) -> Result<SpecUrl, Diagnostic> {
        let argument = self.bootstrap.url_argument();
        let text = string_argument(application, argument).unwrap_or_default();
        SpecUrl::parse(text).map_err(|problem| {
            let message = match problem {
                SpecUrlError::NotAUrl => "it is not an absolute URL",
                SpecUrlError::MissingPath => "it has no path",
                SpecUrlError::MissingName => "it has no name before the version",
                SpecUrlError::BadVersion => "it does not end in a version such as `v1.0`",
            };
            let message = format!("`{text}` does not identify a specification: {message}.");
            self.places.diagnostic(Code::InvalidLinkIdentifier, message, application.location())
        })
    }

    fn imports(
        &self,
        link: &Link,
        application: &Node<Directive>,
        errors: &mut Vec<Diagnostic>,
    ) -> Vec<Import> {
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
                    let known = known.as_deref();
                    errors.extend(self.unknown_element(link, &import, known, entry));
                    imports.push(import);
                }
                Err(message) => errors.push(self.usage(message, entry)),
            }
        }
        imports
    }

    /// An import from a specification that composition knows must be one of its elements.
    fn unknown_element(
        &self,
        link: &Link,
        import: &Import,
        known: Option<&[Element]>,
        entry: &Node<Value>,
    ) -> Option<Diagnostic> {
        let of_kind = known?.iter().filter(|element| element.kind == import.kind);
        if of_kind.clone().any(|element| element.name == import.element) {
            return None;
        }
        let at = if import.kind == ElementKind::Directive { "@" } else { "" };
        let message = format!("`{at}{}` is not an element of {}.", import.element, link.url);
        let error = self.usage(message, entry);
        Some(match names::closest(&import.element, of_kind.map(|element| &*element.name)) {
            Some(name) => error.help(format!("did you mean `{at}{name}`?")),
            None => error,
        })
    }

    fn usage(&self, message: String, node: &Node<Value>) -> Diagnostic {
        self.places.diagnostic(Code::InvalidLinkDirectiveUsage, message, node.location())
    }
}

fn purpose(application: &Directive) -> Option<Purpose> {
    match application.specified_argument_by_name("for").map(|v| &**v) {
        Some(Value::Enum(name)) if name == "SECURITY" => Some(Purpose::Security),
        Some(Value::Enum(name)) if name == "EXECUTION" => Some(Purpose::Execution),
        _ => None,
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
    Ok(Import { kind, element: element.to_owned(), local: local_name.to_owned() })
}

type Renamed<'a> = (&'a str, Option<&'a str>);

fn renamed(fields: &[(apollo_compiler::Name, Node<Value>)]) -> Result<Renamed<'_>, String> {
    let mut name = None;
    let mut local = None;
    for (key, value) in fields {
        let target = match key.as_str() {
            "name" => &mut name,
            "as" => &mut local,
            _ => return Err(format!("`{key}` is not a field of an import: it has `name`, `as`.")),
        };
        match &**value {
            Value::String(text) if names::is_name(kind_of(text).1) => *target = Some(text.as_str()),
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
