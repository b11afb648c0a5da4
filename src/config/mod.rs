//! Contexts, themes and keymaps: default, then file, then environment, then flag.
