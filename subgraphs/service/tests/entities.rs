//! What becomes of a list of entities when some of them fail: only those are null, and each error
//! says which one it was.

use async_graphql::{Context, ID, Object};
use serde_json::{Value, json};
use service::{AppError, Database, EntityAt, Limits, Schema, entity, testing::TestService};

struct Query;

#[Object]
impl Query {
    async fn nothing(&self) -> bool {
        true
    }

    #[graphql(entity)]
    async fn thing_by_id(&self, ctx: &Context<'_>, id: ID) -> Option<EntityAt<Thing>> {
        let parse = |id: &str| id.parse::<i32>().ok();
        let find = async |number| match number {
            0 => Ok(None),
            1 => Err(AppError::Unavailable),
            _ => Ok(Some(Thing(number))),
        };
        entity::resolve(ctx, &id, parse, find).await
    }
}

struct Thing(i32);

#[Object]
impl Thing {
    async fn id(&self) -> ID {
        ID(self.0.to_string())
    }

    async fn required(&self) -> Result<i32, AppError> {
        if self.0 == 2 { Err(AppError::Conflict("two".to_owned())) } else { Ok(self.0) }
    }

    async fn optional(&self) -> Option<Result<i32, AppError>> {
        Some(if self.0 == 3 { Err(AppError::Conflict("three".to_owned())) } else { Ok(self.0) })
    }
}

struct Mutation;

#[Object]
impl Mutation {
    async fn nothing(&self) -> bool {
        true
    }
}

/// The entities with these ids, and `(path, code)` of each error.
async fn resolve(ids: &[&str]) -> (Value, Vec<(Value, Value)>) {
    let schema = Schema::new(service::schema::build(Query, Mutation, Limits::default()));
    let service = TestService::new(schema, Database::unconnected());
    let representations: Vec<_> =
        ids.iter().map(|id| json!({ "__typename": "Thing", "id": id })).collect();
    let on = "... on Thing { required optional }";
    let (entities, errors) = service.entities(json!(representations), on).await;
    let errors = errors.as_array().cloned().unwrap_or_default();
    let mut errors: Vec<_> = errors
        .into_iter()
        .map(|mut error| (error["path"].take(), error["extensions"]["code"].take()))
        .collect();
    errors.sort_by_key(|(path, _)| path[1].as_u64());
    (entities, errors)
}

fn thing(n: i32) -> Value {
    json!({ "required": n, "optional": n })
}

#[tokio::test]
async fn a_failure_costs_its_entity_alone() {
    let (entities, errors) = resolve(&["7", "0", "1", "2", "3", "x", "8"]).await;
    let half = json!({ "required": 3, "optional": null });
    assert_eq!(entities, json!([thing(7), null, null, null, half, null, thing(8)]));
    assert_eq!(
        errors,
        [
            (json!(["_entities", 2]), json!("UNAVAILABLE")),
            (json!(["_entities", 3, "required"]), json!("CONFLICT")),
            (json!(["_entities", 4, "optional"]), json!("CONFLICT")),
        ]
    );
}

#[tokio::test]
async fn an_entity_that_is_asked_for_often_fails_at_each_of_its_places() {
    let ids: Vec<_> = (0..100).map(|n| if n % 2 == 0 { "3" } else { "4" }).collect();
    let (_, errors) = resolve(&ids).await;
    let indexes: Vec<_> = errors.iter().filter_map(|(path, _)| path[1].as_u64()).collect();
    assert_eq!(indexes, (0..100).step_by(2).collect::<Vec<_>>());
}
