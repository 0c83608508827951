//! Compression of responses, if the client accepts it: zstd rather than Brotli rather than gzip.

use tower_http::CompressionLevel;
use tower_http::compression::predicate::{And, NotForContentType, SizeAbove};
use tower_http::compression::{CompressionLayer, Predicate};

use crate::config::limits;

/// Which responses are compressed: not short ones, and not events, which a compressor would hold back.
pub(super) type IsCompressed = And<SizeAbove, NotForContentType>;

/// Level of all three formats: responses are compressed while their clients wait.
const LEVEL: CompressionLevel = CompressionLevel::Precise(3);

/// Returns the layer that compresses responses.
pub(super) fn layer() -> CompressionLayer<IsCompressed> {
    let is_compressed = SizeAbove::new(limits::MIN_COMPRESSED_BYTES).and(NotForContentType::SSE);
    CompressionLayer::new().quality(LEVEL).compress_when(is_compressed)
}
