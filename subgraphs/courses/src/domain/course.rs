//! What a course is.

use service::{Money, text::Line};

use super::person::EmployeeId;

service::id_type! {
    /// Identifies a course.
    CourseId
}

/// The title of a course.
pub type Title = Line<200>;

/// A course as stored.
#[derive(Debug, Clone)]
pub struct Course {
    /// Which one it is.
    pub id: CourseId,
    /// The title.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// The list price, never negative.
    pub price: Money,
    /// How many can enroll.
    pub capacity: Capacity,
    /// Who teaches it.
    pub instructor: Option<EmployeeId>,
    /// How often the course was changed, plus one.
    pub version: i32,
}

/// A course to be created.
#[derive(Debug, Clone)]
pub struct NewCourse {
    /// The title.
    pub title: Title,
    /// What it is about.
    pub description: Description,
    /// The list price.
    pub price: Money,
    /// How many can enroll.
    pub capacity: Capacity,
    /// Who teaches it.
    pub instructor: Option<EmployeeId>,
}

/// A change of a course; what is `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct CourseChange {
    /// The title.
    pub title: Option<Title>,
    /// What it is about.
    pub description: Option<Description>,
    /// The list price; those who are enrolled have paid another.
    pub price: Option<Money>,
    /// How many can enroll.
    pub capacity: Option<Capacity>,
    /// Who teaches it; `Some(None)` is nobody any more.
    pub instructor: Option<Option<EmployeeId>>,
}

/// Text of several lines, possibly empty, of at most 4000 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description(String);

impl Description {
    const LENGTH_MAX: usize = 4000;

    /// Trims the text and checks it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim().replace("\r\n", "\n");
        if text.chars().count() > Self::LENGTH_MAX {
            return Err(format!("must have at most {} characters", Self::LENGTH_MAX));
        }
        if text.chars().any(|c| c.is_control() && c != '\n') {
            return Err("must not contain control characters".to_owned());
        }
        Ok(Self(text))
    }

    /// The text itself.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// How many can enroll in a course: at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity(i32);

impl Capacity {
    /// The largest course there can be.
    pub const MAX: i32 = 10_000;

    /// Checks a number.
    pub fn parse(seats: i32) -> Result<Self, String> {
        if (1..=Self::MAX).contains(&seats) {
            Ok(Self(seats))
        } else {
            Err(format!("must be between 1 and {}", Self::MAX))
        }
    }

    /// The number itself.
    pub fn seats(self) -> i32 {
        self.0
    }

    /// Whether so many enrollments fit.
    pub fn holds(self, enrollments: u64) -> bool {
        u64::try_from(self.0).is_ok_and(|seats| enrollments <= seats)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_may_have_several_lines() {
        let parsed = Description::parse(" One\r\nTwo\n\nThree ").map(Description::into_string);
        assert_eq!(parsed, Ok("One\nTwo\n\nThree".to_owned()));
        assert_eq!(Description::parse(" ").map(Description::into_string), Ok(String::new()));
        assert!(Description::parse("a\tb").is_err());
        assert!(Description::parse(&"ž".repeat(4000)).is_ok());
        assert!(Description::parse(&"ž".repeat(4001)).is_err());
    }

    #[test]
    fn a_course_has_room_for_somebody_but_not_for_everybody() {
        for (seats, valid) in [(i32::MIN, false), (0, false), (1, true), (10_000, true)] {
            assert_eq!(Capacity::parse(seats).is_ok(), valid, "{seats}");
        }
        assert!(Capacity::parse(10_001).is_err());
        let two = Capacity::parse(2).unwrap();
        assert!(two.holds(2) && !two.holds(3));
    }
}
