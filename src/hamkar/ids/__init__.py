"""Identifiers: one a file, each pure."""
