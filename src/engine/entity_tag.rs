//! Entity tags of responses (RFC 9110, section 8.8.3).

use std::fmt::{self, Display};
use std::hash::{BuildHasher, Hash};

use foldhash::quality::FixedState;

/// A weak entity tag. Responses to a request that have the same tag say the same: only `took_us` and the name of the
/// commit may differ.
///
/// The tag depends on the content, the settings and the version of the program, but not on the name of the commit,
/// which can recur. So it stays valid after a restart, and when an index is built again from the same content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EntityTag {
    state: u64,
    request: u64,
}

impl EntityTag {
    /// Returns the tag of the response to a request in the search state with this digest.
    pub(super) fn new(state: u64, request: &impl Hash) -> Self {
        Self { state, request: FixedState::with_seed(state).hash_one(request) }
    }
}

impl Display for EntityTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "W/\"{:016x}{:016x}\"", self.state, self.request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_depends_on_the_state_and_the_request() {
        let tag = EntityTag::new(1, &"a");
        assert_eq!(tag, EntityTag::new(1, &"a"));
        assert_ne!(tag, EntityTag::new(2, &"a"));
        assert_ne!(tag, EntityTag::new(1, &"b"));
    }

    #[test]
    fn a_tag_is_weak_and_has_a_fixed_length() {
        let tag = EntityTag { state: 1, request: 0xab };
        assert_eq!(tag.to_string(), "W/\"000000000000000100000000000000ab\"");
    }
}
