//! Secrets: tokens of 256 random bits, and passwords.
//!
//! A token is known to its holder alone; what is kept is its SHA-256, which for random input is as good as any hash. A
//! password is guessable, so it is kept by argon2id with the crate's parameters (OWASP: 19 MiB, two passes).

use std::fmt::Write as _;

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::error::Error;

/// The fewest characters of a password.
pub(crate) const SHORTEST_PASSWORD: usize = 12;

/// The most bytes of one: hashing takes no longer texts.
pub(crate) const LONGEST_PASSWORD: usize = 1024;

/// A hash that no password has, of the parameters in use: a name that nobody bears takes as long to refuse as a wrong password.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGlzIGhlcmU$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A new token, 64 hexadecimal digits.
///
/// # Errors
/// When the system gives no randomness.
pub(crate) fn token() -> Result<String, Error> {
    Ok(hex(&random::<32>()?))
}

/// What is kept of a token.
pub(crate) fn hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// The token that every form of a session carries: made from the session's, which pages never contain.
pub(crate) fn form_token(session: &str) -> String {
    let mut digest = Sha256::new();
    digest.update(b"form of ");
    digest.update(session.as_bytes());
    hex(&digest.finalize())
}

/// Whether two tokens are the same, in a time that tells nothing.
pub(crate) fn same(left: &str, right: &str) -> bool {
    left.as_bytes().ct_eq(right.as_bytes()).into()
}

/// The hash of a password. Takes tens of milliseconds; not for the threads that answer.
///
/// # Errors
/// When there is no randomness or no memory.
pub(crate) fn password(password: &str) -> Result<String, Error> {
    let secret = |error: argon2::password_hash::Error| Error::Secret(error.to_string());
    let salt = SaltString::encode_b64(&random::<16>()?).map_err(secret)?;
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
    Ok(hash.map_err(secret)?.to_string())
}

/// Whether a password is that of a hash; without one, as slowly, no. Takes as long as [`password`].
pub(crate) fn is_password(password: &str, hash: Option<&str>) -> bool {
    let Ok(parsed) = PasswordHash::new(hash.unwrap_or(NOBODY)) else {
        return false;
    };
    let verified = Argon2::default().verify_password(password.as_bytes(), &parsed);
    verified.is_ok() && hash.is_some()
}

fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Error::Secret(error.to_string()))?;
    Ok(bytes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _written = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_and_no_other_is() {
        let hash = password("correct horse battery").unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(is_password("correct horse battery", Some(&hash)));
        assert!(!is_password("correct horse batterx", Some(&hash)));
        assert!(!is_password("", Some("not a hash")));
        assert_ne!(hash, password("correct horse battery").unwrap(), "salted");
    }

    #[test]
    fn nobodys_hash_can_be_read_so_that_it_costs_as_much() {
        let nobody = PasswordHash::new(NOBODY).unwrap();
        assert_eq!(nobody.hash.unwrap().len(), 32);
        assert!(!is_password("nobody is here", None));
    }

    #[test]
    fn tokens_differ_and_a_form_does_not_tell_its_session() {
        let (one, other) = (token().unwrap(), token().unwrap());
        assert_eq!(one.len(), 64);
        assert!(!same(&one, &other) && same(&one, &one.clone()));
        let form = form_token(&one);
        assert!(form != hash(&one) && form != one && form != form_token(&other));
    }
}
