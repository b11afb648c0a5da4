//! What a schema calls organizations, departments, users and the rest.
