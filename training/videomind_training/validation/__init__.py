"""Scores on samples that are not trained with, in between: by the scorers of the engine, the best weights kept."""
