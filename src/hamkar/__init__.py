"""Hamkar: an exchange in which every agency owns its data and gives exactly what an agreement allows."""
