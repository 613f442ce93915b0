"""Checkpoints as people publish them: a base folder and a VideoMind folder."""
