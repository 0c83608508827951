//! Pieces of a blog's files, from all over it: what its texts have in common.

use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// Files that are looked into.
const FILES: usize = 512;
/// Bytes of all pieces together: of twice as many, learning takes twice as long, and the index is smaller by
/// less than one percent.
const BYTES: usize = 512 << 10;
/// Bytes of one piece.
const PIECE_BYTES: usize = 1 << 10;

/// Reads the pieces; files that cannot be read are left to those who index them.
pub(super) fn pieces<'a>(paths: impl ExactSizeIterator<Item = &'a Path>) -> Vec<Vec<u8>> {
    let step = paths.len().div_ceil(FILES).max(1);
    let files = paths.len().div_ceil(step);
    let of_one = (BYTES / files.max(1)).max(PIECE_BYTES);
    let texts = paths.step_by(step).filter_map(|path| middle_of(path, of_one).ok());
    texts.flat_map(|text| text.chunks(PIECE_BYTES).map(<[u8]>::to_vec).collect::<Vec<_>>()).collect()
}

/// At most `bytes` from the middle of a file.
fn middle_of(path: &Path, bytes: usize) -> std::io::Result<Vec<u8>> {
    let mut file = std::fs::File::open(path)?;
    let len = file.metadata()?.len();
    file.seek(SeekFrom::Start(len.saturating_sub(bytes as u64) / 2))?;
    let mut text = Vec::new();
    file.take(bytes as u64).read_to_end(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_taken_from_all_over() {
        let dir = tempfile::tempdir().unwrap();
        let paths: Vec<_> = (0..1_000).map(|n| dir.path().join(format!("{n}.md"))).collect();
        for (n, path) in paths.iter().enumerate() {
            std::fs::write(path, format!("{n} ").repeat(2_000)).unwrap();
        }
        let pieces = pieces(paths.iter().map(std::path::PathBuf::as_path));
        assert!((500..=1_500).contains(&pieces.len()), "{}", pieces.len());
        assert!(pieces.iter().any(|piece| piece.starts_with(b"998 ") || piece.ends_with(b"998 ")));
        assert!(pieces.iter().all(|piece| piece.len() <= PIECE_BYTES));
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        assert!(pieces([Path::new("/nowhere/at/all.md")].into_iter()).is_empty());
        assert!(pieces(std::iter::empty::<&Path>().collect::<Vec<_>>().into_iter()).is_empty());
    }
}
