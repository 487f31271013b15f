//! Entities asked for by the other subgraphs: each with its own error path.
//!
//! async-graphql fails the whole `_entities` list when one of its items fails, and leaves the item's
//! index out of error paths. [`EntityAt`] keeps a failure to the item, and names it.

use std::{
    borrow::Cow,
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use async_graphql::{
    Any, Context, ContextSelectionSet, Error, ID, OutputType, Pos, Positioned, ServerResult, Value,
    parser::types::Field, registry::Registry,
};

use crate::error::AppError;

/// Answers one representation: `find` loads by key, `None` is an entity that does not exist.
///
/// The return type is what an entity resolver returns. A key that is no id names nothing.
pub async fn resolve<T, K>(
    ctx: &Context<'_>,
    id: &ID,
    parse: fn(&str) -> Option<K>,
    find: impl AsyncFnOnce(K) -> Result<Option<T>, AppError>,
) -> Option<EntityAt<T>> {
    let key = parse(id)?;
    let index = index_of(ctx, id);
    let value = find(key).await.transpose()?;
    Some(EntityAt { index, value })
}

/// An entity with its place in the list of representations.
pub struct EntityAt<T> {
    index: usize,
    value: Result<T, AppError>,
}

impl<T: OutputType> OutputType for EntityAt<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        let ctx_item = ctx.with_index(self.index);
        let resolved = match &self.value {
            Ok(value) => value.resolve(&ctx_item, field).await,
            Err(error) => {
                let error = Error::from(error.clone()).into_server_error(field.pos);
                Err(ctx_item.set_error_path(error))
            }
        };
        Ok(resolved.unwrap_or_else(|error| {
            ctx.add_error(error);
            Value::Null
        }))
    }
}

/// Where each entity of an `_entities` field stands in its list; every request is given its own.
#[derive(Default)]
pub struct Positions(Mutex<HashMap<Pos, Places>>);

type Places = HashMap<String, VecDeque<usize>>;

fn index_of(ctx: &Context<'_>, id: &ID) -> usize {
    let positions = ctx.data_opt::<Positions>().expect("every request is given its positions");
    let mut fields = positions.0.lock().unwrap_or_else(PoisonError::into_inner);
    let places = fields.entry(ctx.item.pos).or_insert_with(|| places(ctx));
    let Some(places) = places.get_mut(id.as_str()) else { return 0 };
    // An entity that is asked for twice is resolved twice, in the order of the list.
    places.rotate_left(1);
    places.back().copied().unwrap_or_default()
}

fn places(ctx: &Context<'_>) -> Places {
    let mut places = Places::new();
    let Ok((_, representations)) = ctx.param_value::<Vec<Any>>("representations", None) else {
        return places;
    };
    for (index, representation) in representations.iter().enumerate() {
        let Value::Object(fields) = &representation.0 else { continue };
        let id = match fields.get("id") {
            Some(Value::String(id)) => id.clone(),
            Some(Value::Number(id)) => id.to_string(),
            _ => continue,
        };
        places.entry(id).or_default().push_back(index);
    }
    places
}

/// Reads an id that an input refers to.
pub fn parse_reference<K>(id: &ID, parse: fn(&str) -> Option<K>) -> Result<K, String> {
    parse(id).ok_or_else(|| "must be the id of something that exists".to_owned())
}
