//! Damaged and forged bundles: each is rejected, and the index stays as it was.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use serde_json::Value;
use tar::{Archive, EntryType, Header};

use super::{answers, kitchen, ok, pack, run};

/// A member of the archive.
#[derive(Clone)]
struct Member {
    name: String,
    kind: EntryType,
    bytes: Vec<u8>,
}

fn members_of(bundle: &Path) -> Vec<Member> {
    let mut archive = Archive::new(zstd::Decoder::new(fs::File::open(bundle).unwrap()).unwrap());
    let read = |mut entry: tar::Entry<'_, _>| {
        let name = String::from_utf8(entry.path_bytes().into_owned()).unwrap();
        let mut bytes = Vec::new();
        Read::read_to_end(&mut entry, &mut bytes).unwrap();
        Member { name, kind: EntryType::Regular, bytes }
    };
    archive.entries().unwrap().map(|entry| read(entry.unwrap())).collect()
}

/// The archive of the members. Names and types are written as they are, valid or not.
fn archive_of(members: &[Member]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for Member { name, kind, bytes } in members {
        let mut header = Header::new_ustar();
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(*kind);
        header.set_size(bytes.len() as u64);
        if *kind == EntryType::Symlink {
            header.set_link_name("/etc/passwd").unwrap();
        }
        header.set_cksum();
        archive.append(&header, bytes.as_slice()).unwrap();
    }
    archive.into_inner().unwrap()
}

fn packed(archive: &[u8]) -> Vec<u8> {
    zstd::encode_all(archive, 1).unwrap()
}

fn repacked(members: &[Member]) -> Vec<u8> {
    packed(&archive_of(members))
}

/// The members with another manifest, whose own checksum is correct.
fn redescribed(members: &[Member], change: impl Fn(&mut Value)) -> Vec<Member> {
    let mut members = members.to_vec();
    let mut description: Value = serde_json::from_slice(&members[0].bytes).unwrap();
    change(&mut description);
    description["checksum"] = "".into();
    let checksum = blake3::hash(&serde_json::to_vec_pretty(&description).unwrap());
    description["checksum"] = checksum.to_hex().as_str().into();
    members[0].bytes = serde_json::to_vec_pretty(&description).unwrap();
    members
}

/// Asserts that `verify` and `install` reject a bundle with the reason and change nothing.
struct Server {
    dir: tempfile::TempDir,
    answers: Vec<Value>,
    pointers: [Option<String>; 2],
}

impl Server {
    fn with(bundle: &Path) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for _ in 0..2 {
            ok(dir.path(), &["bundle", "install", bundle.to_str().unwrap()]);
        }
        Self { answers: answers(dir.path()), pointers: pointers(dir.path()), dir }
    }

    fn assert_rejected(&self, case: &str, bundle: &[u8], reason: &str) {
        let file = self.dir.path().join("broken.tar.zst");
        fs::File::create(&file).unwrap().write_all(bundle).unwrap();
        for command in ["verify", "install"] {
            let output = run(self.dir.path(), &["bundle", command, "broken.tar.zst"]);
            assert_eq!(output.code, 1, "{case}: {command} printed {}", output.stdout);
            assert!(output.stderr.contains(reason), "{case}: {command} printed {}", output.stderr);
            assert!(output.stderr.contains("broken.tar.zst"), "{case}: {}", output.stderr);
        }
        self.assert_unchanged(case);
    }

    fn assert_unchanged(&self, case: &str) {
        assert_eq!(pointers(self.dir.path()), self.pointers, "{case}");
        assert_eq!(super::generations(self.dir.path()).len(), 2, "{case}: a generation is left behind");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(answers(self.dir.path()), self.answers);
        }
    }
}

fn pointers(dir: &Path) -> [Option<String>; 2] {
    ["CURRENT", "PREVIOUS"].map(|name| fs::read_to_string(dir.join("index").join(name)).ok())
}

#[test]
fn rejects_a_bundle_with_a_changed_byte() {
    let site = kitchen();
    let bundle = pack(&site);
    let server = Server::with(&bundle);
    let members = members_of(&bundle);
    assert!(members.len() >= 10, "only {} members", members.len());
    for (at, member) in members.iter().enumerate().filter(|(_, member)| !member.bytes.is_empty()) {
        for offset in [0, member.bytes.len() / 2, member.bytes.len() - 1] {
            let mut members = members.clone();
            members[at].bytes[offset] ^= 1;
            let reason = if at == 0 { "bundle.json" } else { "does not match its checksum in bundle.json" };
            server.assert_rejected(&format!("byte {offset} of {}", member.name), &repacked(&members), reason);
        }
    }
    let whole = fs::read(&bundle).unwrap();
    for offset in [0, whole.len() / 3, whole.len() / 2, whole.len() - 1] {
        let mut bytes = whole.clone();
        bytes[offset] ^= 0x10;
        server.assert_rejected(&format!("packed byte {offset}"), &bytes, "is damaged");
    }
}

