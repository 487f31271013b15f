//! The schema: how all services build one, and the SDL they publish.

use std::{fmt, sync::Arc};

use async_graphql::{
    Data, EmptySubscription, Executor, ObjectType, Request, Response, SDLExportOptions,
    SchemaBuilder, Value, futures_util::stream::BoxStream,
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
    async_graphql::Schema::build(query, mutation, EmptySubscription)
        .enable_federation()
        .limit_depth(limits.depth_max)
        .limit_complexity(limits.complexity_max)
        .limit_directives(DIRECTIVES_MAX)
}

/// A schema that publishes one SDL: the same text in a file and as answer to `{ _service { sdl } }`.
pub struct Schema<Query, Mutation> {
    executable: async_graphql::Schema<Query, Mutation, EmptySubscription>,
    sdl: Arc<str>,
    /// What async-graphql would publish: the same schema, without `@specifiedBy`, spread over more
    /// lines.
    sdl_by_default: Arc<str>,
}

impl<Query, Mutation> Schema<Query, Mutation>
where
    Query: ObjectType + 'static,
    Mutation: ObjectType + 'static,
{
    /// Finishes a schema.
    pub fn new(builder: SchemaBuilder<Query, Mutation, EmptySubscription>) -> Self {
        let executable = builder.finish();
        let federated = || SDLExportOptions::new().federation().compose_directive();
        let readable =
            federated().include_specified_by().use_space_ident().prefer_single_line_descriptions();
        let sdl = format!("{}\n", executable.sdl_with_options(readable).trim());
        let sdl_by_default = executable.sdl_with_options(federated()).into();
        Self { executable, sdl: sdl.into(), sdl_by_default }
    }

    /// The SDL that composition reads.
    pub fn sdl(&self) -> &str {
        &self.sdl
    }

    fn publish_sdl(&self, data: &mut Value) {
        let Value::Object(root) = data else { return };
        for field in root.values_mut() {
            let Value::Object(service) = field else { continue };
            for value in service.values_mut() {
                if matches!(value, Value::String(text) if **text == *self.sdl_by_default) {
                    *value = Value::String(self.sdl.to_string());
                }
            }
        }
    }
}

impl<Query, Mutation> Executor for Schema<Query, Mutation>
where
    Query: ObjectType + 'static,
    Mutation: ObjectType + 'static,
{
    async fn execute(&self, request: Request) -> Response {
        let may_ask_for_sdl = request.query.contains("_service");
        let mut response = self.executable.execute(request).await;
        if may_ask_for_sdl {
            self.publish_sdl(&mut response.data);
        }
        response
    }

    fn execute_stream(
        &self,
        request: Request,
        session_data: Option<Arc<Data>>,
    ) -> BoxStream<'static, Response> {
        Executor::execute_stream(&self.executable, request, session_data)
    }
}

impl<Query, Mutation> Clone for Schema<Query, Mutation> {
    fn clone(&self) -> Self {
        Self {
            executable: self.executable.clone(),
            sdl: self.sdl.clone(),
            sdl_by_default: self.sdl_by_default.clone(),
        }
    }
}

impl<Query, Mutation> fmt::Debug for Schema<Query, Mutation> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sdl)
    }
}
