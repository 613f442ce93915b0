"""The demo world: procedural films of coloured shapes with a ground truth, and the recipe of the model that knows it."""
