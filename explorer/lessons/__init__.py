"""What each lesson runs: spec in, snapshots out, no screen. Pages and command line both call it."""
