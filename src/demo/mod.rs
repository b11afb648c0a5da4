//! The private cluster with five systems and sample data.
