//! The checks that the sync loop repeats: settings files, content directory, index directory, clock.

use std::time::Instant;

use super::health::HealthCheck;
use super::metadata_fingerprint::{LoadedSettings, SettingsFilesFingerprint};
use super::sync_control::ReindexAction;
use super::sync_loop::SyncLoop;
use super::sync_setup::SyncSetup;
use crate::config::Config;
use crate::reindex::file_version::UNSETTLED_FOR;
use crate::reindex::{OpenMode, WatchMode, Watcher};

impl SyncLoop {
    /// Checks the settings files, the content directory and the index directory.
    pub(super) fn check_files(&mut self) {
        self.check_settings();
        if self.watcher.renew() {
            self.reconcile_at = Instant::now();
        }
        self.check_watcher();
        match &self.indexer {
            Some(indexer) if indexer.is_replaced() => {
                tracing::warn!("another process has replaced the index; reopening it");
                self.indexer = None;
                self.open_indexer(OpenMode::Update);
            }
            Some(_) => {}
            None => {
                self.publish_external_commit();
                if self.writes_index() && self.retry_at <= Instant::now() {
                    self.open_indexer(OpenMode::Update);
                }
            }
        }
    }

    fn check_settings(&mut self) {
        let files = Some(SettingsFilesFingerprint::of(&self.config.site_dir, &self.site.settings_files));
        let is_due = self.settings.reload_at.is_some_and(|at| at <= Instant::now());
        let is_changed = files != self.settings.files;
        if !is_changed && !is_due {
            return;
        }
        let is_changed_now = is_changed && self.settings.files.is_some();
        if is_changed_now {
            // The ignore rules may have changed.
            self.reconcile_at = Instant::now();
        }
        self.settings = LoadedSettings { files, reload_at: None };
        let is_loaded = self.reload_settings();
        // The settings may come from other files now.
        let read = SettingsFilesFingerprint::of(&self.config.site_dir, &self.site.settings_files);
        // The clock of a network file system may differ from this machine's, so that a new file looks old. An invalid file
        // may be one from which no settings were read before.
        let is_unsettled = is_changed_now || read.is_unsettled() || !is_loaded;
        let reload_at = is_unsettled.then(|| Instant::now() + UNSETTLED_FOR);
        self.settings = LoadedSettings { files: Some(read), reload_at };
    }

    /// Prepares what an admin call asks for: the next comparison, which is due now, does it.
    pub(super) fn start_reindexing(&mut self, action: ReindexAction) {
        match action {
            ReindexAction::Compare => {
                tracing::info!("comparing all content, as requested");
                if self.indexer.is_none() {
                    self.open_indexer(OpenMode::Update);
                }
            }
            ReindexAction::Rebuild => {
                tracing::info!("rebuilding the index, as requested");
                self.release_index();
                self.open_indexer(OpenMode::Rebuild);
            }
        }
        if self.indexer.is_some() {
            self.reconcile_at = Instant::now();
        }
    }

    /// Reports how changes are detected, and why not by events.
    pub(super) fn check_watcher(&mut self) {
        let health = &self.engine.health;
        health.record_watch_mode(self.watcher.mode());
        match self.watcher.mode() {
            WatchMode::Polling(Some(reason)) => {
                let seconds = self.config.poll_every.as_secs_f32();
                let message = format!("polling every {seconds} s: file events are unavailable: {reason}");
                health.report_problem(HealthCheck::Watching, message);
            }
            WatchMode::Missing => {
                let dir = self.site.content_dir.display();
                let message = format!("cannot watch {dir}: no such directory; checking for it every second");
                health.report_problem(HealthCheck::Watching, message);
            }
            WatchMode::Off | WatchMode::Events | WatchMode::Polling(None) => {
                match self.watcher.left_git_lock() {
                    Some(lock) => {
                        let message = format!(
                            "{} was left behind by a git process that was killed; changes are indexed without waiting \
                         for it; if no git process is running, remove it",
                            lock.display()
                        );
                        health.report_problem(HealthCheck::Watching, message);
                    }
                    None => health.report_recovery(HealthCheck::Watching),
                }
            }
        }
    }

