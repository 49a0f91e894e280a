"""What this node's rules say of a received message, and what an accepted one does; one kind of message a module."""
