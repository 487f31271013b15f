//! Relay connections by keyset: a page is "after this id", never "skip so many".
//! <https://relay.dev/graphql/connections.htm>

use std::{collections::HashMap, future::Future, hash::Hash};

use async_graphql::{
    Context, OutputType,
    connection::{Connection, CursorType, Edge},
};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, Iterable, Order, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select, Statement,
    sea_query::{Alias, Expr, ExprTrait, Func, Query, SelectStatement, WindowStatement},
};
use uuid::Uuid;

use crate::{batch, database::Database, error::AppError};

/// How many items a page has when the client doesn't say.
pub const PAGE_SIZE: i32 = 20;
/// How many items a page can have.
pub const PAGE_SIZE_MAX: i32 = 100;

/// The arguments of a connection field, as the client sent them.
#[derive(Debug, Clone, Default)]
pub struct PageArguments {
    /// How many from the start.
    pub first: Option<i32>,
    /// Only what follows this cursor.
    pub after: Option<String>,
    /// How many from the end.
    pub last: Option<i32>,
    /// Only what precedes this cursor.
    pub before: Option<String>,
}

/// What a page costs, for the complexity of a field: its items' cost, as often as there may be items.
pub fn complexity(first: Option<i32>, last: Option<i32>, item: usize) -> usize {
    let items = first.or(last).unwrap_or(PAGE_SIZE).clamp(1, PAGE_SIZE_MAX);
    1 + item.saturating_mul(items.unsigned_abs() as usize)
}

/// A checked page: which rows, counted from which end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Page {
    size: u64,
    backward: bool,
    after: Option<Uuid>,
    before: Option<Uuid>,
}

impl Page {
    /// Checks the arguments; `first` and `last` together are refused, as their meaning is unclear.
    pub fn parse(arguments: PageArguments) -> Result<Self, AppError> {
        let PageArguments { first, after, last, before } = arguments;
        let (field, size, backward) = match (first, last) {
            (Some(_), Some(_)) => {
                return Err(AppError::invalid("last", "must not be combined with first"));
            }
            (None, Some(last)) => ("last", last, true),
            (first, None) => ("first", first.unwrap_or(PAGE_SIZE), false),
        };
        if !(0..=PAGE_SIZE_MAX).contains(&size) {
            let message = format!("must be between 0 and {PAGE_SIZE_MAX}");
            return Err(AppError::invalid(field, message));
        }
        let cursor = |field, text: Option<String>| {
            let parsed = text.map(|text| Cursor::decode_cursor(&text).map(|cursor| cursor.0));
            parsed.transpose().map_err(|message| AppError::invalid(field, message))
        };
        let (after, before) = (cursor("after", after)?, cursor("before", before)?);
        Ok(Self { size: size.unsigned_abs().into(), backward, after, before })
    }

    /// Sorts out which parents are asked for which page of their children.
    pub fn group<P>(asked: impl IntoIterator<Item = (Self, P)>) -> Vec<(Self, Vec<P>)> {
        let mut groups: Vec<(Self, Vec<P>)> = Vec::new();
        for (page, parent) in asked {
            match groups.iter_mut().find(|(known, _)| *known == page) {
                Some((_, parents)) => parents.push(parent),
                None => groups.push((page, vec![parent])),
            }
        }
        groups
    }

    /// Reads the page of `rows`, in one statement. `key` is their unique, ever growing id.
    pub async fn read<E: EntityTrait>(
        self,
        database: &Database,
        rows: Select<E>,
        key: E::Column,
    ) -> Result<Slice<E::Model>, AppError> {
        let rows = self.bound(rows, key).order_by(key, self.order()).limit(self.size + 1);
        Ok(self.cut(rows.all(database.connection()).await?))
    }

    /// Reads this page of the children of each parent, all in one statement.
    ///
    /// `parent` is the column of the child that names its parent, `parent_of` reads it from a row.
    /// Every parent has an answer, even an empty one.
    pub async fn read_by_parent<E: EntityTrait>(
        self,
        database: &Database,
        (parent, key): (E::Column, E::Column),
        parents: &[Uuid],
        parent_of: fn(&E::Model) -> Option<Uuid>,
    ) -> Result<HashMap<Uuid, Slice<E::Model>>, AppError> {
        let rows = E::find().filter(database.any_of(parent, parents));
        let numbered = self.number::<E>(self.bound(rows, key), parent, key);
        let statement = self.within_size::<E>(numbered, key);
        let statement: Statement = database.backend().build(&statement);
        let rows = E::Model::find_by_statement(statement).all(database.connection()).await;
        let mut by_parent: HashMap<Uuid, Vec<E::Model>> =
            parents.iter().map(|parent| (*parent, Vec::new())).collect();
        for row in rows? {
            if let Some(rows) = parent_of(&row).and_then(|parent| by_parent.get_mut(&parent)) {
                rows.push(row);
            }
        }
        Ok(by_parent.into_iter().map(|(parent, rows)| (parent, self.cut(rows))).collect())
    }

