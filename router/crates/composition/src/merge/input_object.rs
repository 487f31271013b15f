//! Merging input objects: the fields that all subgraphs have.

use apollo_compiler::ast::InputValueDefinition;
use apollo_compiler::collections::IndexMap;
use apollo_compiler::schema::{Component, ComponentOrigin, InputObjectType};
use apollo_compiler::{Name, name};

use super::arguments::{merge_input, report_missing};
use super::context::Context;
use super::join::Application;
use super::sources::{InputSource, TypeEntry, TypeSource};
use super::type_head::{TypeHead, merge_type_head};
use super::types::Position;
use super::wording::{grouped, places};
use crate::diagnostic::Code;

/// Merges an input object.
pub(crate) fn merge_input_object<'a>(ctx: &mut Context<'a>, name: &Name, entry: &TypeEntry<'a>) {
    let TypeHead { description, directives } = merge_type_head(ctx, name, entry);
    let fields = |source: &TypeSource<'a>| {
        let fields = source.ty.as_input_object().into_iter().flat_map(|ty| ty.fields.values());
        source.at.sources(fields.map(|field| &field.node))
    };
    let all = entry.sources.iter().flat_map(fields);
    let mut fields: IndexMap<Name, Component<InputValueDefinition>> = IndexMap::default();
    for (field, having) in grouped(all.map(|source| (&source.node.name, source))) {
        let coordinate = format!("{name}.{field}");
        let position = Position::InputField;
        let Some(mut merged) = merge_input(ctx, &coordinate, position, &having) else { continue };
        let everywhere = having.len() == entry.sources.len();
        if everywhere || ctx.is_inaccessible(&merged.directives) {
            add_joins(ctx, &mut merged, everywhere, &having);
            let node = having[0].node.same_location(merged);
            fields.insert(field.clone(), Component { origin: ComponentOrigin::Definition, node });
        } else {
            report_missing(ctx, &coordinate, position, &entry.sources, &having);
        }
    }
    if fields.is_empty() {
        let message = format!(
            "None of the fields of input object type \"{name}\" are consistently defined in all the subgraphs defining that type."
        );
        ctx.report
            .add(Code::EmptyMergedInputType, message)
            .at(places(&entry.sources))
            .help(format!("define a field of \"{name}\" in all subgraphs that have the type"));
    }
    ctx.add_type(InputObjectType { description, name: name.clone(), directives, fields });
}

/// Says who has a field, where not all have the same.
fn add_joins(
    ctx: &Context<'_>,
    merged: &mut InputValueDefinition,
    everywhere: bool,
    having: &[InputSource<'_>],
) {
    let all_equal = having.windows(2).all(|two| two[0].node.ty == two[1].node.ty);
    if all_equal && everywhere {
        return;
    }
    let join = |source: &InputSource<'_>| {
        let ty = (!all_equal).then(|| source.node.ty.to_string());
        Application::new(name!("join__field"))
            .graph(ctx.setup.graph(source.at))
            .optional("type", ty.as_deref())
            .node()
    };
    merged.directives.0.splice(0..0, having.iter().map(join));
}
