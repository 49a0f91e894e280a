"""The vocabularies: what a code means and which code a label leads to; a label that is not evident leads to none."""
