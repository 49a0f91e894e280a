"""What a node keeps: PostgreSQL, and functions that take a connection with their SQL beside them."""
