"""Losses of the published method: language modelling, and three on the grounding head."""
