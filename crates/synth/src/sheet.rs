//! A CSV file that appears whole or not at all.

use crate::SynthError;
use csv::{Writer, WriterBuilder};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// A file being written under a temporary name; [`Sheet::finish`] gives it its own, dropping it unfinished removes it.
pub struct Sheet {
    writer: Option<Box<Writer<File>>>,
    partial: PathBuf,
    path: PathBuf,
    rows: u64,
}

impl Sheet {
    /// Opens `name` in `dir` and writes the header.
    pub fn create(dir: &Path, name: &str, header: &[&str]) -> Result<Self, SynthError> {
        let path = dir.join(name);
        let partial = dir.join(format!("{name}.partial"));
        let file = File::create(&partial)
            .map_err(|source| SynthError::Write { path: partial.clone(), source })?;
        let writer = WriterBuilder::new().buffer_capacity(1 << 18).from_writer(file);
        let mut sheet = Self { writer: Some(Box::new(writer)), partial, path, rows: 0 };
        sheet.row(header)?;
        sheet.rows = 0;
        Ok(sheet)
    }

    /// Writes a row.
    pub fn row<C: AsRef<[u8]>>(&mut self, cells: &[C]) -> Result<(), SynthError> {
        let Some(writer) = &mut self.writer else { return Ok(()) };
        writer
            .write_record(cells)
            .map_err(|e| SynthError::Write { path: self.path.clone(), source: e.into() })?;
        self.rows += 1;
        Ok(())
    }

    /// Gives the file its name and returns its rows without the header.
    pub fn finish(mut self) -> Result<u64, SynthError> {
        if let Some(mut writer) = self.writer.take() {
            writer
                .flush()
                .and_then(|()| fs::rename(&self.partial, &self.path))
                .map_err(|source| SynthError::Write { path: self.path.clone(), source })?;
        }
        Ok(self.rows)
    }
}

impl Drop for Sheet {
    fn drop(&mut self) {
        if self.writer.take().is_some() {
            // Nothing can be done about a temporary file that cannot be removed.
            let _ = fs::remove_file(&self.partial);
        }
    }
}
