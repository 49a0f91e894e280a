"""Figures that carry their own coverage: no number leaves here without what it is a number of."""
