"""Fine-tunes the roles of VideoMind: planner, grounder, verifier and answerer, LoRA adapters over one base."""
