"""A tiny model that calls tools: what it is to say, as tokens, and how it learns it on a CPU."""
