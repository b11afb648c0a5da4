//! Organizations, departments, users, roles, memberships and grants.