    /// Compares publication dates again after the clock was set, and reports a clock that is behind.
    pub(super) fn check_clock(&mut self) {
        if let Some(step) = self.clock_check.step() {
            tracing::warn!(
                "the system clock was set by {} s; comparing publication dates again",
                step.as_secs()
            );
            self.reconcile_at = Instant::now();
        }
        match self.clock.later_time_seen() {
            Some(latest) => {
                let message = format!(
                    "the system clock is behind: it was {latest:.0} earlier; published posts stay visible, and posts \
                     dated later than the clock are hidden; set the clock, or restart bloghound if the clock is right"
                );
                self.engine.health.report_problem(HealthCheck::Clock, message);
            }
            None => self.engine.health.report_recovery(HealthCheck::Clock),
        }
    }

    /// Loads the settings again. Returns whether they are valid.
    fn reload_settings(&mut self) -> bool {
        let (config, site) = match (self.reload)() {
            Ok(settings) => settings,
            Err(message) => {
                let message = format!("{message}; the previous settings stay in effect");
                self.engine.health.report_problem(HealthCheck::Settings, message);
                return false;
            }
        };
        self.engine.health.report_recovery(HealthCheck::Settings);
        let settings_files = std::mem::replace(&mut self.site.settings_files, site.settings_files.clone());
        if config == self.config && site == self.site {
            return true;
        }
        self.site.settings_files = settings_files;
        tracing::info!("the settings have changed");
        let ignored = changed_startup_settings(&self.config, &config);
        if !ignored.is_empty() {
            tracing::warn!(
                "{}: read only at the start; restart bloghound to apply the change",
                ignored.join(", ")
            );
        }
        self.engine.configure(&config);
        let watch_options = SyncSetup::watch_options(&config, &site);
        if self.watches_content && watch_options != SyncSetup::watch_options(&self.config, &self.site) {
            self.watcher = Watcher::new(Some(watch_options));
            self.share_waker();
        }
        (self.config, self.site) = (config, site);
        self.release_index();
        if self.writes_index() {
            self.open_indexer(OpenMode::Update);
        }
        true
    }
}

/// Returns the names of the changed settings that are read only when the service starts: all of `[http]`, so that a new
/// one is among them.
fn changed_startup_settings(before: &Config, after: &Config) -> Vec<String> {
    let changed = after.effective.changed_from(&before.effective);
    let is_of_startup = |key: &&str| key.starts_with("http.") || *key == "watch.unready_after_s";
    changed.filter(is_of_startup).map(|key| format!("`{key}`")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Overrides;

    /// Another value than the default for each setting of `[http]`.
    const CHANGES: &str = "
        allow_origins = []
        public_url = 'https://search.example'
        hosts = ['search.example']
        header_timeout_s = 2
        idle_timeout_s = 2
        write_timeout_s = 2
        request_timeout_s = 2
        max_connections = 20
        max_streams = 2
        max_uri_bytes = 2000
        max_header_bytes = 2000
        max_body_bytes = 2000
        max_bodies_bytes = 2000000
        max_partial_heads_bytes = 2000000
        shutdown_s = 2
        cache_max_age_s = 2
        rate_per_second = 2
        rate_burst = 2
        trusted_proxies = ['unix']
        base_path = '/search'
        preview = true
        queue_ms = 20
        private = true
        keys_file = 'other.keys.toml'
        query_log = 'queries.jsonl'
        query_log_max_bytes = 100000
        query_log_old_files = 2
        tls.cert = 'cert.pem'
        tls.key = 'key.pem'";

    fn config(settings: &str) -> Config {
        let site = tempfile::tempdir().unwrap();
        std::fs::write(site.path().join("bloghound.toml"), settings).unwrap();
        Config::load(Overrides { site: site.path().to_owned(), ..Overrides::default() }).unwrap()
    }

    #[test]
    fn every_setting_of_http_is_reported_as_read_only_at_the_start() {
        let defaults = config("");
        let keys: Vec<&str> = defaults.effective.iter().map(|setting| setting.key).collect();
        let of_http: Vec<String> =
            keys.iter().filter(|key| key.starts_with("http.")).map(|key| format!("`{key}`")).collect();
        let changed = config(&format!("[http]\n{CHANGES}"));
        // A new setting has to be added to `CHANGES`.
        assert_eq!(changed_startup_settings(&defaults, &changed), of_http);
        assert_eq!(changed_startup_settings(&changed, &changed), [""; 0]);
        let watch = config("[watch]\nunready_after_s = 2\ndebounce_ms = 2");
        assert_eq!(changed_startup_settings(&defaults, &watch), ["`watch.unready_after_s`"]);
    }
}
