use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore, crypto::CryptoProvider};
use rustls_pki_types::{CertificateDer, pem::PemObject as _};
use rustls_platform_verifier::Verifier;

use crate::{Error, ErrorKind, Invalid, Outcome};

pub(super) fn read_roots(pems: &[Vec<u8>]) -> Result<Vec<CertificateDer<'static>>, Invalid> {
    let invalid = || Invalid::new("root_certificate", "must be one or more certificates in PEM");
    let mut roots = Vec::new();
    for pem in pems {
        let before = roots.len();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            roots.push(certificate.map_err(|_| invalid())?);
        }
        if roots.len() == before {
            return Err(invalid());
        }
    }
    // Base64 of something else is found here, not on the first call.
    let mut store = RootCertStore::empty();
    roots.iter().try_for_each(|root| store.add(root.clone())).map_err(|_| invalid())?;
    Ok(roots)
}

/// The TLS settings, with the crypto provider named: none is installed for the whole process.
/// With them, whether there is nobody to trust.
pub(super) fn settings(added: Vec<CertificateDer<'static>>) -> Result<(ClientConfig, bool), Error> {
    let provider = Arc::new(crypto_provider());
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(|error| {
            Error::new(ErrorKind::Configuration, Outcome::NotSent, "TLS cannot be set up")
                .with_source(error)
        })?;
    match Verifier::new_with_extra_roots(added.clone(), provider) {
        Ok(verifier) => {
            let verifier = Arc::new(verifier);
            let config = config.dangerous().with_custom_certificate_verifier(verifier);
            Ok((config.with_no_client_auth(), false))
        }
        // A machine without root certificates, such as a bare container, still reaches a loopback
        // sandbox. Failing here would take that away, and trusting somebody else's list would be
        // a surprise.
        Err(_) => {
            let mut roots = RootCertStore::empty();
            roots.add_parsable_certificates(added);
            let trusts_nobody = roots.is_empty();
            let config = config.with_root_certificates(roots);
            Ok((config.with_no_client_auth(), trusts_nobody))
        }
    }
}

// With both features on it is ring, so that enabling the other changes nothing.
#[cfg(feature = "ring")]
fn crypto_provider() -> CryptoProvider {
    rustls::crypto::ring::default_provider()
}

#[cfg(all(feature = "aws-lc-rs", not(feature = "ring")))]
fn crypto_provider() -> CryptoProvider {
    rustls::crypto::aws_lc_rs::default_provider()
}

#[cfg(not(any(feature = "ring", feature = "aws-lc-rs")))]
compile_error!("enable one of the features `ring` (the default) or `aws-lc-rs`");
