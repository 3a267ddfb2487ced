"""The Encoder–Decoder Explorer: small PyTorch models that a class watches while they learn."""
