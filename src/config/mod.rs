//! Contexts, themes and keymaps: default, then file, then environment, then flag.

pub mod colour;
pub mod flaw;
pub mod theme;
