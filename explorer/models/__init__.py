"""The models, each readable from top to bottom; every random number comes from a generator."""
