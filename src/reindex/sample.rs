//! Samples of the source files, to train the dictionary that compresses stored text.

use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use crate::config::{RegularFileError, limits, regular_file};
use crate::content::source_reader::SourceReader;

/// Size of one sample, in bytes.
const SAMPLE_BYTES: usize = 1 << 10;

/// Returns samples from evenly spaced files. Unreadable files are skipped here; indexing reports them.
pub(super) fn samples(reader: &SourceReader<'_>, ids: &[&str]) -> Vec<Vec<u8>> {
    let step = ids.len().div_ceil(limits::MAX_SAMPLED_FILES).max(1);
    let files = ids.len().div_ceil(step);
    let bytes_per_file = (limits::MAX_SAMPLE_BYTES / files.max(1)).max(SAMPLE_BYTES);
    let paths = ids.iter().step_by(step).filter_map(|id| reader.resolve(id).ok().flatten());
    let texts = paths.filter_map(|path| read_middle(&path, bytes_per_file).ok());
    texts.flat_map(|text| text.chunks(SAMPLE_BYTES).map(<[u8]>::to_vec).collect::<Vec<_>>()).collect()
}

/// Returns at most `bytes` bytes from the middle of a file.
fn read_middle(path: &Path, bytes: usize) -> Result<Vec<u8>, RegularFileError> {
    let (mut file, metadata) = regular_file::open(path)?;
    let start = metadata.len().saturating_sub(bytes as u64) / 2;
    file.seek(SeekFrom::Start(start))?;
    let mut text = Vec::new();
    file.take(bytes as u64).read_to_end(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Site;

    #[test]
    fn samples_are_spread_over_all_files() {
        let dir = tempfile::tempdir().unwrap();
        let ids: Vec<_> = (0..1_000).map(|n| format!("{n}.md")).collect();
        for (n, id) in ids.iter().enumerate() {
            std::fs::write(dir.path().join(id), format!("{n} ").repeat(2_000)).unwrap();
        }
        let site = Site { content_dir: dir.path().to_owned(), ..Site::default() };
        let ids: Vec<_> = ids.iter().map(String::as_str).collect();
        let samples = samples(&SourceReader::new(&site), &ids);
        assert!((500..=1_500).contains(&samples.len()), "{}", samples.len());
        assert!(samples.iter().any(|sample| sample.starts_with(b"998 ") || sample.ends_with(b"998 ")));
        assert!(samples.iter().all(|sample| sample.len() <= SAMPLE_BYTES));
    }

    #[test]
    fn skips_unreadable_files() {
        let site = Site { content_dir: "/nowhere".into(), ..Site::default() };
        let reader = SourceReader::new(&site);
        assert!(samples(&reader, &["at/all.md"]).is_empty() && samples(&reader, &[]).is_empty());
    }
}
