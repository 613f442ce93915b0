"""Models that reason aloud (Qwen2.5-VL, Qwen3-VL): data, what they are shown, rewards, SFT and GRPO, what is written."""
