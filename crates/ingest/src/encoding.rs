//! Text that is not UTF-8: Windows-1252, as spreadsheet programs save CSV in Western Europe, and UTF-16. It is read once before it is
//! tokenised, to tell its encoding, and then decoded as it is read.

use crate::{bytes, roles::of_file};
use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};
use encoding_rs_io::DecodeReaderBytesBuilder;
use leadsight_schema::{Issue, Severity};
use std::io::Read;

/// What a text is written in, where that is not UTF-8.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Encoding {
    /// UTF-16, little end first or not.
    Utf16 { little: bool },
    /// Windows-1252, with the line of the first letter beyond ASCII and the word it stands in.
    Windows1252 { line: u64, word: String },
}

/// Bytes that are looked at at once.
const CHUNK: usize = 1 << 16;

/// Bytes that no letter of Windows-1252 has.
const UNUSED: [u8; 5] = [0x81, 0x8D, 0x8F, 0x90, 0x9D];

impl Encoding {
    /// The encoding of a text; `None` for UTF-8, and for what is better refused as it is: other formats, and UTF-8 with a few wrong bytes.
    pub(crate) fn of(mut text: impl Read) -> Option<Self> {
        let mut window = Vec::with_capacity(CHUNK + 4);
        // What cannot be read is told when it is read for good.
        let mut next =
            |window: &mut Vec<u8>| text.by_ref().take(CHUNK as u64).read_to_end(window).ok();
        let mut read = next(&mut window)?;
        let utf16 = Self::utf16(&window);
        let said = window.starts_with(b"\xEF\xBB\xBF") || bytes::other_format(&window).is_some();
        if utf16.is_some() || said {
            return utf16;
        }
        let mut count = Count::default();
        while read > 0 {
            let rest = count.add(&window, false);
            window.drain(..window.len() - rest);
            read = next(&mut window)?;
        }
        count.add(&window, true);
        let (line, word) = count.first?;
        let is_windows = count.others > count.utf8 && !count.unused;
        is_windows.then_some(Self::Windows1252 { line, word })
    }

    fn utf16(head: &[u8]) -> Option<Self> {
        match head {
            [0xFF, 0xFE, ..] => return Some(Self::Utf16 { little: true }),
            [0xFE, 0xFF, ..] => return Some(Self::Utf16 { little: false }),
            _ => {}
        }
        // Without a mark: Western text has a zero in every other byte, on one side.
        let zeros = head.iter().filter(|b| **b == 0).count();
        let even = head.iter().step_by(2).filter(|b| **b == 0).count();
        let one_side = zeros * 3 > head.len() && (even == 0 || even == zeros);
        one_side.then_some(Self::Utf16 { little: even == 0 })
    }

    /// The text in UTF-8.
    pub(crate) fn decode(&self, text: impl Read + Send + 'static) -> Box<dyn Read + Send> {
        let encoding = match self {
            Self::Utf16 { little: true } => UTF_16LE,
            Self::Utf16 { little: false } => UTF_16BE,
            Self::Windows1252 { .. } => WINDOWS_1252,
        };
        Box::new(
            DecodeReaderBytesBuilder::new().encoding(Some(encoding)).strip_bom(true).build(text),
        )
    }

    /// That it is no UTF-8, and how it is read. The file's name is blank.
    pub(crate) fn issue(&self) -> Issue {
        match self {
            Self::Utf16 { .. } => of_file(
                "",
                Severity::Info,
                "encoding",
                "UTF-16 text",
                "UTF-8; it is read as what it is",
            ),
            Self::Windows1252 { line, word } => {
                let expected = "UTF-8; it is read as Windows-1252, as spreadsheet programs save CSV: if that word is wrong, save the file as UTF-8";
                let found = format!("text that is not UTF-8, such as `{word}`");
                let issue = of_file("", Severity::Warning, "encoding", &found, expected);
                Issue { line: Some(*line), ..issue }
            }
        }
    }
}

/// What there is beyond ASCII.
#[derive(Default)]
struct Count {
    lines: u64,
    /// Letters in UTF-8.
    utf8: u64,
    /// Bytes that are no UTF-8.
    others: u64,
    /// Whether one of them is none of Windows-1252 either.
    unused: bool,
    /// The line of the first of them, and its word.
    first: Option<(u64, String)>,
}

