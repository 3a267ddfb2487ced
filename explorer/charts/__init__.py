"""Tidy frame in, Altair chart out; what is seen, never how it was measured."""
