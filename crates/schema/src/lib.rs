//! The vocabulary of Leadsight: fields, lead tables, records, matrices, labels and findings.
