"""The network: a base of Qwen's, a LoRA adapter per role and the grounding head."""
