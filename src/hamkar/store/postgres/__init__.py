"""The node's own PostgreSQL: created, shared, brought back after a crash, stopped by its last user."""
