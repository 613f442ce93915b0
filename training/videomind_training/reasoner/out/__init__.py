"""What a trained reasoner is written as: the published layout, and the adapter alone."""
