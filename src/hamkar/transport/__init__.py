"""Ways to another node: they carry bytes and trust nothing but the certificate on its card."""
