//! What Tantivy takes in of a post: its fields' values, as they are.
//!
//! Tantivy's own document copies all values into one buffer, packed tokens and texts too; this one is
//! read where it stands. And it tells when Tantivy is done with it, for Tantivy's queue counts
//! documents, be they of a kilobyte or of ten megabytes.

use std::fmt;
use std::iter::Empty;

use tantivy::Document;
use tantivy::schema::document::{ReferenceValue, ReferenceValueLeaf};
use tantivy::schema::{Field, Value};

use super::memory_budget::MemoryPermit;

/// A post as Tantivy takes it in.
#[derive(Debug, Default)]
pub struct PostDocument {
    values: Vec<(Field, FieldValue)>,
    /// Given back when Tantivy has dropped the entry.
    permit: Option<MemoryPermit>,
}

/// A value of a field.
enum FieldValue {
    Text(String),
    Custom(Vec<u8>),
    U64(u64),
    I64(i64),
    F64(f64),
}

impl PostDocument {
    /// One without values.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text.
    pub fn add_text(&mut self, field: Field, text: impl Into<String>) {
        self.values.push((field, FieldValue::Text(text.into())));
    }

    /// Adds what a plugin of the index writes.
    pub fn add_custom(&mut self, field: Field, bytes: Vec<u8>) {
        self.values.push((field, FieldValue::Custom(bytes)));
    }

    /// What a plugin of the index writes.
    #[must_use]
    pub fn custom(&self, field: Field) -> Option<&[u8]> {
        self.values.iter().find_map(|(of, value)| match value {
            FieldValue::Custom(bytes) if *of == field => Some(bytes.as_slice()),
            _ => None,
        })
    }

    /// Adds a number.
    pub fn add_u64(&mut self, field: Field, number: u64) {
        self.values.push((field, FieldValue::U64(number)));
    }

    /// Adds a number that may be negative.
    pub fn add_i64(&mut self, field: Field, number: i64) {
        self.values.push((field, FieldValue::I64(number)));
    }

    /// Adds a number with a fraction.
    pub fn add_f64(&mut self, field: Field, number: f64) {
        self.values.push((field, FieldValue::F64(number)));
    }

    /// The memory that its values take, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        let bytes = self.values.iter().map(|(_, value)| match value {
            FieldValue::Text(text) => text.len(),
            FieldValue::Custom(bytes) => bytes.len(),
            FieldValue::U64(_) | FieldValue::I64(_) | FieldValue::F64(_) => 0,
        });
        bytes.sum::<usize>() + self.values.len() * size_of::<(Field, FieldValue)>()
    }

    /// Holds a permit until it is dropped.
    pub fn hold(&mut self, permit: MemoryPermit) {
        self.permit = Some(permit);
    }
}

impl fmt::Debug for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        DocumentValue(self).fmt(f)
    }
}

/// A value of an entry, as Tantivy reads it.
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

/// The fields and values of an entry, in the order in which they were added.
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
