//! Text a person typed: trimmed, bounded, without control characters.

/// One line of text of 1 to `MAX` characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<const MAX: usize>(String);

impl<const MAX: usize> Line<MAX> {
    /// Trims the text and checks it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        match text.chars().count() {
            0 => Err("must not be empty".to_owned()),
            length if length > MAX => Err(format!("must have at most {MAX} characters")),
            _ if text.chars().any(char::is_control) => {
                Err("must not contain control characters".to_owned())
            }
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// The text itself.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// An e-mail address in lower case, so that two spellings of one address are equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    const LENGTH_MAX: usize = 254;
    const LOCAL_LENGTH_MAX: usize = 64;

    /// Checks the shape of the address; only sending a message could tell whether it exists.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.len() > Self::LENGTH_MAX {
            return Err(format!("must have at most {} characters", Self::LENGTH_MAX));
        }
        let (local, domain) = text.rsplit_once('@').unwrap_or_default();
        let local_fits = !local.is_empty()
            && local.len() <= Self::LOCAL_LENGTH_MAX
            && local.chars().all(|c| !c.is_whitespace() && !c.is_control() && c != '@');
        let domain_fits = domain.contains('.') && domain.split('.').all(is_label);
        if local_fits && domain_fits {
            Ok(Self(text.to_lowercase()))
        } else {
            Err("must be an e-mail address".to_owned())
        }
    }

    /// The address itself.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// <https://www.rfc-editor.org/rfc/rfc1035#section-2.3.1>, with letters of any script.
fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.len() <= 63
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.chars().all(|c| c.is_alphanumeric() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_trimmed_and_bounded() {
        assert_eq!(Line::<5>::parse("  Ada ").map(Line::into_string), Ok("Ada".to_owned()));
        assert!(Line::<5>::parse("žluťák").is_err(), "six characters");
        assert!(Line::<6>::parse("žluťák").is_ok(), "characters are counted, not bytes");
        assert!(Line::<5>::parse(" \t").is_err());
        assert!(Line::<5>::parse("a\u{7}b").is_err());
    }

    #[test]
    fn an_email_has_the_shape_of_an_address() {
        assert_eq!(
            Email::parse(" Ada@Example.ORG ").map(Email::into_string),
            Ok("ada@example.org".to_owned())
        );
        for wrong in
            ["", "ada", "@example.org", "ada@", "ada@example", "a b@example.org", "a@-x.org"]
        {
            assert!(Email::parse(wrong).is_err(), "{wrong}");
        }
    }
}
