"""Supervised fine-tuning and GRPO by TRL, on checkpoints of Qwen2.5-VL and Qwen3-VL."""
