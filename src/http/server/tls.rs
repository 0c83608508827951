//! TLS by rustls, with a certificate that is loaded again when its files change.

use std::fmt::Debug;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{self, ServerConfig};

use crate::config::{RegularFileError, TlsFiles, limits, regular_file};
use crate::engine::{Engine, HealthCheck};

/// Interval at which the files of the certificate are read.
const CHECK_INTERVAL: Duration = Duration::from_secs(10);
/// Protocols by ALPN, in the order of preference.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// A certificate and its key that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// The file.
        path: String,
        /// The reason, and what to do.
        source: RegularFileError,
    },
    /// A file has no certificate or no key.
    #[error("{0}: no certificate or no private key in the PEM format; see `[http.tls]` in bloghound.toml")]
    NotPem(String),
    /// The key does not belong to the certificate, or is of an unknown kind.
    #[error("cannot use the certificate {path}: {source}; see `[http.tls]` in bloghound.toml")]
    Unusable {
        /// The file of the certificate.
        path: String,
        /// The reason.
        source: rustls::Error,
    },
}

/// The TLS of a listener. Clones share the certificate.
#[derive(Clone)]
pub struct Tls {
    acceptor: TlsAcceptor,
    certificate: Arc<CurrentCertificate>,
}

/// The certificate that new connections get.
#[derive(Debug)]
struct CurrentCertificate {
    files: TlsFiles,
    provider: Arc<CryptoProvider>,
    key: ArcSwap<CertifiedKey>,
    /// Digest of the files that were read last.
    digest: Mutex<blake3::Hash>,
    reload: Notify,
}

impl ResolvesServerCert for CurrentCertificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.key.load_full())
    }
}

/// The bytes of the files.
struct CertificateFiles {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

impl CertificateFiles {
    fn read(files: &TlsFiles) -> Result<Self, TlsError> {
        let read = |path: &Path| {
            let unreadable = |source| TlsError::Unreadable { path: path.display().to_string(), source };
            regular_file::read(path, limits::MAX_CERTIFICATE_BYTES).map_err(unreadable)
        };
        Ok(Self { certificate: read(&files.cert)?, key: read(&files.key)? })
    }

    fn digest(&self) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new();
        for bytes in [&self.certificate, &self.key] {
            hasher.update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
        }
        hasher.finalize()
    }

    fn parse(&self, files: &TlsFiles, provider: &CryptoProvider) -> Result<CertifiedKey, TlsError> {
        let not_pem = |path: &Path| TlsError::NotPem(path.display().to_string());
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&self.certificate).collect();
        let chain = chain.ok().filter(|chain| !chain.is_empty()).ok_or_else(|| not_pem(&files.cert))?;
        let key = PrivateKeyDer::from_pem_slice(&self.key).map_err(|_| not_pem(&files.key))?;
        let unusable = |source| TlsError::Unusable { path: files.cert.display().to_string(), source };
        CertifiedKey::from_der(chain, key, provider).map_err(unusable)
    }
}

impl Tls {
    /// Loads the certificate.
    ///
    /// # Errors
    /// When a file cannot be read or parsed, or the key does not belong to the certificate.
    pub fn load(files: &TlsFiles) -> Result<Self, TlsError> {
        let provider = Arc::new(ring::default_provider());
        let read = CertificateFiles::read(files)?;
        let key = read.parse(files, &provider)?;
        let certificate = Arc::new(CurrentCertificate {
            files: files.clone(),
            provider: Arc::clone(&provider),
            key: ArcSwap::from_pointee(key),
            digest: Mutex::new(read.digest()),
            reload: Notify::new(),
        });
        let unusable = |source| TlsError::Unusable { path: files.cert.display().to_string(), source };
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(unusable)?;
        let mut config = config.with_no_client_auth().with_cert_resolver(Arc::clone(&certificate) as _);
        config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).to_vec();
        Ok(Self { acceptor: Arc::new(config).into(), certificate })
    }

    /// Returns the acceptor of connections.
    pub(super) fn acceptor(&self) -> &TlsAcceptor {
        &self.acceptor
    }

    /// Asks for the files to be read soon.
    pub fn request_reload(&self) {
        self.certificate.reload.notify_one();
    }

    /// Loads the certificate again whenever its files have changed. A certificate that cannot be used is reported, and the
    /// previous one stays in use.
    pub(super) async fn follow_files(&self, engine: Option<&Engine>) {
        loop {
            let _ = tokio::time::timeout(CHECK_INTERVAL, self.certificate.reload.notified()).await;
            let certificate = Arc::clone(&self.certificate);
            let loaded = tokio::task::spawn_blocking(move || certificate.reload()).await;
            match loaded {
                Ok(Ok(IsChanged(true))) => tracing::info!("the certificate has changed"),
                Ok(Ok(IsChanged(false))) => {}
                Ok(Err(error)) => {
                    let message = format!("{error}; the previous certificate stays in use");
                    if let Some(engine) = engine {
                        engine.report_problem(HealthCheck::Certificate, message);
                    } else {
                        tracing::error!("{message}");
                    }
                    continue;
                }
                Err(_) => continue,
            }
            if let Some(engine) = engine {
                engine.report_recovery(HealthCheck::Certificate);
            }
        }
    }
}

/// Whether the certificate has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct IsChanged(bool);

impl CurrentCertificate {
    fn reload(&self) -> Result<IsChanged, TlsError> {
        let read = CertificateFiles::read(&self.files)?;
        let digest = read.digest();
        if *self.digest.lock().unwrap_or_else(PoisonError::into_inner) == digest {
            return Ok(IsChanged(false));
        }
        let key = read.parse(&self.files, &self.provider)?;
        self.key.store(Arc::new(key));
        *self.digest.lock().unwrap_or_else(PoisonError::into_inner) = digest;
        Ok(IsChanged(true))
    }
}
