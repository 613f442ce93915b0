"""Muon for the matrices inside the networks, AdamW for all else, one schedule for both."""

from __future__ import annotations

import math
from collections.abc import Iterable

import torch
from torch import Tensor, nn

_NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)
_ITERATIONS = 5


class Muon(torch.optim.Optimizer):
    """Momentum whose update is made orthogonal (Jordan et al. 2024), scaled to the size of an AdamW step.

    The library's own computes in bfloat16, which takes seconds a step on CPUs without it.
    """

    def __init__(self, parameters: list[nn.Parameter], rate: float, decay: float) -> None:
        super().__init__(parameters, {"lr": rate, "weight_decay": decay, "momentum": 0.95})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:
        """Takes a step."""
        for group in self.param_groups:
            by_shape: dict[tuple[int, ...], list[nn.Parameter]] = {}
            for parameter in group["params"]:
                if parameter.grad is not None:
                    by_shape.setdefault(tuple(parameter.shape), []).append(parameter)
            for parameters in by_shape.values():
                updates = []
                for parameter in parameters:
                    state = self.state[parameter]
                    momentum = state.setdefault("momentum", torch.zeros_like(parameter))
                    momentum.lerp_(parameter.grad, 1 - group["momentum"])
                    updates.append(parameter.grad.lerp(momentum, group["momentum"]))
                for parameter, update in zip(parameters, _orthogonal(torch.stack(updates)), strict=True):
                    parameter.mul_(1 - group["lr"] * group["weight_decay"])
                    parameter.add_(update, alpha=-group["lr"] * 0.4 * max(parameter.shape) ** 0.5)


def _orthogonal(updates: Tensor) -> Tensor:
    """Newton-Schulz towards the nearest orthogonal matrices: (count, rows, columns)."""
    tall = updates.shape[1] > updates.shape[2]
    matrices = updates.mT if tall else updates
    matrices = matrices / (matrices.norm(dim=(1, 2), keepdim=True) + 1e-7)
    a, b, c = _NEWTON_SCHULZ
    for _ in range(_ITERATIONS):
        squares = matrices @ matrices.mT
        matrices = a * matrices + (b * squares + c * squares @ squares) @ matrices
    return matrices.mT if tall else matrices


class Optimizers:
    """Steps both; learning rates follow a linear warm-up and a cosine to a twentieth."""

    def __init__(self, named: Iterable[tuple[str, nn.Parameter]], rate: float, steps: int, decay: float = 0.01) -> None:
        matrices, others = [], []
        outside = ("embed", "lm_head", "probe", "merger", "lora_")
        for name, parameter in named:
            if parameter.requires_grad:
                inside = parameter.ndim == 2 and not any(word in name for word in outside)
                (matrices if inside else others).append(parameter)
        self.rate, self.steps = rate, steps
        self.parts: list[torch.optim.Optimizer] = []
        if matrices:
            self.parts.append(Muon(matrices, rate, decay))
        if others:
            self.parts.append(torch.optim.AdamW(others, lr=rate, betas=(0.9, 0.98), weight_decay=decay))
        self.parameters = matrices + others

    def step(self, number: int) -> float:
        """Clips gradients and takes step `number`, from 0; the gradients' norm."""
        norm = torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        share = min(1.0, number / self.steps)
        scale = min(1.0, (number + 1) / 100) * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * share)))
        for part in self.parts:
            for group in part.param_groups:
                group["lr"] = self.rate * scale
            part.step()
            part.zero_grad(set_to_none=True)
        return float(norm)

    def state_dict(self) -> list[dict]:
        """What a resumed run needs."""
        return [part.state_dict() for part in self.parts]

    def load_state_dict(self, states: list[dict]) -> None:
        """Takes up what `state_dict` gave."""
        for part, state in zip(self.parts, states, strict=True):
            part.load_state_dict(state)
