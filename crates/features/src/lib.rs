//! The recipe that turns lead fields into model features, the same for a table and one live lead.
