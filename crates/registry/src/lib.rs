//! Checksummed, atomically written bundles; sees opaque bytes and a manifest.
