//! A real `bloghound serve` on an unused port.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{PATIENCE, own_variables, wait_until};

/// A running server, stopped when dropped.
pub(crate) struct Server {
    process: Child,
    base: String,
    /// Address of the admin endpoint, if it has one: `unix:PATH` or `ADDRESS:PORT`.
    admin: Option<String>,
    log: Receiver<String>,
    lines: Vec<String>,
}

/// An HTTP response.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: ureq::http::HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// The response to a GET request, whatever its status is.
pub(crate) fn get(url: &str) -> Answer {
    request(url, "GET", &[])
}

/// The response to a request with a method and headers.
pub(crate) fn request(url: &str, method: &str, headers: &[(&str, &str)]) -> Answer {
    send(url, method, headers, ())
}

/// The response to a request with a body.
pub(crate) fn send(url: &str, method: &str, headers: &[(&str, &str)], body: impl ureq::AsSendBody) -> Answer {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .allow_non_standard_methods(true)
        .timeout_global(Some(PATIENCE))
        .build()
        .into();
    let mut request = ureq::http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut response = agent.run(request.body(body).unwrap()).unwrap();
    Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: response.body_mut().read_to_string().unwrap(),
    }
}

impl Server {
    /// Starts a server with the site's own index.
    pub(crate) fn start(site: &Path) -> Self {
        Self::start_with(site, &site.join("index"), &[])
    }

    /// Starts a server with an index directory and more arguments.
    pub(crate) fn start_with(site: &Path, index: &Path, args: &[&str]) -> Self {
        let mut command = Self::command(site);
        command.arg("--index").arg(index).args(args);
        Self::launch(command)
    }

    /// Starts a server that serves a bundle, which it unpacks below `temporary`.
    pub(crate) fn start_bundle(site: &Path, bundle: &Path, temporary: &Path) -> Self {
        let mut command = Self::command(site);
        command.arg("--bundle").arg(bundle).env("TMPDIR", temporary);
        Self::launch(command)
    }

