//! Gzip data that say what is wrong with them.

use flate2::bufread::MultiGzDecoder;
use std::io::{self, Read};
use thiserror::Error;

/// What is wrong with the gzip data, as a verb, where that is why reading failed.
pub(crate) fn damage(error: &io::Error) -> Option<&'static str> {
    Some(error.get_ref()?.downcast_ref::<Broken>()?.damage)
}

#[derive(Debug, Error)]
#[error("the gzip data {damage} after {bytes} bytes of text; copy or export the file again")]
struct Broken {
    damage: &'static str,
    bytes: u64,
}

/// Decompressed data; several gzip files one after another are read as one.
pub(crate) struct Gunzip<R> {
    inner: MultiGzDecoder<R>,
    /// Bytes that could be read, decompressed.
    bytes: u64,
}

impl<R: io::BufRead> Gunzip<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self { inner: MultiGzDecoder::new(inner), bytes: 0 }
    }
}

impl<R: io::BufRead> Read for Gunzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let damage = match self.inner.read(buffer) {
            Ok(length) => {
                self.bytes += length as u64;
                return Ok(length);
            }
            Err(error) => match error.kind() {
                io::ErrorKind::UnexpectedEof => "break off",
                io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => "are damaged",
                _ => return Err(error),
            },
        };
        let kind = io::ErrorKind::InvalidData;
        Err(io::Error::new(kind, Broken { damage, bytes: self.bytes }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut out = GzEncoder::new(Vec::new(), Compression::default());
        out.write_all(text).unwrap();
        out.finish().unwrap()
    }

    #[track_caller]
    fn check(bytes: &[u8], expect: Result<&[u8], &str>) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("leads");
        std::fs::write(&path, bytes).unwrap();
        let mut found = Vec::new();
        match (crate::open(&path, None).unwrap().text.read_to_end(&mut found), expect) {
            (Ok(_), Ok(expect)) => assert_eq!(found, expect),
            (Err(error), Err(expect)) => assert_eq!(damage(&error), Some(expect)),
            (found, expect) => panic!("{found:?} is not {expect:?}"),
        }
    }

    #[test]
    fn decompresses_what_begins_as_gzip() {
        let text: Vec<u8> = (0..9000_u32).flat_map(|i| format!("{i},x\n").into_bytes()).collect();
        let whole = gzip(&text);
        check(b"", Ok(b""));
        check(b"a", Ok(b"a"));
        check(b"a,b\n1,2\n", Ok(b"a,b\n1,2\n"));
        check(&whole, Ok(&text));
        check(&[gzip(b"a,b\n"), gzip(b"1,2\n")].concat(), Ok(b"a,b\n1,2\n"));
        for cut in [2, 9, 10, 11, whole.len() / 2, whole.len() - 8, whole.len() - 1] {
            check(&whole[..cut], Err("break off"));
        }
        let mut damaged = whole.clone();
        damaged[whole.len() - 8] ^= 1;
        check(&damaged, Err("are damaged"));
    }
}
