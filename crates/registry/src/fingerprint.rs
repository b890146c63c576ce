//! SHA-256 (FIPS 180-4) of bytes and files.

use crate::{RegistryError, error::io};
use leadsight_schema::Fingerprint;
use sha2::{Digest, Sha256};
use std::{fs::File, io::Read, path::Path};

/// The fingerprint of some bytes.
pub fn fingerprint(bytes: &[u8]) -> Fingerprint {
    hex(Sha256::digest(bytes).as_slice())
}

/// The fingerprint of a file, read in pieces.
///
/// # Errors
/// [`RegistryError::Io`] where it cannot be read.
pub fn fingerprint_file(path: &Path) -> Result<Fingerprint, RegistryError> {
    let mut file = File::open(path).map_err(io("open", path))?;
    let mut hash = Sha256::new();
    let mut piece = vec![0; 1 << 16];
    loop {
        match file.read(&mut piece).map_err(io("read", path))? {
            0 => return Ok(hex(hash.finalize().as_slice())),
            length => hash.update(&piece[..length]),
        }
    }
}

fn hex(digest: &[u8]) -> Fingerprint {
    Fingerprint(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_the_standard() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(fingerprint(b"abc").0, abc);
    }
}
