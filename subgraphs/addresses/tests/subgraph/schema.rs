//! The committed SDL is what the service publishes; `UPDATE_SDL=1` rewrites it.

use std::{env, fs};

use addresses::{Store, schema};
use serde_json::json;
use service::{Database, Limits, testing::TestService};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schema.graphql");

#[tokio::test]
async fn the_committed_sdl_is_the_published_one() {
    let database = Database::unconnected();
    let store = Store::new(database.clone());
    let schema = schema(store, Limits::default());
    let printed = schema.sdl().to_owned();
    let service = TestService::new(schema, database);
    let published = service.data("{ a: _service { sdl text: sdl } }", json!({})).await;
    assert_eq!(published["a"], json!({ "sdl": printed, "text": printed }));
    if env::var_os("UPDATE_SDL").is_some() {
        fs::write(FILE, &printed).unwrap();
    }
    assert_eq!(fs::read_to_string(FILE).unwrap(), printed, "UPDATE_SDL=1 rewrites the file");
}
