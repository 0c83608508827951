//! A post as a Tantivy document.
//!
//! Tantivy's own document type copies all values into one buffer; this one hands out references. It also
//! releases memory of the budget when Tantivy drops it: Tantivy's queue is limited by the number of
//! documents, and these range from a kilobyte to ten megabytes.

use std::fmt;
use std::iter::Empty;

use tantivy::Document;
use tantivy::schema::document::{ReferenceValue, ReferenceValueLeaf};
use tantivy::schema::{Field, Value};

use super::memory_budget::MemoryPermit;

/// The field values of a post.
#[derive(Debug, Default)]
pub struct PostDocument {
    values: Vec<(Field, FieldValue)>,
    /// Released when Tantivy drops the document.
    permit: Option<MemoryPermit>,
}

/// The value of a field.
enum FieldValue {
    Text(String),
    Custom(Vec<u8>),
    U64(u64),
    I64(i64),
    F64(f64),
}

impl PostDocument {
    /// Returns a document without values.
    #[must_use]
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds a text value.
    pub(crate) fn add_text(&mut self, field: Field, text: impl Into<String>) {
        self.values.push((field, FieldValue::Text(text.into())));
    }

    /// Adds a value that a segment plugin stores.
    pub(crate) fn add_custom(&mut self, field: Field, bytes: Vec<u8>) {
        self.values.push((field, FieldValue::Custom(bytes)));
    }

    /// Returns the value that a segment plugin stores in the field.
    #[must_use]
    pub(crate) fn custom(&self, field: Field) -> Option<&[u8]> {
        self.values.iter().find_map(|(of, value)| match value {
            FieldValue::Custom(bytes) if *of == field => Some(bytes.as_slice()),
            _ => None,
        })
    }

    /// Adds an unsigned integer.
    pub(crate) fn add_u64(&mut self, field: Field, number: u64) {
        self.values.push((field, FieldValue::U64(number)));
    }

    /// Adds a signed integer.
    pub(crate) fn add_i64(&mut self, field: Field, number: i64) {
        self.values.push((field, FieldValue::I64(number)));
    }

    /// Adds a floating-point number.
    pub(crate) fn add_f64(&mut self, field: Field, number: f64) {
        self.values.push((field, FieldValue::F64(number)));
    }

    /// Returns the memory that the values use, in bytes.
    #[must_use]
    pub(crate) fn size(&self) -> usize {
        let bytes = self.values.iter().map(|(_, value)| match value {
            FieldValue::Text(text) => text.len(),
            FieldValue::Custom(bytes) => bytes.len(),
            FieldValue::U64(_) | FieldValue::I64(_) | FieldValue::F64(_) => 0,
        });
        bytes.sum::<usize>() + self.values.len() * size_of::<(Field, FieldValue)>()
    }

    /// Keeps the permit until the document is dropped.
    pub(crate) fn hold(&mut self, permit: MemoryPermit) {
        self.permit = Some(permit);
    }
}

impl fmt::Debug for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        DocumentValue(self).fmt(f)
    }
}

/// A borrowed field value.
#[derive(Clone, Copy)]
pub struct DocumentValue<'a>(&'a FieldValue);

impl DocumentValue<'_> {
    fn leaf(value: &FieldValue) -> ReferenceValueLeaf<'_> {
        match value {
            FieldValue::Text(text) => ReferenceValueLeaf::Str(text),
            FieldValue::Custom(bytes) => ReferenceValueLeaf::Custom(bytes),
            FieldValue::U64(number) => ReferenceValueLeaf::U64(*number),
            FieldValue::I64(number) => ReferenceValueLeaf::I64(*number),
            FieldValue::F64(number) => ReferenceValueLeaf::F64(*number),
        }
    }
}

impl fmt::Debug for DocumentValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Self::leaf(self.0).fmt(f)
    }
}

impl<'a> Value<'a> for DocumentValue<'a> {
    type ArrayIter = Empty<Self>;
    type ObjectIter = Empty<(&'a str, Self)>;

    fn as_value(&self) -> ReferenceValue<'a, Self> {
        ReferenceValue::Leaf(Self::leaf(self.0))
    }
}

/// Iterator over fields and values, in the order in which they were added.
pub struct DocumentValues<'a>(std::slice::Iter<'a, (Field, FieldValue)>);

impl<'a> Iterator for DocumentValues<'a> {
    type Item = (Field, DocumentValue<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(field, value)| (*field, DocumentValue(value)))
    }
}

impl Document for PostDocument {
    type Value<'a> = DocumentValue<'a>;
    type FieldsValuesIter<'a> = DocumentValues<'a>;

    fn iter_fields_and_values(&self) -> DocumentValues<'_> {
        DocumentValues(self.values.iter())
    }
}
