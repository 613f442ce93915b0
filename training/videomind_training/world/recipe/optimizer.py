"""Muon for the matrices inside the networks, AdamW for all else, one schedule for both."""

from __future__ import annotations

import math
from collections.abc import Iterable

import torch
from torch import nn


class Optimizers:
    """Steps both; learning rates follow a linear warm-up and a cosine to a twentieth."""

    def __init__(self, named: Iterable[tuple[str, nn.Parameter]], rate: float, steps: int, decay: float = 0.01) -> None:
        matrices, others = [], []
        for name, parameter in named:
            if not parameter.requires_grad:
                continue
            inside = parameter.ndim == 2 and not any(word in name for word in ("embed", "lm_head", "probe"))
            (matrices if inside else others).append(parameter)
        self.rate, self.steps = rate, steps
        self.parts: list[torch.optim.Optimizer] = []
        if matrices:
            self.parts.append(
                torch.optim.Muon(matrices, lr=rate, weight_decay=decay, momentum=0.95, adjust_lr_fn="match_rms_adamw")
            )
        if others:
            self.parts.append(torch.optim.AdamW(others, lr=rate, betas=(0.9, 0.98), weight_decay=decay))
        self.parameters = matrices + others

    def step(self, number: int) -> None:
        """Clips gradients and takes step `number`, from 0."""
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        share = number / self.steps
        scale = min(1.0, (number + 1) / 100) * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * min(1.0, share))))
        for part in self.parts:
            for group in part.param_groups:
                group["lr"] = self.rate * scale
            part.step()
            part.zero_grad(set_to_none=True)

    def state_dict(self) -> list[dict]:
        """What a resumed run needs."""
        return [part.state_dict() for part in self.parts]

    def load_state_dict(self, states: list[dict]) -> None:
        """Takes up what `state_dict` gave."""
        for part, state in zip(self.parts, states, strict=True):
            part.load_state_dict(state)
