//! A Tantivy plugin that stores the post records of each segment in a file, which Tantivy writes, merges and
//! removes with the segment.
//!
//! Format, all numbers little-endian: length of the dictionary (`u32`), the dictionary, the records, the end
//! offset of each record (`u64` each), the number of records (`u32`).

use std::any::Any;
use std::io::Write;
use std::sync::{Arc, OnceLock};

use tantivy::directory::{TerminatingWrite, WritePtr};
use tantivy::index::SegmentComponent;
use tantivy::indexer::doc_id_mapping::{DocIdMapping, MappingType};
use tantivy::schema::document::ErasedDocument;
use tantivy::schema::{Field, Schema};
use tantivy::{
    DocId, PluginMergeContext, PluginWriter, PluginWriterContext, Segment, SegmentPlugin, TantivyError,
};

use super::codec::Codec;
use super::segment_records::{EXTENSION, SegmentRecords};
use crate::index::post_document::PostDocument;

/// Writes and merges the post records of segments.
pub(crate) struct PostStorePlugin {
    /// Field whose value is the record.
    pub field: Field,
    /// Codec of the records; set before the first document is added.
    pub codec: Arc<OnceLock<Arc<Codec>>>,
}

impl SegmentPlugin for PostStorePlugin {
    fn extensions(&self) -> &[&str] {
        &[EXTENSION]
    }

    fn create_writer(&self, context: &PluginWriterContext) -> tantivy::Result<Box<dyn PluginWriter>> {
        let dictionary = self.codec.get().map_or(&[][..], |codec| codec.dictionary());
        Ok(Box::new(RecordWriter {
            field: self.field,
            file: PostRecordFile::create(context.segment, dictionary)?,
        }))
    }

    fn merge(&self, context: PluginMergeContext) -> tantivy::Result<()> {
        if matches!(context.doc_id_mapping.mapping_type(), MappingType::Shuffled) {
            return Err(TantivyError::InternalError(
                "documents were reordered, which post records do not support".into(),
            ));
        }
        let mut merged: Option<PostRecordFile> = None;
        let mut dictionary = Vec::new();
        for reader in context.readers {
            let records = SegmentRecords::open(reader)?;
            let merged = match &mut merged {
                Some(merged) if records.dictionary() == dictionary => merged,
                Some(_) => return Err(damaged("segments of one index have different dictionaries")),
                None => {
                    dictionary = records.dictionary().to_vec();
                    merged.insert(PostRecordFile::create(context.target_segment, &dictionary)?)
                }
            };
            for doc in reader.doc_ids_alive() {
                merged.push(records.bytes(doc).ok_or_else(|| damaged("a document has no post record"))?)?;
            }
        }
        let merged = merged.map_or_else(|| PostRecordFile::create(context.target_segment, &[]), Ok);
        merged?.close()
    }
}

fn damaged(what: &str) -> TantivyError {
    TantivyError::DataCorruption(tantivy::error::DataCorruption::comment_only(what))
}

struct RecordWriter {
    field: Field,
    file: PostRecordFile,
}

impl PluginWriter for RecordWriter {
    fn add_document(&mut self, _: DocId, document: &dyn ErasedDocument, _: &Schema) -> tantivy::Result<()> {
        let entry = document.as_any().downcast_ref::<PostDocument>();
        let record = entry.and_then(|entry| entry.custom(self.field));
        let record = record.ok_or_else(|| damaged("a document has no post record"))?;
        self.file.push(record)
    }

    fn serialize(self: Box<Self>, _: &Segment, order: Option<&DocIdMapping>) -> tantivy::Result<()> {
        if order.is_some() {
            return Err(TantivyError::InternalError(
                "documents were reordered, which post records do not support".into(),
            ));
        }
        self.file.close()
    }

    fn mem_usage(&self) -> usize {
        self.file.ends.len() * size_of::<u64>()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// A file of post records while it is written.
struct PostRecordFile {
    file: WritePtr,
    ends: Vec<u64>,
    end: u64,
}

impl PostRecordFile {
    fn create(segment: &Segment, dictionary: &[u8]) -> tantivy::Result<Self> {
        let mut file = segment.open_write(SegmentComponent::Custom(EXTENSION.to_owned()))?;
        let len = u32::try_from(dictionary.len()).map_err(|_| damaged("the dictionary is too large"))?;
        file.write_all(&len.to_le_bytes())?;
        file.write_all(dictionary)?;
        Ok(Self { file, ends: Vec::new(), end: 4 + u64::from(len) })
    }

    fn push(&mut self, record: &[u8]) -> tantivy::Result<()> {
        self.file.write_all(record)?;
        self.end += record.len() as u64;
        self.ends.push(self.end);
        Ok(())
    }

    fn close(mut self) -> tantivy::Result<()> {
        for end in &self.ends {
            self.file.write_all(&end.to_le_bytes())?;
        }
        let count = u32::try_from(self.ends.len()).map_err(|_| damaged("the segment has too many posts"))?;
        self.file.write_all(&count.to_le_bytes())?;
        self.file.terminate()?;
        Ok(())
    }
}
