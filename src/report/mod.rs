//! Lists as tables, JSON, NDJSON, CSV and Markdown.
