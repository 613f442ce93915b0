"""Language modelling."""

import torch
from torch import Tensor
from torch.nn import functional

ignored_label = -100
"""Marks tokens that are not learned: prompts and padding."""


def language_loss(logits: Tensor, labels: Tensor, sample_of: Tensor, samples: int) -> Tensor:
    """Mean cross entropy of each sample's learned tokens: (samples).

    The mean is taken within a sample, so that how samples are divided into batches and processes changes nothing.

    Args:
        logits: (learned tokens, vocabulary), of all samples together.
        labels: (learned tokens), the token that follows.
        sample_of: (learned tokens), which sample a token is of.
        samples: how many there are.
    """
    losses = functional.cross_entropy(logits.float(), labels, reduction="none")
    sums = torch.zeros(samples, device=logits.device).index_add(0, sample_of, losses)
    counts = torch.zeros(samples, device=logits.device).index_add(0, sample_of, torch.ones_like(losses))
    return sums / counts.clamp(min=1)
