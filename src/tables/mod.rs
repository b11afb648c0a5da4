//! Tables, their policies and sizes, and the rows of any of them.
