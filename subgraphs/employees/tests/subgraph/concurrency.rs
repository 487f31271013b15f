//! Writers at the same time: each waits its turn, and the rules hold.

use serde_json::json;

use crate::{demo, input, on_demo_service};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_changes_based_on_one_version_one_wins() {
    on_demo_service(async |service, _| {
        let query = "mutation($input: UpdateEmployeeInput!) {
            updateEmployee(input: $input) { version } }";
        let changes = (0..20).map(|n| {
            let (service, title) = (service.clone(), format!("Title {n}"));
            tokio::spawn(async move {
                let change = json!({ "id": demo(5), "expectedVersion": 1, "title": title });
                service.execute(query, json!({ "input": change })).await
            })
        });
        let changes: Vec<_> = changes.collect();
        let mut wins = 0;
        for change in changes {
            let answer = change.await.unwrap();
            match answer["errors"][0]["extensions"]["code"].as_str() {
                None => wins += 1,
                code => assert_eq!(code, Some("STALE_VERSION"), "{answer}"),
            }
        }
        assert_eq!(wins, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_changes_at_once_can_not_close_a_circle_of_managers() {
    on_demo_service(async |service, _| {
        // 5, 6 and 7 are nobody's managers; any two of these three changes are fine.
        let changes: Vec<_> = [(5, 6), (6, 7), (7, 5)]
            .into_iter()
            .map(|(employee, manager)| {
                let service = service.clone();
                let change = json!({ "id": demo(employee), "expectedVersion": 1,
                    "managerId": demo(manager) });
                let query = "mutation($input: UpdateEmployeeInput!) {
                    updateEmployee(input: $input) { version } }";
                tokio::spawn(
                    async move { service.execute(query, json!({ "input": change })).await },
                )
            })
            .collect();
        let mut refused = 0;
        for change in changes {
            let answer = change.await.unwrap();
            let code = answer["errors"][0]["extensions"]["code"].as_str();
            assert!(matches!(code, None | Some("BAD_USER_INPUT" | "UNAVAILABLE")), "{answer}");
            refused += usize::from(code.is_some());
        }
        assert!(refused >= 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_wait_for_each_other() {
    on_demo_service(async |service, _| {
        let writes: Vec<_> = (0..40)
            .map(|n| {
                let service = service.clone();
                let new = input(json!({ "email": format!("new{n}@academy.example"),
                    "managerId": demo(1) }));
                let query = "mutation($input: CreateEmployeeInput!) {
                    createEmployee(input: $input) { id } }";
                tokio::spawn(async move { service.data(query, json!({ "input": new })).await })
            })
            .collect();
        for write in writes {
            write.await.unwrap();
        }
    })
    .await;
}
