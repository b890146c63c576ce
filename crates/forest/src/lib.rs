//! One representation of any tree ensemble: prediction, exact SHAP, importers.
