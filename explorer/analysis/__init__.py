"""Model and data in, numbers and tidy frames out; what is measured, never how it is drawn."""
