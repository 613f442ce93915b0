"""What roles are told: prompts and budgets of a checkpoint, its chat template and its tokenizer."""
