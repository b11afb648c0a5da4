//! Reversible migrations, in the file and table format of sqlx.
