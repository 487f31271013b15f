//! The options of progressive overrides.

use clap::Args;
use http::HeaderName;

use crate::override_labels::OverrideLabels;

/// Labels of progressive overrides; those of the form `percent(x)` are on for x percent of the
/// requests anyway.
#[derive(Debug, Args)]
pub(super) struct OverrideArguments {
    /// A label of progressive overrides that is on for every request.
    #[arg(long = "override-label", value_name = "LABEL", env = "ROUTER_OVERRIDE_LABELS")]
    #[arg(value_delimiter = ',')]
    labels: Vec<String>,
    /// A header of requests that names further labels which are on, separated by commas. Without
    /// this option clients have no say.
    #[arg(long = "override-label-header", value_name = "NAME")]
    #[arg(env = "ROUTER_OVERRIDE_LABEL_HEADER")]
    header: Option<HeaderName>,
}

impl OverrideArguments {
    /// The rules that these options make.
    pub(super) fn labels(&self) -> OverrideLabels {
        let (labels, header) = (self.labels.clone(), self.header.clone());
        OverrideLabels::new(move |label, headers| {
            let values = header.iter().flat_map(|header| headers.get_all(header));
            let mut named = values.filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(','));
            let is_on = labels.iter().any(|l| l == label) || named.any(|l| l.trim() == label);
            is_on.then_some(true)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::{Args, Command, FromArgMatches};
    use http::HeaderMap;

    use super::OverrideArguments;
    use crate::override_labels::Decisions;

    /// Which of `a`, `b` and `c` are on for a request with `x-labels: b, nobody`.
    fn on(options: &[&str]) -> Vec<String> {
        let command = OverrideArguments::augment_args(Command::new("router").no_binary_name(true));
        let matches = command.get_matches_from(options);
        let labels = OverrideArguments::from_arg_matches(&matches).expect("all is given").labels();
        let headers = [("x-labels", "b, nobody")];
        let headers =
            headers.map(|(k, v)| (k.parse().expect("a name"), v.parse().expect("a value")));
        let headers: HeaderMap = headers.into_iter().collect();
        let mut decisions = Decisions::new(&labels, &headers);
        let asked: BTreeSet<String> = ["a", "b", "c"].map(str::to_owned).into();
        decisions.settle(&asked);
        decisions.on().iter().cloned().collect()
    }

    #[test]
    fn a_client_has_a_say_only_where_a_header_is_named() {
        assert!(on(&[]).is_empty());
        assert_eq!(on(&["--override-label", "a,c"]), ["a", "c"]);
        assert_eq!(on(&["--override-label-header", "X-Labels"]), ["b"]);
        let both = ["--override-label-header", "X-Labels", "--override-label", "a"];
        assert_eq!(on(&both), ["a", "b"]);
    }
}
