//! libFuzzer's program. `LEADSIGHT_FUZZ_TARGET` names the target; `cargo xtask fuzz` sets it.
#![no_main]

use leadsight_fuzz::{TARGETS, Target};
use std::sync::LazyLock;

static TARGET: LazyLock<&Target> = LazyLock::new(|| {
    let name = std::env::var("LEADSIGHT_FUZZ_TARGET").unwrap_or_default();
    let found = TARGETS.iter().find(|target| target.name == name);
    found.unwrap_or_else(|| panic!("LEADSIGHT_FUZZ_TARGET={name} names no target"))
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    (TARGET.run)(bytes);
});
