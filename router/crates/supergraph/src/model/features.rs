//! The specifications that a supergraph links, and whether a router that knows what this one
//! knows may use it.

use apollo_compiler::Schema;
use apollo_compiler::ast::Value;

use super::error::SupergraphError;
use crate::link::url::SpecUrl;
use crate::link::{ElementKind, Import, Link, Links, Purpose, identity};

/// The links of a supergraph.
pub(super) fn links(schema: &Schema) -> Links {
    let applications = schema.schema_definition.directives.iter();
    Links { links: applications.filter(|d| d.name == "link").filter_map(|d| link(d)).collect() }
}

fn link(directive: &apollo_compiler::ast::Directive) -> Option<Link> {
    let argument = |name| directive.specified_argument_by_name(name).map(|value| &**value);
    let url = SpecUrl::parse(argument("url")?.as_str()?).ok()?;
    let purpose = argument("for").and_then(Value::as_enum).and_then(|name| match name.as_str() {
        "SECURITY" => Some(Purpose::Security),
        "EXECUTION" => Some(Purpose::Execution),
        _ => None,
    });
    let alias = argument("as").and_then(Value::as_str).map(str::to_owned);
    let imports = argument("import").and_then(Value::as_list).unwrap_or_default();
    let imports = imports.iter().filter_map(|value| import(value)).collect();
    Some(Link { url, alias, purpose, imports, location: None })
}

fn import(value: &Value) -> Option<Import> {
    let (element, local) = match value {
        Value::String(name) => (name.as_str(), name.as_str()),
        Value::Object(fields) => {
            let field = |key| fields.iter().find(|(name, _)| name == key)?.1.as_str();
            let name = field("name")?;
            (name, field("as").unwrap_or(name))
        }
        _ => return None,
    };
    let kind = if element.starts_with('@') { ElementKind::Directive } else { ElementKind::Type };
    let bare = |name: &str| name.trim_start_matches('@').to_owned();
    Some(Import { kind, element: bare(element), local: bare(local) })
}

/// Refuses what a router must not ignore.
///
/// <https://specs.apollo.dev/link/v1.0/#Purpose>
pub(super) fn check(links: &Links) -> Result<(), Vec<SupergraphError>> {
    let mut errors = Vec::new();
    match links.by_identity(identity::JOIN) {
        None => errors.push(SupergraphError::invalid(
            "the schema does not link https://specs.apollo.dev/join: it is not a supergraph",
        )),
        Some(join) if join.url.version.major != 0 || !(2..=5).contains(&join.url.version.minor) => {
            let url = &join.url;
            errors
                .push(SupergraphError::unsupported(format!("{url}: join v0.2 to v0.5 are known")));
        }
        Some(_) => {}
    }
    for link in &links.links {
        if link.purpose.is_some() && !is_known(&link.url.identity) {
            let purpose = link.purpose.map_or("", Purpose::name);
            errors.push(SupergraphError::unsupported(format!(
                "{} is linked for {purpose}, and this router does not know it",
                link.url
            )));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn is_known(feature: &str) -> bool {
    const KNOWN: [&str; 10] = [
        identity::LINK,
        identity::JOIN,
        identity::TAG,
        identity::INACCESSIBLE,
        identity::AUTHENTICATED,
        identity::REQUIRES_SCOPES,
        identity::POLICY,
        identity::CONTEXT,
        identity::COST,
        identity::CACHE_TAG,
    ];
    KNOWN.contains(&feature)
}
