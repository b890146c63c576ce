//! The run folder's shapes, and the page, Markdown and JSON made from it.
