"""The step, the loop, devices, the shared runner, checkpoints: how models learn, not which."""
