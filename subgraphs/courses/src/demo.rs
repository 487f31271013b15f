//! The courses an empty database can be filled with, and who takes them. Ids follow
//! `service::id::demo_id`; instructors and customers are the demo data of their own services.

use chrono::{DateTime, TimeDelta, Utc};
use service::{Money, Timestamp, id::demo_id, text::Line};

use crate::domain::{
    course::{Capacity, CourseId, Description, NewCourse},
    enrollment::{Enrollment, EnrollmentId},
    person::{CustomerId, EmployeeId},
};

/// The kinds in `service::id::demo_id`.
const EMPLOYEES: u16 = 1;
const CUSTOMERS: u16 = 2;
const COURSES: u16 = 3;
const ENROLLMENTS: u16 = 5;

/// Number, title, price in euro cents, capacity, number of the instructor, description.
type Class = (u64, &'static str, i64, i32, u64, &'static str);

#[rustfmt::skip]
const CLASSES: [Class; 8] = [
    (1, "Rust from Scratch",       49_000, 24, 5, "Ownership first, then everything else."),
    (2, "GraphQL in Practice",     34_950, 16, 6, "Schemas that survive their second client."),
    (3, "Databases Under Load",    62_000, 12, 8, "Indexes, locks, and what a plan really costs."),
    (4, "Teaching Adults",         27_500, 20, 2, "Preparing, listening, giving feedback."),
    (5, "Clear Technical Writing", 19_999, 30, 7, "Shorter sentences, better arguments."),
    (6, "Statistics Without Fear", 31_000, 18, 7, "From a spreadsheet to an honest conclusion."),
    (7, "Incident Command",        89_900,  3, 8, "Three seats, one very bad day."),
    (8, "Photography at Night",    14_995, 10, 0, "Bring a tripod. The instructor is yet to be found."),
];

/// Number of the customer, number of the course, how many days ago; nobody enrolls before signing
/// up. Every seat of the seventh course is taken, and nobody takes the eighth.
#[rustfmt::skip]
const SEATS: [(u64, u64, u16); 30] = [
    (1, 1, 400), (2, 1, 396),  (3, 1, 380),  (1, 2, 352),  (4, 2, 340),  (5, 2, 333),
    (6, 3, 310), (2, 3, 296),  (7, 3, 281),  (8, 3, 270),  (9, 1, 255),  (10, 1, 240),
    (11, 4, 222), (1, 4, 210), (12, 4, 199), (3, 5, 180),  (13, 5, 163), (12, 2, 150),
    (5, 5, 141), (14, 6, 118), (6, 6, 104),  (8, 6, 97),   (13, 1, 85),  (15, 6, 60),
    (9, 7, 52),  (10, 7, 41),  (2, 7, 33),   (16, 1, 20),  (17, 2, 12),  (18, 6, 5),
];

/// Every course.
pub(crate) fn courses() -> Vec<(CourseId, NewCourse)> {
    CLASSES.iter().filter_map(course).collect()
}

/// Every enrollment, oldest first, with its instant counted back from `now`.
pub(crate) fn enrollments(now: Timestamp) -> Vec<Enrollment> {
    let numbered = (1..).zip(&SEATS);
    numbered.filter_map(|(number, seat)| enrollment(number, seat, now.into())).collect()
}

/// Always `Some`: a test makes every course of the table.
fn course(class: &Class) -> Option<(CourseId, NewCourse)> {
    let &(number, title, price, capacity, instructor, description) = class;
    let course = NewCourse {
        title: Line::parse(title).ok()?,
        description: Description::parse(description).ok()?,
        price: euros(price)?,
        capacity: Capacity::parse(capacity).ok()?,
        instructor: (instructor > 0).then(|| EmployeeId(demo_id(EMPLOYEES, instructor))),
    };
    Some((CourseId(demo_id(COURSES, number)), course))
}

/// Always `Some`: a test makes every enrollment of the table.
fn enrollment(
    number: u64,
    &(customer, course, days_ago): &(u64, u64, u16),
    now: DateTime<Utc>,
) -> Option<Enrollment> {
    let &(.., price, _, _, _) = CLASSES.iter().find(|class| class.0 == course)?;
    Some(Enrollment {
        id: EnrollmentId(demo_id(ENROLLMENTS, number)),
        course: CourseId(demo_id(COURSES, course)),
        customer: CustomerId(demo_id(CUSTOMERS, customer)),
        price_paid: euros(price)?,
        enrolled_at: now.checked_sub_signed(TimeDelta::days(days_ago.into()))?.into(),
    })
}

fn euros(cents: i64) -> Option<Money> {
    Money::from_stored(cents, "EUR").ok()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_course_and_every_enrollment_is_valid() {
        let (courses, enrollments) = (courses(), enrollments(Utc::now().into()));
        assert_eq!(courses.len(), CLASSES.len());
        assert_eq!(enrollments.len(), SEATS.len());
        let once: HashSet<_> = enrollments.iter().map(|e| (e.course, e.customer)).collect();
        assert_eq!(once.len(), SEATS.len());
        assert!(enrollments.is_sorted_by_key(|enrollment| enrollment.enrolled_at));
        for (id, course) in courses {
            let taken = enrollments.iter().filter(|enrollment| enrollment.course == id).count();
            assert!(
                course.capacity.holds(taken.try_into().unwrap()),
                "{}",
                course.title.into_string()
            );
        }
    }
}
