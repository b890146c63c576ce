//! Metrics, curves, intervals, thresholds, bands and calibration diagnostics as pure functions.