    /// The command of a server with the site's own index.
    pub(crate) fn command(site: &Path) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bloghound"));
        for name in own_variables() {
            command.env_remove(name);
        }
        command.args(["serve", "--addr", "127.0.0.1:0", "--site"]).arg(site);
        // In a terminal, SIGHUP would end the server.
        command.stdin(Stdio::null());
        command
    }

    /// Starts a server by a command that becomes one, and waits until it has an index to serve.
    pub(crate) fn launch(command: Command) -> Self {
        let server = Self::launch_unready(command);
        wait_until(|| server.get("/readyz").body, |ready| ready == "ready\n");
        server
    }

    /// Starts a server with the site's own index, and does not wait until that is built.
    pub(crate) fn start_unready(site: &Path) -> Self {
        Self::launch_unready(Self::command(site))
    }

    /// Starts a server by a command that becomes one, and waits until it listens.
    pub(crate) fn launch_unready(mut command: Command) -> Self {
        let mut process = command.stderr(Stdio::piped()).spawn().unwrap();
        let stderr = BufReader::new(process.stderr.take().unwrap());
        let (sender, log) = channel();
        std::thread::spawn(move || {
            stderr.lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        let mut server = Self { process, base: String::new(), admin: None, log, lines: Vec::new() };
        let line = server.wait_for_log("search page at ");
        // A server at a Unix socket has no address.
        let address = line.split("://").nth(1).and_then(|rest| rest.split('/').next());
        server.base = address.map_or_else(String::new, |address| format!("http://{address}"));
        let admin = server.lines.iter().find_map(|line| line.split_once("full status and metrics at "));
        server.admin = admin.map(|(_, address)| address.to_owned());
        server
    }

    /// Waits for the next line of the log that contains `text`.
    pub(crate) fn wait_for_log(&mut self, text: &str) -> String {
        loop {
            match self.log.recv_timeout(PATIENCE) {
                Ok(line) => self.lines.push(line),
                Err(error) => panic!("{text:?} did not appear ({error}); the log was {:#?}", self.lines),
            }
            if let Some(line) = self.lines.last().filter(|line| line.contains(text)) {
                return line.clone();
            }
        }
    }

    /// The first line of the log that contains all of `texts`; waits for it if it is not there yet.
    pub(crate) fn find_in_log(&mut self, texts: &[&str]) -> String {
        let mut at = 0;
        loop {
            while let Some(line) = self.lines.get(at) {
                if texts.iter().all(|text| line.contains(text)) {
                    return line.clone();
                }
                at += 1;
            }
            self.wait_for_log("");
        }
    }

    /// The lines of the log up to the last one that was waited for, at first the one with the address.
    pub(crate) fn log_so_far(&self) -> &[String] {
        &self.lines
    }

    /// The address with the port.
    pub(crate) fn address(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        get(&self.url(path))
    }

    /// The ids of the hits for a percent-encoded query, without `/_index.md`.
    pub(crate) fn hits(&self, query: &str) -> Vec<String> {
        let answer = self.get(&format!("/api/v1/search?q={query}")).json();
        let hits = answer["hits"].as_array().unwrap().iter();
        hits.map(|hit| hit["id"].as_str().unwrap().trim_end_matches("/_index.md").to_owned()).collect()
    }

    /// The address of the admin endpoint.
    pub(crate) fn admin(&self) -> &str {
        self.admin.as_deref().unwrap_or_else(|| panic!("no admin endpoint: {:#?}", self.lines))
    }

    /// The body of a response of the admin endpoint.
    pub(crate) fn admin_get(&self, path: &str) -> String {
        let Some(socket) = self.admin().strip_prefix("unix:") else {
            return get(&format!("http://{}{path}", self.admin())).body;
        };
        let mut stream = UnixStream::connect(socket).unwrap();
        write!(stream, "GET {path} HTTP/1.0\r\n\r\n").unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        let (head, body) = response.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(" 200 "), "{head}");
        body.to_owned()
    }

    /// The full status.
    pub(crate) fn full_status(&self) -> Value {
        serde_json::from_str(&self.admin_get("/api/v1/status")).unwrap()
    }

    /// The problems in the full status, as JSON.
    pub(crate) fn problems(&self) -> String {
        self.full_status()["problems"].to_string()
    }

    /// Waits until a problem in the status contains `text`, or until there is none if `text` is empty. Returns the
    /// problems as JSON.
    pub(crate) fn wait_for_problem(&self, text: &str) -> String {
        let started = Instant::now();
        loop {
            let problems = self.problems();
            if if text.is_empty() { problems == "[]" } else { problems.contains(text) } {
                return problems;
            }
            assert!(started.elapsed() < PATIENCE, "problems are still {problems}, not {text:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Closes the reading end of the log: from the next line on, the server cannot write it.
    pub(crate) fn close_log(&mut self) {
        self.log = channel().1;
    }

    /// The id of the process.
    pub(crate) fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Waits until the query has these hits, in any order.
    pub(crate) fn wait_for_hits(&self, query: &str, expected: &[&str]) {
        let started = Instant::now();
        loop {
            let mut hits = self.hits(query);
            hits.sort();
            if hits == expected {
                return;
            }
            assert!(started.elapsed() < PATIENCE, "{query} still finds {hits:?}, not {expected:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits for the end.
    pub(crate) fn wait(mut self) -> ExitStatus {
        self.process.wait().unwrap()
    }

    /// Sends a signal, such as `TERM`, and waits for the end.
    pub(crate) fn stop(mut self, signal: &str) -> ExitStatus {
        self.signal(signal);
        self.process.wait().unwrap()
    }

    /// Sends a signal, such as `TERM`.
    pub(crate) fn signal(&self, signal: &str) {
        let pid = self.process.id().to_string();
        Command::new("kill").args([&format!("-{signal}"), pid.as_str()]).status().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.process.try_wait(), Ok(None)) {
            self.signal("TERM");
            let _ = self.process.wait();
        }
    }
}
