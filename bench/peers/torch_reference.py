"""The reference stack at the shapes of a checkpoint: transformers' Qwen2-VL with a published-layout PEFT adapter active.

    python torch_reference.py CHECKPOINT --dtype bf16|fp32 --threads N [--device cpu|cuda]

Serves (see measuring.py): prefill {tokens, lastLogitsOnly?}, decode {context, tokens}, vision {pairs, gridHeight,
gridWidth}. transformers 4.45.2 computes the logits of every prompt position; `lastLogitsOnly` leaves that out.
"""

import argparse
import os
import sys
import time

arguments = argparse.ArgumentParser()
arguments.add_argument("checkpoint")
arguments.add_argument("--dtype", choices=["bf16", "fp32"], default="bf16")
arguments.add_argument("--role", default="grounder")
arguments.add_argument("--threads", type=int, required=True)
arguments.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
arguments = arguments.parse_args()

os.environ["HF_HUB_OFFLINE"] = "1"
if arguments.device == "cpu":
    os.environ["CUDA_VISIBLE_DEVICES"] = ""

import torch
from peft import PeftModel
from transformers import DynamicCache, Qwen2VLForConditionalGeneration

from measuring import serve

torch.set_num_threads(arguments.threads)
torch.set_grad_enabled(False)
torch.manual_seed(0)
dtype = {"bf16": torch.bfloat16, "fp32": torch.float32}[arguments.dtype]

network = Qwen2VLForConditionalGeneration.from_pretrained(
    os.path.join(arguments.checkpoint, "base"),
    torch_dtype=dtype,
    attn_implementation="sdpa",
    low_cpu_mem_usage=True,
)
adapter = os.path.join(arguments.checkpoint, "videomind", arguments.role)
network = PeftModel.from_pretrained(network, adapter, adapter_name=arguments.role, autocast_adapter_dtype=False).eval()
for parameter in network.parameters():
    parameter.data = parameter.data.to(dtype)
device = torch.device(arguments.device)
network.to(device)
inner = network.get_base_model()
vocabulary = 150_000

full_lm_head = inner.lm_head.forward


def clock():
    """Seconds, when all that was asked of the device is done."""
    if device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter()


def last_position_lm_head(states):
    return full_lm_head(states[:, -1:])


def run_prefill(tokens):
    """Reads a prompt; returns (seconds, next token, cache)."""
    ids = torch.randint(0, vocabulary, (1, tokens), device=device)
    # Handed in, as generate() does: left out, this version keeps no keys and values, whatever use_cache says.
    cache = DynamicCache()
    start = clock()
    output = network(input_ids=ids, past_key_values=cache, use_cache=True)
    following = output.logits[:, -1:].argmax(-1)
    seconds = clock() - start
    assert cache.get_seq_length() == tokens
    return seconds, following, cache


def prefill(request):
    inner.lm_head.forward = last_position_lm_head if request.get("lastLogitsOnly") else full_lm_head
    try:
        return {"sec": run_prefill(request["tokens"])[0]}
    finally:
        inner.lm_head.forward = full_lm_head


kept = {}  # A prompt that decode requests go on from: context -> (next token, cache)


def decode(request):
    """Seconds of each of `tokens` steps after `context` tokens, embeddings and lm_head included."""
    context = request["context"]
    if context not in kept:
        kept.clear()
        _, following, cache = run_prefill(context)
        kept[context] = (following, cache)
    following, cache = kept[context]
    cache.crop(context)
    seconds = []
    for step in range(request["tokens"]):
        position = torch.full((3, 1, 1), context + step, device=device)
        start = clock()
        output = network(input_ids=following, past_key_values=cache, use_cache=True, position_ids=position)
        following = output.logits[:, -1:].argmax(-1)
        seconds.append(clock() - start)
    seconds.sort()
    return {"sec": seconds[len(seconds) // 2], "totalSec": sum(seconds)}


def vision(request):
    """Seconds for one call of the vision tower over a whole clip, as the reference makes it."""
    pairs, height, width = request["pairs"], request["gridHeight"], request["gridWidth"]
    patches = torch.randn(pairs * height * width, 1176, dtype=dtype, device=device)
    grid = torch.tensor([[pairs, height, width]], device=device)
    start = clock()
    inner.visual(patches, grid_thw=grid)
    reply = {"sec": clock() - start}
    if device.type == "cuda":
        reply |= {"ranOn": torch.cuda.get_device_name(), "gpuBytes": torch.cuda.max_memory_allocated()}
    return reply


print(f"{arguments.dtype}: {sum(p.numel() for p in network.parameters()):,} parameters", file=sys.stderr)
run_prefill(16)  # Brings mapped weights into memory and sets up the products.
serve({"prefill": prefill, "decode": decode, "vision": vision})
