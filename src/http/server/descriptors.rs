//! The process's limit on open descriptors, which connections share with the index.

use crate::config::limits;

/// Raises the limit on open descriptors as far as the system allows. Failures are ignored: connections are
/// limited to what there is.
pub fn raise_descriptor_limit() {
    #[cfg(unix)]
    {
        use nix::sys::resource::{Resource, getrlimit, setrlimit};
        // macOS reports no hard limit, but allows no more than this.
        const MACOS_LIMIT: u64 = 10_240;
        let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return };
        if soft < hard && setrlimit(Resource::RLIMIT_NOFILE, hard, hard).is_err() {
            let _ = setrlimit(Resource::RLIMIT_NOFILE, MACOS_LIMIT.clamp(soft, hard), hard);
        }
    }
}

/// Returns the number of connections that can be open: `max_connections`, or fewer if the limit on descriptors
/// requires it.
pub(super) fn connection_limit(max_connections: usize) -> usize {
    let limit = descriptor_limit().map(|descriptors| available_for_connections(descriptors, max_connections));
    limit.unwrap_or(max_connections)
}

/// Returns the number of connections to the admin listener that can be open: `max_connections`, or fewer if they
/// would take more than a quarter of the reserved descriptors.
pub(in crate::http) fn owner_connection_limit(max_connections: usize) -> usize {
    let limit = descriptor_limit().map(|descriptors| max_connections.min(reserved(descriptors) / 4).max(1));
    limit.unwrap_or(max_connections)
}

fn descriptor_limit() -> Option<usize> {
    #[cfg(unix)]
    {
        use nix::sys::resource::{Resource, getrlimit};
        let (soft, _) = getrlimit(Resource::RLIMIT_NOFILE).ok()?;
        Some(usize::try_from(soft).unwrap_or(usize::MAX))
    }
    #[cfg(not(unix))]
    None
}

fn available_for_connections(descriptors: usize, max_connections: usize) -> usize {
    max_connections.min(descriptors - reserved(descriptors))
}

fn reserved(descriptors: usize) -> usize {
    limits::RESERVED_DESCRIPTORS.min(descriptors / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptors_are_reserved_for_the_index() {
        for (descriptors, expected) in [(64, 32), (512, 256), (1_024, 768), (usize::MAX, 4_096)] {
            assert_eq!(available_for_connections(descriptors, 4_096), expected);
        }
    }
}
