//! A bloghound that serves, and the client that asks it.

use std::net::SocketAddr;
use std::time::Duration;

use crate::load::{Client, Endpoint};
use crate::process::Running;

/// A client of a server that was just started, and where its searches go, as soon as it answers.
pub(crate) fn client_of(
    server: &mut Running,
    addr: SocketAddr,
    patience: Duration,
) -> anyhow::Result<(Client, Endpoint)> {
    let endpoint = Endpoint::Http { addr, target: "/api/v1/search?q=".to_owned() };
    let client = Client::new()?;
    while client.ask(&endpoint, "start").is_err() {
        server.expect_alive()?;
        anyhow::ensure!(server.age() < patience, "no answer in {patience:?}");
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok((client, endpoint))
}