    fn bound<E: EntityTrait>(self, rows: Select<E>, key: E::Column) -> Select<E> {
        let rows = rows.apply_if(self.after, |rows, after| rows.filter(key.gt(after)));
        rows.apply_if(self.before, |rows, before| rows.filter(key.lt(before)))
    }

    fn order(self) -> Order {
        if self.backward { Order::Desc } else { Order::Asc }
    }

    fn number<E: EntityTrait>(
        self,
        rows: Select<E>,
        parent: E::Column,
        key: E::Column,
    ) -> SelectStatement {
        let window = WindowStatement::partition_by((E::default(), parent))
            .order_by((E::default(), key), self.order())
            .take();
        let mut numbered = rows.into_query();
        numbered.expr_window_as(Func::cust(Alias::new("ROW_NUMBER")), window, PLACE);
        numbered
    }

    fn within_size<E: EntityTrait>(
        self,
        numbered: SelectStatement,
        key: E::Column,
    ) -> SelectStatement {
        Query::select()
            .columns(E::Column::iter())
            .from_subquery(numbered, Alias::new("numbered"))
            .and_where(Expr::col(PLACE).lte(self.size + 1))
            .order_by(key, self.order())
            .take()
    }

    /// One row more than asked for was read; it only tells that there is more.
    fn cut<M>(self, mut rows: Vec<M>) -> Slice<M> {
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        if self.backward {
            rows.reverse();
            return Slice { rows, has_previous: more, has_next: self.before.is_some() };
        }
        Slice { rows, has_previous: self.after.is_some(), has_next: more }
    }
}

const PLACE: &str = "place";

/// The key of a batch: a page of a parent's children.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct PageOf<P> {
    page: Page,
    parent: P,
}

/// Loads a page of a parent's children, together with those of all parents that are asked for now.
///
/// `read` is called once for each page that is asked for, which is once unless a query uses aliases.
/// The types of parent and child are the kind: each relation needs a pair of its own.
pub async fn load_by_parent<P, C, R, F>(
    ctx: &Context<'_>,
    parent: P,
    arguments: PageArguments,
    read: R,
) -> Result<Slice<C>, AppError>
where
    P: Hash + Eq + Copy + Send + Sync + 'static,
    C: Clone + Send + Sync + 'static,
    R: Fn(Page, Vec<P>) -> F,
    F: Future<Output = Result<HashMap<P, Slice<C>>, AppError>>,
{
    let key = PageOf { page: Page::parse(arguments)?, parent };
    let load_all = async |keys: Vec<PageOf<P>>| {
        let mut loaded = HashMap::new();
        for (page, parents) in Page::group(keys.iter().map(|key| (key.page, key.parent))) {
            let children = read(page, parents).await?.into_iter();
            loaded.extend(children.map(|(parent, slice)| (PageOf { page, parent }, slice)));
        }
        Ok(loaded)
    };
    Ok(batch::load(ctx, key, load_all).await?.unwrap_or_default())
}

/// The rows of a page, in the order of the list whichever way they were counted.
#[derive(Debug, Clone)]
pub struct Slice<M> {
    rows: Vec<M>,
    has_previous: bool,
    has_next: bool,
}

impl<M> Default for Slice<M> {
    fn default() -> Self {
        Self { rows: Vec::new(), has_previous: false, has_next: false }
    }
}

impl<M> Slice<M> {
    /// The same page of something made from the rows.
    pub fn try_map<N, F>(self, f: F) -> Result<Slice<N>, AppError>
    where
        F: FnMut(M) -> Result<N, AppError>,
    {
        let rows = self.rows.into_iter().map(f).collect::<Result<_, _>>()?;
        Ok(Slice { rows, has_previous: self.has_previous, has_next: self.has_next })
    }

    /// The connection a client sees; `key` is the id the page was read by.
    pub fn connect<N: OutputType + From<M>>(
        self,
        key: impl Fn(&M) -> Uuid,
    ) -> Connection<Cursor, N> {
        let mut connection = Connection::new(self.has_previous, self.has_next);
        let edges = self.rows.into_iter().map(|row| Edge::new(Cursor(key(&row)), N::from(row)));
        connection.edges.extend(edges);
        connection
    }
}

/// A place in a list: opaque to clients, and versioned so that its meaning can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor(pub Uuid);

impl Cursor {
    const VERSION: char = '1';
}

impl CursorType for Cursor {
    type Error = &'static str;

    fn decode_cursor(text: &str) -> Result<Self, Self::Error> {
        text.strip_prefix(Self::VERSION)
            .and_then(|id| Uuid::try_parse(id).ok())
            .map(Self)
            .filter(|cursor| cursor.encode_cursor() == text)
            .ok_or("must be a cursor of this list")
    }

    fn encode_cursor(&self) -> String {
        format!("{}{}", Self::VERSION, self.0.simple())
    }
}
