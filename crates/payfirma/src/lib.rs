//! Client for the Merrco Payfirma (PayHQ) payment API.
