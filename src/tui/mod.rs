//! The console: a terminal face over the rooms.
//!
//! Five nouns: [`Model`](model::Model) is all state, [`Msg`](msg::Msg) all that can happen, [`Effect`](msg::Effect) all that is asked of the world,
//! [`Pane`](pane::Pane) a screen, [`Action`](action::Action) an intent. [`update`](update::update) and [`view`](view::view) do no I/O, read no clock and
//! spawn nothing; one place does ([`runtime`]).

mod act;
pub mod action;
pub mod ask;
pub mod clipboard;
pub mod command;
pub mod copy;
pub mod cursor;
pub mod cx;
mod encode;
pub mod environment;
pub mod errand;
pub mod facts;
pub mod field;
pub mod fuzzy;
mod glyphs;
pub mod input;
pub mod key;
pub mod keymap;
pub mod keysheet;
pub mod layout;
mod menus;
pub mod model;
pub mod msg;
mod navigate;
pub mod note;
pub mod pane;
pub mod panes;
pub mod past;
pub mod place;
pub mod popup;
pub mod prompt;
pub mod remote;
pub mod runtime;
pub mod screen;
pub mod stage;
pub mod term;
pub mod trail;
pub mod ui;
pub mod update;
pub mod view;
