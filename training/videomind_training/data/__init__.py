"""Training data: annotation files, the examples made of them, how they are mixed, and what is cached."""
