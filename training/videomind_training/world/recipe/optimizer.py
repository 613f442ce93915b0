"""Muon for the matrices inside the networks, AdamW for all else, one schedule for both."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache

import torch
from torch import Tensor, nn

from videomind_training.errors import TrainingError

from .team import average_gradients, report

_NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)
_ITERATIONS = 5

MOST_LEFT_OUT = 10
"""Steps in a row that may be left out. One in thousands has been seen to overflow; more of them are a fault."""


class Muon(torch.optim.Optimizer):
    """Momentum whose update is made orthogonal (Jordan et al. 2024), scaled to the size of an AdamW step.

    In bfloat16 where the machine multiplies in it; the library's own always does, which takes seconds a step elsewhere.
    """

    def __init__(self, parameters: list[nn.Parameter], rate: float, decay: float) -> None:
        super().__init__(parameters, {"lr": rate, "weight_decay": decay, "momentum": 0.95})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:
        """Takes a step."""
        for group in self.param_groups:
            parameters = [each for each in group["params"] if each.grad is not None]
            gradients = [each.grad for each in parameters]
            for each in parameters:
                if "momentum" not in self.state[each]:
                    self.state[each]["momentum"] = torch.zeros_like(each)
            momenta = [self.state[each]["momentum"] for each in parameters]
            torch._foreach_lerp_(momenta, gradients, 1 - group["momentum"])
            updates = list(torch._foreach_lerp(gradients, momenta, group["momentum"]))
            by_shape: dict[tuple[int, ...], list[int]] = {}
            for index, each in enumerate(parameters):
                by_shape.setdefault(tuple(each.shape), []).append(index)
            for shape, alike in by_shape.items():
                steps = _orthogonal(torch.stack([updates[index] for index in alike])) * (0.4 * max(shape) ** 0.5)
                for index, step in zip(alike, steps, strict=True):
                    updates[index] = step
            torch._foreach_mul_(parameters, 1 - group["lr"] * group["weight_decay"])
            torch._foreach_add_(parameters, updates, alpha=-group["lr"])


def _orthogonal(updates: Tensor) -> Tensor:
    """Newton-Schulz towards the nearest orthogonal matrices: (count, rows, columns)."""
    tall = updates.shape[1] > updates.shape[2]
    matrices = updates.mT if tall else updates
    matrices = (matrices / (matrices.norm(dim=(1, 2), keepdim=True) + 1e-7)).to(_working_type(updates.device.type))
    a, b, c = _NEWTON_SCHULZ
    for _ in range(_ITERATIONS):
        squares = matrices @ matrices.mT
        matrices = torch.baddbmm(matrices, torch.baddbmm(squares, squares, squares, beta=b, alpha=c), matrices, beta=a)
    return (matrices.mT if tall else matrices).contiguous().to(updates.dtype)


@lru_cache
def _working_type(device: str) -> torch.dtype:
    known = torch.cpu.get_capabilities() if device == "cpu" else {}
    fast = device == "cuda" or known.get("avx512_bf16") or known.get("amx_bf16")
    return torch.bfloat16 if fast else torch.float32


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
        self._left_out = 0

    def step(self, number: int) -> None:
        """Clips gradients, a team's mean, and takes step `number`, from 0. One whose gradients are not finite is left out.

        Raises:
            TrainingError: LOSS_NOT_FINITE, when that happens too often in a row.
        """
        average_gradients(self.parameters)
        norm = torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        if not torch.isfinite(norm):
            self._leave_out(number)
            return
        self._left_out = 0
        share = min(1.0, number / self.steps)
        scale = min(1.0, (number + 1) / 100) * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * share)))
        for part in self.parts:
            for group in part.param_groups:
                group["lr"] = self.rate * scale
            part.step()
            part.zero_grad(set_to_none=True)

    def _leave_out(self, number: int) -> None:
        for part in self.parts:
            part.zero_grad(set_to_none=True)
        self._left_out += 1
        report(f"step {number + 1} is left out: its gradients are not finite")
        if self._left_out >= MOST_LEFT_OUT:
            raise TrainingError(
                "LOSS_NOT_FINITE",
                f"The gradients of {self._left_out} steps in a row were not finite, up to step {number + 1}.",
                "Start again: it goes on from the last checkpoint. Where that ends in the same way, use another `seed` and "
                "a new `output`.",
            )

    def state_dict(self) -> list[dict]:
        """What a resumed run needs."""
        return [part.state_dict() for part in self.parts]

    def load_state_dict(self, states: list[dict]) -> None:
        """Takes up what `state_dict` gave."""
        for part, state in zip(self.parts, states, strict=True):
            part.load_state_dict(state)
