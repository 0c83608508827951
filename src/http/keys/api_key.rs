//! A key: its text, its scope, and the digest by which it is known.

use std::fmt::{self, Write};

use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};

/// Random bytes of a key.
const SECRET_BYTES: usize = 32;
/// Length of an id: digits of the digest.
const ID_DIGITS: usize = 8;

/// What a key allows. A scope includes the previous ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum KeyScope {
    /// Searches and pages of a private blog.
    Search,
    /// Admin calls as well.
    Admin,
}

impl KeyScope {
    /// Returns the name in the file and in messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Admin => "admin",
        }
    }

    /// Returns whether a key of this scope is enough for what needs `needed`.
    pub(in crate::http) fn includes(self, needed: Self) -> bool {
        self >= needed
    }
}

/// The SHA-256 of a key's text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct KeyDigest([u8; 32]);

impl KeyDigest {
    /// Returns the digest of a key.
    pub(super) fn of(key: &[u8]) -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, key).as_ref());
        Self(bytes)
    }

    /// Returns the id of the key: the first digits of its digest, so that whoever has a key can tell which one it is.
    pub(super) fn id(&self) -> String {
        let mut id = String::from(*self);
        id.truncate(ID_DIGITS);
        id
    }
}

/// Returns whether a text looks like the id of a key.
pub(super) fn is_id(text: &str) -> bool {
    text.len() == ID_DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

impl From<KeyDigest> for String {
    fn from(KeyDigest(bytes): KeyDigest) -> Self {
        hexadecimal(&bytes)
    }
}

impl TryFrom<String> for KeyDigest {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        let expected = "invalid `sha256`; expected 64 hexadecimal digits";
        let is_valid = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate().filter(|_| is_valid) {
            *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).map_err(|_| expected)?;
        }
        if is_valid { Ok(Self(bytes)) } else { Err(expected) }
    }
}

/// Shows the id alone.
impl fmt::Debug for KeyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyDigest({})", self.id())
    }
}

/// A new key, to be shown once. Its debug form has no secret.
pub(crate) struct NewKey {
    text: String,
}

impl NewKey {
    /// Returns a key with random numbers of the operating system; `None` if it has none.
    pub(super) fn random(scope: KeyScope) -> Option<Self> {
        let mut secret = [0; SECRET_BYTES];
        SystemRandom::new().fill(&mut secret).ok()?;
        // The prefix tells people and secret scanners what it is.
        Some(Self { text: format!("bh_{}_{}", scope.name(), hexadecimal(&secret)) })
    }

    /// Returns the text of the key.
    pub(crate) fn reveal(&self) -> &str {
        &self.text
    }

    pub(super) fn digest(&self) -> KeyDigest {
        KeyDigest::of(self.text.as_bytes())
    }
}

impl fmt::Debug for NewKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewKey({})", self.digest().id())
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_sha_256_in_hexadecimal() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(String::from(KeyDigest::of(b"")), empty);
        assert_eq!(KeyDigest::try_from(empty.to_owned()), Ok(KeyDigest::of(b"")));
        assert_eq!(KeyDigest::try_from(empty.to_uppercase()), Ok(KeyDigest::of(b"")));
        assert_eq!(KeyDigest::of(b"").id(), "e3b0c442");
        let signed = format!("+1{}", &empty[2..]);
        for text in ["", "e3", &empty[1..], &format!("{empty}0"), &signed, &"é".repeat(32), &"g".repeat(64)]
        {
            assert!(KeyDigest::try_from((*text).to_owned()).is_err(), "{text}");
        }
    }

    #[test]
    fn keys_have_a_recognizable_prefix_and_256_random_bits() {
        let keys: std::collections::BTreeSet<String> =
            (0..100).map(|_| NewKey::random(KeyScope::Search).unwrap().text).collect();
        assert_eq!(keys.len(), 100);
        for key in &keys {
            let digits = key.strip_prefix("bh_search_").unwrap();
            assert!(digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()), "{key}");
        }
        assert!(NewKey::random(KeyScope::Admin).unwrap().reveal().starts_with("bh_admin_"));
    }

    #[test]
    fn a_key_is_not_in_debug_output() {
        let key = NewKey::random(KeyScope::Admin).unwrap();
        let secret = key.reveal().rsplit('_').next().unwrap();
        assert!(!format!("{key:?}").contains(&secret[..8]), "{key:?}");
    }

    #[test]
    fn the_scope_admin_includes_searches() {
        assert!(KeyScope::Admin.includes(KeyScope::Search) && KeyScope::Admin.includes(KeyScope::Admin));
        assert!(KeyScope::Search.includes(KeyScope::Search) && !KeyScope::Search.includes(KeyScope::Admin));
    }
}
