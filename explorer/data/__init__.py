"""What the models see: pictures, noise and sequences, seeded and on the device."""
