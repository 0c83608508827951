use super::*;
use crate::content::Post;
use crate::content::SearchOverrides;
use crate::content::{Block, PostKind, Publication, Section};
use crate::index::manifest::Digest;

/// Posts per segment of an index that is due for a merge.
const POSTS_PER_SEGMENT: usize = 3;
const SEGMENTS: usize = MERGE_SEGMENTS + 2;
/// A post in a segment with deletions of the last commit, and one in a segment without deletions.
const BESIDE_A_DELETED_ONE: &str = "7-1";
const AMONG_LIVING_ONES: &str = "0-1";

fn post(id: &str, words: &str) -> Post {
    Post {
        id: id.to_owned(),
        kind: PostKind::Page,
        url_guessed: None,
        url: format!("/{id}/"),
        title: id.to_owned(),
        description: None,
        summary: None,
        categories: Vec::new(),
        tags: Vec::new(),
        authors: Vec::new(),
        series: Vec::new(),
        date: None,
        updated: None,
        publication: Publication::default(),
        lang: "en".to_owned(),
        translation_key: id.to_owned(),
        image: None,
        aliases: Vec::new(),
        weight: None,
        overrides: SearchOverrides::default(),
        words: 1,
        reading_minutes: 1,
        sections: vec![Section { heading: None, blocks: vec![Block::Prose(words.to_owned())] }],
        warnings: Vec::new(),
    }
}

fn add(writer: &Writer, id: &str, digest: Digest) {
    let entry = writer.document_builder().build(&post(id, "words"), digest).unwrap();
    writer.add(entry).unwrap();
}

fn update(writer: &Writer, id: &str, digest: Digest) {
    writer.remove(id).unwrap();
    add(writer, id, digest);
}

fn open(dir: &Path) -> Writer {
    match Writer::open(dir, Provenance::of("")).unwrap() {
        OpenOutcome::Ready(opened) => opened.writer,
        OpenOutcome::NeedsRebuild(reason) => panic!("{reason}"),
    }
}

/// Returns ids and digests of the last commit; fails if an id occurs twice.
fn committed(writer: &Writer, dir: &Path) -> Vec<(String, Digest)> {
    let snapshot = Snapshot::open(writer.index(), dir).unwrap();
    snapshot.tie_break_ranks().unwrap();
    snapshot.manifest().unwrap().into_iter().map(|(id, entry)| (id, entry.digest)).collect()
}

/// Creates the state that a process leaves behind when it is killed between its commit and the end of a merge:
/// enough segments for a merge. The last, smallest one has a deletion with the last commit's opstamp.
fn index_due_to_be_merged(dir: &Path) {
    let mut writer = Writer::create(dir, Provenance::of("")).unwrap();
    for segment in 0..SEGMENTS {
        (0..POSTS_PER_SEGMENT).for_each(|n| add(&writer, &format!("{segment}-{n}"), 1));
        writer.commit().unwrap();
    }
    writer.remove("7-0").unwrap();
    writer.commit().unwrap();
    let commit = writer.index().load_metas().unwrap();
    let deleted: Vec<_> = commit.segments.iter().filter_map(tantivy::SegmentMeta::delete_opstamp).collect();
    assert_eq!((commit.segments.len(), deleted), (SEGMENTS, vec![commit.opstamp]));
    writer.close().unwrap();
}

#[test]
fn first_update_survives_a_merge_that_a_killed_process_left_unfinished() {
    for id in [BESIDE_A_DELETED_ONE, AMONG_LIVING_ONES] {
        let dir = tempfile::tempdir().unwrap();
        index_due_to_be_merged(dir.path());
        let mut writer = open(dir.path());
        let mut expected = committed(&writer, dir.path());
        assert_eq!(expected.len(), SEGMENTS * POSTS_PER_SEGMENT - 1);
        update(&writer, id, 2);
        writer.commit().unwrap();
        writer.close().unwrap();
        let writer = open(dir.path());
        let segments = writer.index().searchable_segment_ids().unwrap().len();
        assert!(segments <= 2, "{segments} segments: nothing was merged");
        expected.iter_mut().filter(|(of, _)| of == id).for_each(|(_, digest)| *digest = 2);
        assert_eq!(committed(&writer, dir.path()), expected, "{id}");
    }
}

