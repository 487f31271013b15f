//! Customers as other subgraphs refer to them.

use serde_json::{Value, json};

use crate::{demo, on_demo_service};

#[tokio::test]
async fn any_number_of_entities_is_one_statement() {
    on_demo_service(async |subject| {
        let representations: Vec<Value> = (0..=40)
            .rev()
            .map(|n| json!({ "__typename": "Customer", "id": demo(n) }))
            .chain([json!({ "__typename": "Customer", "id": "7" })])
            .collect();
        let (entities, errors) = subject
            .service
            .entities(json!(representations), "... on Customer { name isNew }")
            .await;
        assert_eq!(subject.statements.take(), 1);
        assert_eq!(errors, Value::Null);
        assert_eq!(entities.as_array().unwrap().len(), 42);
        assert_eq!(entities[19], Value::Null, "nobody has this id");
        assert_eq!(entities[20], json!({ "name": "Tara Walsh", "isNew": true }));
        assert_eq!(entities[39], json!({ "name": "Amara Diallo", "isNew": false }));
        assert_eq!(entities[41], Value::Null, "this is no id");
    })
    .await;
}
