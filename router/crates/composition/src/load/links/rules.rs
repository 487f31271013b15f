//! Whether the links of a schema fit together: every name must mean one thing.

use apollo_compiler::Name;
use supergraph::link::{ElementKind, Import, Link, Links, identity};

use crate::diagnostic::{Code, Diagnostic, Errors};

/// Checks the links of one document.
pub(crate) fn check(links: &Links, errors: &mut Errors<'_>) {
    for (i, link) in links.links.iter().enumerate() {
        check_one(link, &links.links[..i], errors);
    }
}

/// Checks a link against those before it.
pub(super) fn check_one(link: &Link, before: &[Link], errors: &mut Errors<'_>) {
    if !linked_once(link, before, errors) {
        return;
    }
    alias_is_a_name(link, errors);
    alias_is_free(link, before, errors);
    imports_are_consistent(link, errors);
    for other in before {
        let found = errors.list.len();
        namespaces_are_disjoint(link, other, errors);
        namespaces_are_disjoint(other, link, errors);
        // One clash of names often is another one as well.
        if errors.list.len() == found {
            imports_are_disjoint(link, other, errors);
        }
    }
}

fn report<'e>(link: &Link, message: String, errors: &'e mut Errors<'_>) -> &'e mut Diagnostic {
    errors.add(Code::InvalidLinkDirectiveUsage, message, link.location)
}

/// Whether the link is the first to its specification.
fn linked_once(link: &Link, before: &[Link], errors: &mut Errors<'_>) -> bool {
    let is_first = before.iter().all(|other| other.url.identity != link.url.identity);
    if !is_first {
        report(link, format!("{} is linked more than once.", link.url.identity), errors);
    }
    is_first
}

/// An alias is a name that cannot be confused with a namespaced one.
fn alias_is_a_name(link: &Link, errors: &mut Errors<'_>) {
    let alias = link.prefix();
    let is_legacy = matches!(
        (link.url.identity.as_str(), alias),
        (identity::TAG, "federation__tag") | (identity::INACCESSIBLE, "federation__inaccessible")
    ) && link.imports.is_empty();
    let plain = alias.get(1..).map(|rest| rest.replace(['.', '-'], "_"));
    let first = alias.get(..1).unwrap_or_default();
    let is_name = Name::is_valid_syntax(&format!("{first}{}", plain.unwrap_or_default()));
    if !is_legacy && (alias.contains("__") || alias.ends_with('_') || !is_name) {
        let message = format!(
            "`{alias}` cannot be the name of a linked specification: it must be a GraphQL \
             name without `__` that does not end in `_`; `as` gives it another."
        );
        report(link, message, errors);
    }
}

fn alias_is_free(link: &Link, before: &[Link], errors: &mut Errors<'_>) {
    if let Some(other) = before.iter().find(|other| other.prefix() == link.prefix()) {
        let message = format!(
            "{} and {} are both called `{}`; give one of them another name with `as`.",
            other.url,
            link.url,
            link.prefix()
        );
        conflict(link, other, message, errors);
    }
}

/// One element has one name, and one name is one element.
fn imports_are_consistent(link: &Link, errors: &mut Errors<'_>) {
    for (i, import) in link.imports.iter().enumerate() {
        let Import { kind, element, local } = import;
        for other in link.imports[..i].iter().filter(|other| other.kind == *kind) {
            let (other_element, other_local) = (&other.element, &other.local);
            let message = match (other_element == element, other_local == local) {
                (true, false) => {
                    format!("`{element}` is imported as both `{other_local}` and `{local}`.")
                }
                (false, true) => {
                    format!("`{other_element}` and `{element}` are both imported as `{local}`.")
                }
                _ => continue,
            };
            report(link, message, errors);
        }
        if takes_name_of(import, link) && *local != link.namespaced(*kind, element) {
            let url = &link.url;
            let message = format!(
                "`{element}` cannot be imported as `{local}`: names with that prefix belong \
                 to {url}."
            );
            report(link, message, errors);
        }
    }
}

fn namespaces_are_disjoint(link: &Link, other: &Link, errors: &mut Errors<'_>) {
    for import in &link.imports {
        if takes_name_of(import, other) {
            let message = format!(
                "`{}` cannot be imported from {} as `{}`: that name belongs to {}.",
                import.element, link.url, import.local, other.url
            );
            conflict(link, other, message, errors);
        }
    }
}

fn imports_are_disjoint(link: &Link, other: &Link, errors: &mut Errors<'_>) {
    for import in &link.imports {
        let taken = |o: &&Import| o.kind == import.kind && o.local == import.local;
        if other.imports.iter().any(|o| taken(&o)) {
            let message =
                format!("`{}` is imported from both {} and {}.", import.local, other.url, link.url);
            conflict(link, other, message, errors);
        }
    }
}

/// A conflict between federation and a specification that federation includes has a better
/// remedy than renaming.
fn conflict(link: &Link, other: &Link, message: String, errors: &mut Errors<'_>) {
    let (a, b) = (link.url.identity.as_str(), other.url.identity.as_str());
    let error = report(if link.location.is_some() { link } else { other }, message, errors);
    let included = match (a, b) {
        (identity::FEDERATION, other) | (other, identity::FEDERATION) => other,
        _ => return,
    };
    let directive = match included {
        identity::TAG => "@tag",
        identity::INACCESSIBLE => "@inaccessible",
        _ => return,
    };
    error.help(format!("import `{directive}` from federation instead"));
}

/// Whether an import takes a name that belongs to the namespace of a link.
fn takes_name_of(import: &Import, link: &Link) -> bool {
    let prefix = link.prefix();
    let is_namespaced = import.local.split_once("__").is_some_and(|(p, _)| p == prefix);
    is_namespaced || (import.kind == ElementKind::Directive && import.local == prefix)
}
