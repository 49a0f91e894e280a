"""The one door to cryptography: a few operations by name, and no choice of algorithm anywhere else."""
