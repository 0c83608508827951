//! Requests that set an HTTP server up; those that are measured are of [`crate::load`].

use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::http::Method;

use crate::process::Running;

/// What a server may take to be there.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server and the headers that it wants.
#[derive(Clone)]
pub(crate) struct Api {
    agent: Agent,
    /// Scheme, host and port.
    base: String,
    headers: Vec<(&'static str, String)>,
}

impl Api {
    pub(crate) fn new(base: String, headers: Vec<(&'static str, String)>) -> Self {
        // What a server says about its failure is worth more than its status.
        let agent = Agent::config_builder().proxy(None).http_status_as_error(false).build().new_agent();
        Self { agent, base, headers }
    }

    /// Sends a body of JSON, or of lines of JSON.
    pub(crate) fn send(
        &self,
        method: Method,
        path: &str,
        kind: &str,
        body: String,
    ) -> anyhow::Result<String> {
        let uri = format!("{}{path}", self.base);
        let mut request = ureq::http::Request::builder().method(method).uri(uri).header("content-type", kind);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let mut response = self.agent.run(request.body(body)?)?;
        let status = response.status();
        let answer = response.body_mut().with_config().limit(u64::MAX).read_to_string()?;
        anyhow::ensure!(status.is_success(), "{path}: {status}: {answer}");
        Ok(answer)
    }

    pub(crate) fn json(&self, method: Method, path: &str, body: &Value) -> anyhow::Result<Value> {
        Ok(serde_json::from_str(&self.send(method, path, "application/json", body.to_string())?)?)
    }

    pub(crate) fn get(&self, path: &str) -> anyhow::Result<String> {
        self.send(Method::GET, path, "application/json", String::new())
    }

    /// Waits until the server answers.
    pub(crate) fn wait_for(&self, path: &str, server: &mut Running) -> anyhow::Result<()> {
        while let Err(error) = self.get(path) {
            server.expect_alive()?;
            anyhow::ensure!(server.age() < PATIENCE, "no answer in {PATIENCE:?}: {error}");
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
}
