//! The specifications that a supergraph links, and whether a router that knows what this one
//! knows may use it.

use apollo_compiler::Schema;
use apollo_compiler::ast::Value;

use super::error::SupergraphError;
use crate::link::url::SpecUrl;
use crate::link::{ElementKind, Import, Link, Links, Purpose, identity};
use crate::spec::core::federation_min;

/// The links of a supergraph.
pub(super) fn links(schema: &Schema) -> Links {
    let applications = schema.schema_definition.directives.iter();
    Links { links: applications.filter(|d| d.name == "link").filter_map(|d| link(d)).collect() }
}

fn link(directive: &apollo_compiler::ast::Directive) -> Option<Link> {
    let argument = |name| directive.specified_argument_by_name(name).map(|value| &**value);
    let url = SpecUrl::parse(argument("url")?.as_str()?).ok()?;
    let alias = argument("as").and_then(Value::as_str).map(str::to_owned);
    let imports = argument("import").and_then(Value::as_list).unwrap_or_default();
    let imports = imports.iter().filter_map(|value| import(value)).collect();
    Some(Link { url, alias, purpose: Purpose::of(directive), imports, location: None })
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
        let SpecUrl { identity, version, .. } = &link.url;
        // The version of join has been looked at.
        let is_known = identity == identity::JOIN || federation_min(identity, *version).is_some();
        let is_executed = is_known && identity != identity::CONNECT;
        if let Some(purpose) = link.purpose.filter(|_| !is_executed) {
            errors.push(SupergraphError::unsupported(format!(
                "{} is linked for {}, and this router does not know it",
                link.url,
                purpose.name()
            )));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Who may see what is for a router to check that enforces it: whatever is linked for that must not
/// be served without.
pub(super) fn not_enforced(links: &Links) -> Vec<SupergraphError> {
    let known = [identity::AUTHENTICATED, identity::REQUIRES_SCOPES, identity::POLICY];
    let linked = known.into_iter().filter_map(|identity| links.by_identity(identity));
    let errors = linked.map(|link| {
        SupergraphError::unsupported(format!(
            "{} says who may see what, which this router does not enforce: it would show all of it",
            link.url
        ))
    });
    errors.collect()
}
