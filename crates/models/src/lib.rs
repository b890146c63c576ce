//! Fitted models: log-odds, encoders, calibrators, explanations and their file format.
