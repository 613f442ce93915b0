"""transformers' Qwen2.5-VL or Qwen3-VL at the sizes of a checkpoint, as a contestant (measuring.py).

    python reasoner_reference.py CHECKPOINT --dtype bf16|fp32 --threads N

Serves prefill {tokens}, decode {context, tokens}, vision {pairs, gridHeight, gridWidth}. This version computes the logits
of the last prompt position only when it generates, and so does this.
"""

import argparse
import os
import sys
import time

arguments = argparse.ArgumentParser()
arguments.add_argument("checkpoint")
arguments.add_argument("--dtype", choices=["bf16", "fp32"], default="bf16")
arguments.add_argument("--threads", type=int, required=True)
arguments = arguments.parse_args()

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import torch
from transformers import AutoModelForImageTextToText, DynamicCache

from measuring import serve

torch.set_num_threads(arguments.threads)
torch.set_grad_enabled(False)
torch.manual_seed(0)
dtype = {"bf16": torch.bfloat16, "fp32": torch.float32}[arguments.dtype]
network = AutoModelForImageTextToText.from_pretrained(
    arguments.checkpoint, dtype=dtype, attn_implementation="sdpa", low_cpu_mem_usage=True
).eval()
plain_tokens = 150_000


def step(ids, cache, first):
    """Logits after `ids`, whose first one is at position `first`."""
    positions = torch.arange(first, first + ids.shape[1]).expand(3, 1, -1)
    output = network(
        input_ids=ids,
        past_key_values=cache,
        use_cache=True,
        position_ids=positions,
        cache_position=torch.arange(first, first + ids.shape[1]),
        logits_to_keep=1,
    )
    return output.logits[:, -1:].argmax(-1)


def run_prefill(tokens):
    """Reads a prompt; returns (seconds, next token, cache)."""
    ids = torch.randint(500, plain_tokens, (1, tokens))
    cache = DynamicCache()
    start = time.perf_counter()
    following = step(ids, cache, 0)
    return time.perf_counter() - start, following, cache


kept = {}  # A prompt that decode requests go on from: context -> (next token, cache)


def decode(request):
    context = request["context"]
    if context not in kept:
        kept.clear()
        kept[context] = run_prefill(context)[1:]
    following, cache = kept[context]
    cache.crop(context)
    seconds = []
    for index in range(request["tokens"]):
        start = time.perf_counter()
        following = step(following, cache, context + index)
        seconds.append(time.perf_counter() - start)
    seconds.sort()
    return {"sec": seconds[len(seconds) // 2], "totalSec": sum(seconds)}


def vision(request):
    """Seconds for one call of the vision tower over a whole clip, as the reference makes it."""
    pairs, height, width = request["pairs"], request["gridHeight"], request["gridWidth"]
    config = network.config.vision_config
    row = 3 * config.temporal_patch_size * config.patch_size**2
    patches = torch.randn(pairs * height * width, row, dtype=dtype)
    start = time.perf_counter()
    network.model.visual(patches, grid_thw=torch.tensor([[pairs, height, width]]))
    return {"sec": time.perf_counter() - start}


print(f"{arguments.dtype}: {sum(p.numel() for p in network.parameters()):,} parameters", file=sys.stderr)
run_prefill(16)  # Brings mapped weights into memory and sets up the products.
serve({"prefill": lambda request: {"sec": run_prefill(request["tokens"])[0]}, "decode": decode, "vision": vision})
