//! Writes the reference bundle and a file of reference leads, for `cargo xtask compare`.
//!
//! `reference --rows N --out FOLDER` makes `FOLDER/bundle/` and `FOLDER/leads.csv`.

use leadsight_benches::reference::{bundle, write_leads};
use std::error::Error;
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let ["--rows", rows, "--out", out] = args[..] else {
        return Err("usage: reference --rows N --out FOLDER".into());
    };
    let (rows, out) = (rows.parse()?, Path::new(out));
    fs::create_dir_all(out)?;
    bundle()?.write(&out.join("bundle"))?;
    write_leads(rows, BufWriter::new(File::create(out.join("leads.csv"))?))?;
    Ok(())
}
