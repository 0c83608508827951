//! XML documents.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

/// Writes a document whose root element `write` adds.
///
/// # Errors
/// If a part cannot be written; memory never fails.
pub(super) fn document(write: impl FnOnce(&mut Writer<Vec<u8>>) -> io::Result<()>) -> io::Result<String> {
    let mut writer = Writer::new(Vec::new());
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    write(&mut writer)?;
    String::from_utf8(writer.into_inner()).map_err(io::Error::other)
}

/// Adds an element with a text.
pub(super) fn text_element(writer: &mut Writer<Vec<u8>>, name: &str, text: &str) -> io::Result<()> {
    writer.create_element(name).write_text_content(BytesText::new(&printable(text)))?;
    Ok(())
}

/// Returns the text without the characters that XML cannot contain.
///
/// Source: <https://www.w3.org/TR/xml/#charsets>.
pub(super) fn printable(text: &str) -> String {
    let is_allowed = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}');
    text.chars().filter(is_allowed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_characters_that_xml_cannot_contain_are_removed() {
        let xml =
            document(|writer| text_element(writer, "a", "<b>&amp;\u{0}\u{b}\u{1f}\u{fffe}é😀\t\"")).unwrap();
        assert!(xml.ends_with("<a>&lt;b&gt;&amp;amp;é😀\t&quot;</a>"), "{xml}");
    }
}
