//! How a model is made: trainers, folds, early stopping, calibration fits.
