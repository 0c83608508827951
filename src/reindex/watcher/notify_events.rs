//! What notify reports, and how it is asked for folders.

use std::path::Path;

use notify::event::{CreateKind, ModifyKind};
use notify::{ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::reindex::change::Dirty;

/// Attempts to watch a folder below which others disappear at the same time.
const WATCH_ATTEMPTS: usize = 3;

/// Watches a folder with everything below it, while folders below it may disappear.
pub(super) fn watch_folder(watcher: &mut RecommendedWatcher, folder: &Path) -> notify::Result<()> {
    let mut result = Ok(());
    for _ in 0..WATCH_ATTEMPTS {
        result = watcher.watch(folder, RecursiveMode::Recursive);
        match &result {
            Err(error) if is_not_found(error) => {}
            _ => break,
        }
    }
    result
}

fn is_not_found(error: &notify::Error) -> bool {
    match &error.kind {
        ErrorKind::PathNotFound => true,
        ErrorKind::Io(error) => error.kind() == std::io::ErrorKind::NotFound,
        _ => false,
    }
}

/// Returns whether notify starts to watch folders because of the event, or should have: a folder that became
/// readable. Only inotify watches folders one by one.
pub(super) fn may_hide_a_folder(event: &Event) -> bool {
    let is_of_folders = match event.kind {
        EventKind::Create(kind) => kind == CreateKind::Folder,
        EventKind::Modify(kind) => matches!(kind, ModifyKind::Metadata(_) | ModifyKind::Name(_)),
        _ => false,
    };
    cfg!(any(target_os = "linux", target_os = "android")) && is_of_folders
}

/// Returns whether the path is a folder and no link to one.
pub(super) fn is_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir())
}

/// Returns whether an event is a read, and no lost events are to be made up for.
pub(super) fn is_access(event: &notify::Result<Event>) -> bool {
    event.as_ref().is_ok_and(|event| !event.need_rescan() && matches!(event.kind, EventKind::Access(_)))
}

/// Returns why file events are unavailable, and what to do.
pub(super) fn reason(error: &notify::Error) -> String {
    let is_out_of_instances = matches!(&error.kind, ErrorKind::Io(error) if error.raw_os_error() == Some(24));
    match error.kind {
        ErrorKind::MaxFilesWatch => "the limit of watched folders is reached; raise \
             fs.inotify.max_user_watches, for example with `sysctl fs.inotify.max_user_watches=524288`"
            .to_owned(),
        _ if is_out_of_instances => "the limit of watchers is reached; raise \
             fs.inotify.max_user_instances, for example with `sysctl fs.inotify.max_user_instances=512`"
            .to_owned(),
        _ => error.to_string(),
    }
}

/// Returns what an event marks as dirty; `None` if it is a read.
pub(super) fn dirty_of(event: notify::Result<Event>) -> Option<Dirty> {
    match event {
        event if is_access(&event) => None,
        Ok(event) if event.need_rescan() => Some(Dirty::Everything),
        Ok(event) => Some(Dirty::Paths(event.paths.into_iter().collect())),
        Err(_) => Some(Dirty::Everything),
    }
}