impl Count {
    /// Counts what is whole in `window`; returns the number of bytes at its end that may go on in the next one.
    fn add(&mut self, window: &[u8], last: bool) -> usize {
        let mut at = 0;
        for chunk in window.utf8_chunks() {
            let (valid, wrong) = (chunk.valid().as_bytes(), chunk.invalid());
            self.lines += valid.iter().filter(|b| **b == b'\n').count() as u64;
            self.utf8 += valid.iter().filter(|b| **b >= 0xC0).count() as u64;
            at += valid.len() + wrong.len();
            if !last && at == window.len() && cut_off(wrong) {
                return wrong.len();
            }
            if !wrong.is_empty() {
                self.others += 1;
                self.unused |= wrong.iter().any(|b| UNUSED.contains(b));
                let (lines, place) = (self.lines, at - wrong.len());
                self.first.get_or_insert_with(|| (lines + 1, word(window, place)));
            }
        }
        0
    }
}

/// Whether bytes are the beginning of a letter in UTF-8.
fn cut_off(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

/// The word around a byte, as Windows-1252.
fn word(window: &[u8], at: usize) -> String {
    const LONGEST: usize = 20;
    let goes_on = |b: &&u8| !b.is_ascii() || b.is_ascii_alphanumeric();
    let start = at - window[..at].iter().rev().take(LONGEST).take_while(goes_on).count();
    let end = at + window[at..].iter().take(LONGEST).take_while(goes_on).count();
    WINDOWS_1252.decode_without_bom_handling(&window[start..end]).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> (Option<Encoding>, String) {
        let found = Encoding::of(&mut &bytes[..]);
        let mut text = String::new();
        if let Some(found) = &found {
            found.decode(std::io::Cursor::new(bytes.to_vec())).read_to_string(&mut text).unwrap();
        }
        (found, text)
    }

    #[test]
    fn windows_1252_is_told_with_its_first_word() {
        let (found, text) = read(b"name,ort\nM\xFCller,K\xF6ln\n\x80 5,Caf\xE9\n");
        assert_eq!(found, Some(Encoding::Windows1252 { line: 2, word: "Müller".into() }));
        assert_eq!(text, "name,ort\nMüller,Köln\n€ 5,Café\n");
    }

    #[test]
    fn utf8_stays_and_a_wrong_byte_in_it_is_not_decoded() {
        assert_eq!(read("name\nMüller\n".as_bytes()).0, None);
        assert_eq!(read(b"a,b\n1,2\n").0, None);
        assert_eq!(read(b"").0, None);
        let broken = ["Müller, Köln, Straße\n".as_bytes(), b"\xFC\n"].concat();
        assert_eq!(read(&broken).0, None);
        assert_eq!(read(b"a\n\x81\x8D\n").0, None);
        assert_eq!(read(b"\x1F\x8B\xFC\xFC").0, None);
    }

    #[test]
    fn utf16_is_read_either_way_with_and_without_a_mark() {
        let text = "name;ort\nMüller;Köln\n";
        for (little, mark) in [(true, true), (true, false), (false, true), (false, false)] {
            let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
            let bytes = units.flat_map(|u| if little { u.to_le_bytes() } else { u.to_be_bytes() });
            let bytes: Vec<u8> = bytes.collect();
            assert_eq!(read(&bytes), (Some(Encoding::Utf16 { little }), text.to_owned()));
        }
    }

    proptest! {
        /// However the chunks fall, UTF-8 is UTF-8, and one German text in Windows-1252 is that.
        #[test]
        fn letters_across_chunks_are_whole(pad in CHUNK - 6..CHUNK + 6, word in "[äöüßÄÖÜ€]{1,9}") {
            let utf8 = format!("{}{word}\n", "a".repeat(pad));
            prop_assert_eq!(read(utf8.as_bytes()).0, None);
            let (windows, ..) = WINDOWS_1252.encode(&utf8);
            let (found, text) = read(&windows);
            if found.is_some() {
                prop_assert_eq!(text, utf8);
            }
        }
    }
}
