//! What every list keeps to.
