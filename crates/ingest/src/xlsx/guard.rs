//! What a zip archive holds, and how large it becomes, before anything of it is kept in memory.

use super::Fault;
use std::fs::File;
use std::io::{ErrorKind, Read, Seek};
use zip::ZipArchive;

/// A workbook may unpack to so many times its size: rows of equal numbers shrink to a fiftieth.
const SWELLS: u64 = 200;

/// Below so many bytes no workbook is too large.
const SMALL: u64 = 64 << 20;

/// Where every old Office file and every one with a password begins.
const COMPOUND: [u8; 4] = [0xD0, 0xCF, 0x11, 0xE0];

/// # Errors
/// [`Fault`], where the file is no XLSX workbook, or unpacks to more than memory should hold.
pub(super) fn check(file: &mut File) -> Result<(), Fault> {
    let mut head = Vec::new();
    let length = file.metadata().map_err(damaged)?.len();
    file.take(4).read_to_end(&mut head).map_err(damaged)?;
    file.rewind().map_err(damaged)?;
    if head == COMPOUND {
        return Err(compound(file)?);
    }
    let mut archive = ZipArchive::new(&mut *file).map_err(damaged)?;
    let name = |at| archive.name_for_index(at).and_then(Result::ok).unwrap_or_default();
    let names: Vec<String> = (0..archive.len()).map(|at| name(at).to_ascii_lowercase()).collect();
    let has = |part: &str| names.iter().any(|name| name.trim_start_matches('/') == part);
    if has("xl/workbook.bin") {
        return Err(Fault::Other("a binary workbook (.xlsb)"));
    }
    if has("mimetype") && has("content.xml") {
        return Err(Fault::Other("an OpenDocument spreadsheet"));
    }
    if !has("[content_types].xml") || has("word/document.xml") || has("ppt/presentation.xml") {
        return Err(Fault::Archive);
    }
    let allowed = (length.saturating_mul(SWELLS)).max(SMALL);
    let mut unpacked = 0;
    for (position, name) in names.iter().enumerate() {
        // What cannot be unpacked here cannot be unpacked by the reader, which tells it where it needs it.
        let Ok(mut part) = archive.by_index(position) else { continue };
        let strings = name.ends_with("sharedstrings.xml");
        let (size, head) = measure(&mut part, allowed - unpacked);
        unpacked += size;
        if unpacked >= allowed {
            let (megabytes, times) = (unpacked >> 20, unpacked / length.max(1));
            return Err(Fault::Swells { megabytes, times });
        }
        if strings {
            check_count(&head, size)?;
        }
    }
    Ok(())
}

/// The bytes of a part, as far as they can be read and at most `most`, and the first of them.
fn measure(part: &mut impl Read, most: u64) -> (u64, Vec<u8>) {
    let (mut size, mut head, mut piece) = (0, Vec::new(), vec![0; 1 << 16]);
    loop {
        match part.read(&mut piece) {
            Ok(0) => break,
            Ok(length) => {
                size += length as u64;
                if head.len() < HEAD {
                    head.extend_from_slice(&piece[..length]);
                }
                if size >= most {
                    break;
                }
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    (size.min(most), head)
}

/// Every writer names the number of texts in the first line of their part.
const HEAD: usize = 1 << 16;

/// The reader makes room for as many texts as the part says it has; more than it has bytes cannot be true.
fn check_count(head: &[u8], size: u64) -> Result<(), Fault> {
    // UTF-16 is ASCII with zeros.
    let ascii: Vec<u8> = head.iter().copied().filter(|b| *b != 0).collect();
    let text = String::from_utf8_lossy(&ascii);
    let begins = text.find("sst").ok_or("the part of its texts does not begin with them");
    let begins = begins.map_err(|why| Fault::Damaged(why.into()))?;
    let tag = text[begins..].split('>').next().unwrap_or_default();
    let Some((_, count)) = tag.split_once("uniqueCount") else { return Ok(()) };
    let digits: String = count
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    if !digits.is_empty() && digits.parse::<u64>().is_ok_and(|count| count <= size) {
        return Ok(());
    }
    Err(Fault::Damaged(format!("it says it has {digits} texts, in {size} bytes")))
}

/// A workbook with a password keeps the zip archive in a stream of this name.
fn compound(file: &mut File) -> Result<Fault, Fault> {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut bytes = Vec::new();
    file.take(SMALL).read_to_end(&mut bytes).map_err(damaged)?;
    let locked = bytes.windows(name.len()).any(|window| window == name);
    Ok(if locked { Fault::Locked } else { Fault::Other("a workbook of old Excel (.xls)") })
}

fn damaged(error: impl std::fmt::Display) -> Fault {
    Fault::Damaged(error.to_string())
}