#[test]
fn rejects_a_manifest_with_a_changed_byte() {
    let site = kitchen();
    let bundle = pack(&site);
    let members = members_of(&bundle);
    let file = bundle.with_file_name("changed.tar.zst");
    for offset in 0..members[0].bytes.len() {
        let mut members = members.clone();
        members[0].bytes[offset] ^= 1;
        fs::write(&file, repacked(&members)).unwrap();
        let error = bloghound::index::bundle::verify(&file).map(|_| offset).unwrap_err().to_string();
        assert!(error.contains("bundle.json") || error.contains("made by"), "byte {offset}: {error}");
    }
}

#[test]
fn rejects_a_truncated_bundle() {
    let site = kitchen();
    let bundle = pack(&site);
    let server = Server::with(&bundle);
    let whole = fs::read(&bundle).unwrap();
    for length in [0, 1, 4, 100, whole.len() / 4, whole.len() / 2, whole.len() - 5, whole.len() - 1] {
        server.assert_rejected(&format!("cut at {length}"), &whole[..length], "is damaged");
    }
    let archive = archive_of(&members_of(&bundle));
    for length in [512, 700, 4_000, archive.len() / 2, archive.len() - 2_000] {
        server.assert_rejected(
            &format!("unpacked, cut at {length}"),
            &packed(&archive[..length]),
            "is damaged",
        );
    }
    let mut longer = whole.clone();
    longer.extend_from_slice(b"more");
    server.assert_rejected("something behind it", &longer, "is damaged");
    let mut longer = archive.clone();
    longer.extend_from_slice(&[7; 512]);
    server.assert_rejected(
        "something behind the archive",
        &packed(&longer),
        "trailing data after the archive",
    );
    server.assert_rejected("no bundle", b"what is this?", "cannot decompress it");
    server.assert_rejected("another archive", &packed(b"what is this?"), "is damaged");
}

#[test]
fn rejects_missing_and_additional_members() {
    let site = kitchen();
    let bundle = pack(&site);
    let server = Server::with(&bundle);
    let members = members_of(&bundle);
    let extra = |name: &str, kind| Member { name: name.to_owned(), kind, bytes: Vec::new() };
    let with = |member: Member, at: usize| {
        let mut members = members.clone();
        members.insert(at, member);
        repacked(&members)
    };
    let end = members.len();
    for (name, kind) in [
        ("more.term", EntryType::Regular),
        ("../evil", EntryType::Regular),
        ("/tmp/evil", EntryType::Regular),
        ("link", EntryType::Symlink),
        ("folder/", EntryType::Directory),
        ("meta.json", EntryType::Regular),
    ] {
        server.assert_rejected(name, &with(extra(name, kind), end), "unexpected file");
        server.assert_rejected(name, &with(extra(name, kind), 3), "instead of");
        server.assert_rejected(name, &with(extra(name, kind), 0), "instead of bundle.json");
    }
    for at in 0..end {
        let mut missing = members.clone();
        let gone = missing.remove(at).name;
        server.assert_rejected(&format!("without {gone}"), &repacked(&missing), &gone);
        let mut link = members.clone();
        link[at] = extra(&link[at].name, EntryType::Symlink);
        server.assert_rejected(&format!("{gone} as a link"), &repacked(&link), "is not a regular file");
    }
    let mut longer = members.clone();
    longer[1].bytes.push(0);
    server.assert_rejected("a longer member", &repacked(&longer), "bytes instead of");
    let mut swapped = members.clone();
    swapped.swap(1, 2);
    server.assert_rejected("another order", &repacked(&swapped), "instead of");
    let mut long_name = members.clone();
    long_name.insert(1, Member { bytes: vec![b'x'; 300], ..extra("././@LongLink", EntryType::GNULongName) });
    server.assert_rejected("a long name", &repacked(&long_name), "instead of");
}

