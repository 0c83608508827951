//! The HTTP client that prepares servers; measured requests are sent by [`Client`](crate::client::Client).

use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::http::Method;

use super::measure::STARTUP_TIMEOUT;
use crate::process::ChildProcess;

const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// The API of one server.
#[derive(Clone)]
pub(super) struct ServerApi {
    agent: Agent,
    /// Scheme, host and port.
    base_url: String,
    /// Headers of all requests.
    headers: Vec<(&'static str, String)>,
}

impl ServerApi {
    pub(super) fn new(base_url: String, headers: Vec<(&'static str, String)>) -> Self {
        // `send` reports errors itself, since the body explains them better than the status.
        let agent = Agent::config_builder().proxy(None).http_status_as_error(false).build().new_agent();
        Self { agent, base_url, headers }
    }

    /// Sends a request and returns the body of the response.
    ///
    /// # Errors
    /// If the request fails, or its status is not a success.
    pub(super) fn send(
        &self,
        method: Method,
        path: &str,
        content_type: &str,
        body: String,
    ) -> anyhow::Result<String> {
        let uri = format!("{}{path}", self.base_url);
        let mut request =
            ureq::http::Request::builder().method(method).uri(uri).header("content-type", content_type);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let mut response = self.agent.run(request.body(body)?)?;
        let status = response.status();
        let body = response.body_mut().with_config().limit(u64::MAX).read_to_string()?;
        anyhow::ensure!(status.is_success(), "{path}: {status}: {body}");
        Ok(body)
    }

    pub(super) fn send_json(&self, method: Method, path: &str, body: &Value) -> anyhow::Result<Value> {
        Ok(serde_json::from_str(&self.send(method, path, "application/json", body.to_string())?)?)
    }

    pub(super) fn get(&self, path: &str) -> anyhow::Result<String> {
        self.send(Method::GET, path, "application/json", String::new())
    }

    /// Waits until a GET request succeeds.
    pub(super) fn wait_until_ready(&self, path: &str, server: &mut ChildProcess) -> anyhow::Result<()> {
        while let Err(error) = self.get(path) {
            server.check_running()?;
            anyhow::ensure!(
                server.age() < STARTUP_TIMEOUT,
                "the server did not respond within {STARTUP_TIMEOUT:?}: {error}"
            );
            std::thread::sleep(POLL_INTERVAL);
        }
        Ok(())
    }
}
