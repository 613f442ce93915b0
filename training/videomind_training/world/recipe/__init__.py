"""The recipe of the demo model, stage by stage: words, eyes, the base, then the roles."""
