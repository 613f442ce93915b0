"""Checkpoints as people publish them: a Qwen2-VL base folder and a VideoMind folder."""