#[test]
fn rejects_a_manifest_that_contradicts_the_files() {
    let site = kitchen();
    let bundle = pack(&site);
    let server = Server::with(&bundle);
    let members = members_of(&bundle);
    let lie = |change: &dyn Fn(&mut Value)| redescribed(&members, change);
    for name in ["../evil", "/tmp/evil", ".lock", ".tantivy-writer.lock", "", "..", "a/b", "a\\b"] {
        let mut members = lie(&|description| description["files"][0]["name"] = name.into());
        members[1].name = name.to_owned();
        server.assert_rejected(name, &repacked(&members), "lists a file outside the index");
    }
    for (key, value) in [("format", 2.into()), ("schema", 999.into()), ("analysis", Value::from(0))] {
        let reason = format!("{key} {value}");
        let members = lie(&|description| description[key] = value.clone());
        server.assert_rejected(key, &repacked(&members), &reason);
        server.assert_rejected(key, &repacked(&members), "use the same version on both sides");
    }
    let twice = lie(&|description| description["files"][1] = description["files"][0].clone());
    server.assert_rejected("a file twice", &repacked(&twice), "twice");
    let huge = lie(&|description| description["files"][0]["bytes"] = (1_u64 << 40).into());
    server.assert_rejected("a huge file", &repacked(&huge), "lists files of more than 64 GiB");
    let mut bomb = members.clone();
    bomb[0].bytes = vec![b' '; 2 << 20];
    server.assert_rejected("a huge description", &repacked(&bomb), "bundle.json is too large");
    // Some damage shows only when the index is opened, which `install` does.
    for (key, value) in [("posts", 4.into()), ("content_digest", Value::from("00")), ("settings", "x".into())]
    {
        let members = lie(&|description| description[key] = value.clone());
        fs::write(server.dir.path().join("lie.tar.zst"), repacked(&members)).unwrap();
        let output = run(server.dir.path(), &["bundle", "install", "lie.tar.zst"]);
        assert_eq!(output.code, 1, "{key}: {}", output.stdout);
        assert!(output.stderr.contains("does not match its manifest"), "{key}: {}", output.stderr);
        server.assert_unchanged(key);
    }
}

#[test]
fn verify_reports_the_problem_as_json() {
    let site = kitchen();
    let bundle = pack(&site);
    let whole = fs::read(&bundle).unwrap();
    fs::write(&bundle, &whole[..whole.len() / 2]).unwrap();
    let output = run(site.root(), &["bundle", "verify", "search.tar.zst", "--json"]);
    assert_eq!((output.code, &output.json()["sound"]), (1, &false.into()));
    assert!(output.json()["problem"].as_str().unwrap().contains("is damaged"));
    for (args, code, reason) in [
        (&["bundle", "verify", "none.tar.zst"][..], 1, "cannot read the bundle none.tar.zst"),
        (&["bundle", "create", "no/such/folder/x"], 1, "cannot write no/such/folder/x"),
        (&["bundle", "create", "x", "--index", "none"], 1, "build it with `bloghound index`"),
        (&["bundle", "install"], 2, "FILE"),
        (&["bundle"], 2, "Usage"),
    ] {
        let output = run(site.root(), args);
        assert_eq!(output.code, code, "{args:?}: {}", output.stderr);
        assert!(output.stderr.contains(reason), "{args:?}: {}", output.stderr);
    }
}

#[test]
fn rejects_an_index_with_a_duplicate_post() {
    let site = kitchen();
    let bundle = pack(&site);
    let server = Server::with(&bundle);
    let damaged = crate::duplicates::damaged_site();
    let dir = bloghound::index::generation::current(&damaged.root().join("index")).unwrap();
    let is_member = |name: &String| !name.contains(".lock") && name != "bundle.json";
    let names = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let of_file = |name: String| {
        let bytes = fs::read(dir.join(&name)).unwrap();
        Member { name, kind: EntryType::Regular, bytes }
    };
    let mut members = vec![members_of(&bundle).swap_remove(0)];
    members.extend(names.filter(is_member).map(of_file));
    let files: Vec<Value> = members[1..].iter().map(described).collect();
    let members = redescribed(&members, |description| description["files"] = files.clone().into());
    server.assert_rejected("a post twice", &repacked(&members), "post food/bread/_index.md is indexed twice");
}

fn described(member: &Member) -> Value {
    let blake3 = blake3::hash(&member.bytes).to_hex();
    serde_json::json!({ "name": member.name, "bytes": member.bytes.len(), "blake3": blake3.as_str() })
}
