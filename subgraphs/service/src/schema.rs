//! The schema: how all services build one, and the SDL they publish.

use async_graphql::{
    EmptySubscription, ObjectType, SDLExportOptions, Schema, SchemaBuilder, SubscriptionType,
};

use crate::settings::Limits;

/// The most directives on one field; each costs validation.
const DIRECTIVES_MAX: usize = 16;

/// Starts a schema with the limits that need to know it.
pub fn build<Query, Mutation>(
    query: Query,
    mutation: Mutation,
    limits: Limits,
) -> SchemaBuilder<Query, Mutation, EmptySubscription>
where
    Query: ObjectType + 'static,
    Mutation: ObjectType + 'static,
{
    Schema::build(query, mutation, EmptySubscription)
        .enable_federation()
        .limit_depth(limits.depth_max)
        .limit_complexity(limits.complexity_max)
        .limit_directives(DIRECTIVES_MAX)
}

/// The SDL that composition reads: the very text that the running service answers to
/// `{ _service { sdl } }`.
pub fn sdl<Query, Mutation, Subscription>(schema: &Schema<Query, Mutation, Subscription>) -> String
where
    Query: ObjectType + 'static,
    Mutation: ObjectType + 'static,
    Subscription: SubscriptionType + 'static,
{
    schema.sdl_with_options(SDLExportOptions::new().federation().compose_directive())
}
