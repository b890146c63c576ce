//! Configuration and the experiment: from sources to a run folder.
