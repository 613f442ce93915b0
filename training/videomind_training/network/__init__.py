"""The network: a Qwen2-VL base, a LoRA adapter per role and the grounding head."""