#[test]
fn a_merge_applies_no_uncommitted_deletions() {
    for is_rolled_back in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        index_due_to_be_merged(dir.path());
        let mut writer = open(dir.path());
        if is_rolled_back {
            writer.remove("3-1").unwrap();
            writer.rollback().unwrap();
        }
        let before = committed(&writer, dir.path());
        for id in [BESIDE_A_DELETED_ONE, AMONG_LIVING_ONES] {
            writer.remove(id).unwrap();
        }
        let segments = writer.index().searchable_segment_ids().unwrap();
        writer.inner.as_mut().unwrap().merge(&segments).wait().unwrap();
        assert_eq!(writer.index().searchable_segment_ids().unwrap().len(), 1);
        assert_eq!(committed(&writer, dir.path()), before);
        writer.commit().unwrap();
        let left = committed(&writer, dir.path());
        assert_eq!(left.len(), before.len() - 2);
        assert_eq!(writer.committed_posts().unwrap(), left.len());
    }
}

#[test]
fn commits_have_unique_opstamps() {
    let dir = tempfile::tempdir().unwrap();
    let mut opstamps = Vec::new();
    let mut writer = Writer::create(dir.path(), Provenance::of("")).unwrap();
    add(&writer, "a", 1);
    for _ in 0..2 {
        writer.commit().unwrap();
        opstamps.push(writer.index().load_metas().unwrap().opstamp);
        writer.rollback().unwrap();
    }
    writer.close().unwrap();
    let mut writer = open(dir.path());
    writer.commit().unwrap();
    opstamps.push(writer.index().load_metas().unwrap().opstamp);
    assert!(opstamps.is_sorted_by(|a, b| a < b), "{opstamps:?}");
}

#[test]
fn a_new_index_is_merged_only_at_the_end_even_after_a_rollback() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = Writer::create(dir.path(), Provenance::of("")).unwrap();
    writer.rollback().unwrap();
    for n in 0..SEGMENTS {
        add(&writer, &n.to_string(), 1);
        writer.commit().unwrap();
    }
    assert_eq!(writer.index().searchable_segment_ids().unwrap().len(), SEGMENTS);
    writer.force_merge().unwrap();
    assert_eq!(writer.index().searchable_segment_ids().unwrap().len(), 1);
}

#[test]
fn writers_and_readers_report_duplicate_posts() {
    for is_same_segment in [true, false] {
        let dir = tempfile::tempdir().unwrap();
        let mut writer = Writer::create(dir.path(), Provenance::of("")).unwrap();
        add(&writer, "a", 1);
        add(&writer, "b", 1);
        if !is_same_segment {
            writer.commit().unwrap();
        }
        add(&writer, "b", 2);
        writer.commit().unwrap();
        writer.close().unwrap();
        let reason = match Writer::open(dir.path(), Provenance::of("")).unwrap() {
            OpenOutcome::NeedsRebuild(RebuildReason::Damaged(why)) => why,
            _ => String::new(),
        };
        let read = Snapshot::open_dir(dir.path()).err().map(|error| error.to_string()).unwrap_or_default();
        for message in [reason, read] {
            assert!(message.contains("post b is indexed twice"), "{message}");
        }
    }
}

#[test]
fn a_document_without_id_or_digest_is_reported_as_damage() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = Writer::create(dir.path(), Provenance::of("")).unwrap();
    let whole = writer.document_builder().build(&post("a", "words"), 1).unwrap();
    let mut nameless = PostDocument::new();
    nameless.add_custom(writer.fields.record, whole.custom(writer.fields.record).unwrap().to_vec());
    writer.add(whole).unwrap();
    writer.add(nameless).unwrap();
    writer.commit().unwrap();
    writer.close().unwrap();
    let opened = Writer::open(dir.path(), Provenance::of("")).unwrap();
    assert!(matches!(opened, OpenOutcome::NeedsRebuild(RebuildReason::Damaged(_))));
    assert!(matches!(Snapshot::open_dir(dir.path()), Err(IndexError::ManifestMismatch)));
}
