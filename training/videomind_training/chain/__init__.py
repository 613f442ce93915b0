"""The chain of roles in PyTorch, as the engine runs it."""
