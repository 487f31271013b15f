//! Taking seats, and giving them back.

use serde_json::{Value, json};

use crate::{COURSE, CUSTOMER, ENROLLMENT, demo, on_demo_service, violations};

const ENROLL: &str = "mutation($input: EnrollInput!) { enroll(input: $input) {
    id course { id title } customer { id } pricePaid { amount currency } enrolledAt } }";
const CANCEL: &str = "mutation($id: ID!) { cancelEnrollment(id: $id) }";
const READ: &str = "query($id: ID!) { enrollment(id: $id) {
    course { id } customer { id } pricePaid { amount currency } enrolledAt } }";

fn seat(course: u64, customer: u64) -> Value {
    json!({ "input": { "courseId": demo(COURSE, course), "customerId": demo(CUSTOMER, customer) } })
}

#[tokio::test]
async fn a_customer_enrolls_and_cancels() {
    on_demo_service(async |service, _| {
        let enrolled = service.data(ENROLL, seat(8, 20)).await["enroll"].take();
        let id = &enrolled["id"];
        let expected = json!({ "id": id,
            "course": { "id": demo(COURSE, 8), "title": "Photography at Night" },
            "customer": { "id": demo(CUSTOMER, 20) },
            "pricePaid": { "amount": "149.95", "currency": "EUR" },
            "enrolledAt": "2026-03-01T12:00:00.000000Z" });
        assert_eq!(enrolled, expected);
        let read = service.data(READ, json!({ "id": id })).await["enrollment"].take();
        assert_eq!(read["pricePaid"], enrolled["pricePaid"]);
        assert_eq!(read["enrolledAt"], enrolled["enrolledAt"]);

        assert_eq!(service.data(CANCEL, json!({ "id": id })).await["cancelEnrollment"], *id);
        assert_eq!(service.data(READ, json!({ "id": id })).await["enrollment"], Value::Null);
        let (path, extensions) = service.error(CANCEL, json!({ "id": id })).await;
        assert_eq!(path, json!(["cancelEnrollment"]));
        assert_eq!(extensions, json!({ "code": "NOT_FOUND" }));
        service.data(ENROLL, seat(8, 20)).await;
    })
    .await;
}

#[tokio::test]
async fn a_customer_has_one_seat_in_a_course() {
    on_demo_service(async |service, _| {
        let (path, extensions) = service.error(ENROLL, seat(1, 1)).await;
        assert_eq!(path, json!(["enroll"]));
        assert_eq!(extensions, json!({ "code": "CONFLICT" }));
        let again = service.execute(ENROLL, seat(7, 9)).await;
        let message = "the customer is enrolled in this course already";
        assert_eq!(again["errors"][0]["message"], message, "even where every seat is taken");
    })
    .await;
}

#[tokio::test]
async fn a_full_course_takes_nobody_until_a_seat_is_given_back() {
    on_demo_service(async |service, _| {
        let (_, extensions) = service.error(ENROLL, seat(7, 1)).await;
        assert_eq!(extensions, json!({ "code": "CONFLICT" }));
        service.data(CANCEL, json!({ "id": demo(ENROLLMENT, 25) })).await;
        service.data(ENROLL, seat(7, 1)).await;
        let (_, extensions) = service.error(ENROLL, seat(7, 3)).await;
        assert_eq!(extensions, json!({ "code": "CONFLICT" }));
    })
    .await;
}

#[tokio::test]
async fn what_was_paid_stays_when_the_price_changes() {
    on_demo_service(async |service, _| {
        let change = json!({ "id": demo(COURSE, 8), "expectedVersion": 1,
            "price": { "amount": "200", "currency": "USD" } });
        let query =
            "mutation($seat: EnrollInput!, $change: UpdateCourseInput!, $next: EnrollInput!) {
            before: enroll(input: $seat) { pricePaid { amount currency } }
            updateCourse(input: $change) { enrollments { nodes { pricePaid { amount } } } }
            after: enroll(input: $next) { pricePaid { amount currency } } }";
        let variables =
            json!({ "seat": seat(8, 1)["input"], "change": change, "next": seat(8, 2)["input"] });
        let data = service.data(query, variables).await;
        let paid = |amount, currency| json!({ "amount": amount, "currency": currency });
        assert_eq!(data["before"]["pricePaid"], paid("149.95", "EUR"));
        let nodes = &data["updateCourse"]["enrollments"]["nodes"];
        assert_eq!(*nodes, json!([{ "pricePaid": { "amount": "149.95" } }]));
        assert_eq!(data["after"]["pricePaid"], paid("200.00", "USD"));
    })
    .await;
}

#[tokio::test]
async fn only_a_course_can_be_enrolled_in() {
    on_demo_service(async |service, statements| {
        let wrong = json!({ "courseId": "7", "customerId": "" });
        assert_eq!(violations(&service, ENROLL, wrong).await, ["courseId", "customerId"]);
        assert_eq!(statements.take(), 0);
        let unknown = seat(99, 1)["input"].take();
        assert_eq!(violations(&service, ENROLL, unknown).await, ["courseId"]);
        assert_eq!(service.data(READ, json!({ "id": "7" })).await["enrollment"], Value::Null);
    })
    .await;
}
