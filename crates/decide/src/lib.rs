//! From a probability to a decision: score scale, tiers, factors in words, next action.
