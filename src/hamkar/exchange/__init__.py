"""The protocol between nodes, pure: bytes, keys and the time come in, records and verdicts go out."""
