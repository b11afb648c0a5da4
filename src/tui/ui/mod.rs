//! Drawing helpers shared by panes and popups; none of them keeps a state.

pub mod bars;
pub mod cell;
pub mod frame;
pub mod grid;
pub mod json;
pub mod line;
pub mod record;
pub mod wait;
pub mod words;
