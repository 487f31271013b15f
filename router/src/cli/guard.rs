//! `router guard`: see `dev::guard`.

use super::{Stopped, stop};
use crate::dev::guard::stand;

pub(super) async fn run() -> Result<(), Stopped> {
    stand(std::io::stdin().lock()).map_err(|error| stop(&error))
}
