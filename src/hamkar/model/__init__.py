"""The records agencies speak of: frozen facts, no behaviour beyond what keeps them well-formed."""
