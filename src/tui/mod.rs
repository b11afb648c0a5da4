//! The terminal console: five nouns and one loop.
