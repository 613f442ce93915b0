"""Liger kernels: faster norms and feed-forward layers on GPUs, where they are installed."""

import importlib
import sys

import torch
from transformers import PreTrainedModel, Qwen2VLForConditionalGeneration


def use_liger(base: PreTrainedModel, wanted: bool) -> bool:
    """Puts Liger kernels into a Qwen2-VL base where they are wanted, installed and have a device to run on.

    Returns:
        Whether they are used.
    """
    has_device = torch.cuda.is_available() or (hasattr(torch, "npu") and torch.npu.is_available())
    if not wanted or not has_device or not isinstance(base, Qwen2VLForConditionalGeneration):
        return False
    try:
        transformers_part = importlib.import_module("liger_kernel.transformers")
    except ImportError:
        return False
    # Rotary embedding and losses stay the library's and ours: their kernels know other positions and another head.
    transformers_part.apply_liger_kernel_to_qwen2_vl(
        rope=False,
        cross_entropy=False,
        fused_linear_cross_entropy=False,
        rms_norm=True,
        layer_norm=True,
        swiglu=True,
        model=base,
    )
    print("Liger kernels are used.", file=sys.stderr)
    return True
