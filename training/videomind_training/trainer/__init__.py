"""Training: settings, the loop, its state on disk, and what it tells people."""
