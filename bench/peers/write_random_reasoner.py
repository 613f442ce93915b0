"""Writes a checkpoint of random weights with the sizes of a published Qwen2.5-VL or Qwen3-VL.

    python write_random_reasoner.py PACK_CHECKPOINT OUT --shape qwen2.5-3b|qwen3-2b [--seed N]

Tokenizer, template and processor files are those of a tiny checkpoint of the same family (native-models/fixtures); sizes
are the published ones. Weights are bf16, normal with deviation 0.02; six channels of every norm have weights twenty
times larger, in the same places throughout, as trained networks have them. OUT appears only when it is complete.
"""

import argparse
import json
import os
import shutil

import torch
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForImageTextToText

SIZES = {
    "qwen2.5-3b": {
        "text": {
            "hidden_size": 2048,
            "intermediate_size": 11008,
            "num_attention_heads": 16,
            "num_hidden_layers": 36,
            "num_key_value_heads": 2,
            "vocab_size": 151936,
            "max_window_layers": 36,
            "layer_types": ["full_attention"] * 36,
        },
        "sections": [16, 24, 24],
        "vision": {
            "depth": 32,
            "fullatt_block_indexes": [7, 15, 23, 31],
            "hidden_size": 1280,
            "intermediate_size": 3420,
            "num_heads": 16,
            "out_hidden_size": 2048,
        },
    },
    "qwen3-2b": {
        "text": {
            "head_dim": 128,
            "hidden_size": 2048,
            "intermediate_size": 6144,
            "num_attention_heads": 16,
            "num_hidden_layers": 28,
            "num_key_value_heads": 8,
            "vocab_size": 151936,
        },
        "sections": [24, 20, 20],
        "vision": {
            "deepstack_visual_indexes": [5, 11, 17],
            "depth": 24,
            "hidden_size": 1024,
            "intermediate_size": 4096,
            "num_heads": 16,
            "num_position_embeddings": 2304,
            "out_hidden_size": 2048,
        },
    },
}
SHARD_BYTES = 4_000_000_000
OUTLIER_CHANNELS, OUTLIER_FACTOR = 6, 20

arguments = argparse.ArgumentParser()
arguments.add_argument("pack")
arguments.add_argument("out")
arguments.add_argument("--shape", choices=sorted(SIZES), required=True)
arguments.add_argument("--seed", type=int, default=1)
arguments = arguments.parse_args()

sizes = SIZES[arguments.shape]
unfinished = arguments.out.rstrip("/") + ".unfinished"
shutil.rmtree(unfinished, ignore_errors=True)
shutil.copytree(
    arguments.pack,
    unfinished,
    ignore=shutil.ignore_patterns("*.safetensors", "*.index.json", "config.json"),
)
with open(os.path.join(arguments.pack, "config.json")) as file:
    config = json.load(file)
config["tie_word_embeddings"] = True
config["text_config"].update(sizes["text"], tie_word_embeddings=True)
config["text_config"]["rope_scaling"]["mrope_section"] = sizes["sections"]
config["vision_config"].update(sizes["vision"])
with open(os.path.join(unfinished, "config.json"), "w") as file:
    json.dump(config, file, indent=2)

with torch.device("meta"):
    network = AutoModelForImageTextToText.from_config(AutoConfig.from_pretrained(unfinished))
shapes = {name: tensor.shape for name, tensor in network.state_dict().items() if name != "lm_head.weight"}
generator = torch.Generator().manual_seed(arguments.seed)
# One long draw, cut anew for each tensor at another place: as random as it needs to be, and many times faster.
noise = torch.empty(1 << 26, dtype=torch.bfloat16).normal_(0, 0.02, generator=generator)


def values(name, shape):
    count = shape.numel()
    start = int(torch.randint(0, noise.numel(), (1,), generator=generator))
    repeats = (start + count) // noise.numel() + 1
    drawn = noise.repeat(repeats)[start : start + count].reshape(shape) if repeats > 1 else noise[start : start + count].reshape(shape)
    if "norm" not in name or not name.endswith("weight"):
        return drawn.clone()
    weight = 1 + drawn
    if shape[0] >= 1024 and shape[0] <= 2048:
        weight[torch.arange(OUTLIER_CHANNELS) * (shape[0] // OUTLIER_CHANNELS) + 17] *= OUTLIER_FACTOR
    return weight


shards, shard, shard_bytes = [], {}, 0
for name, shape in shapes.items():
    size = 2 * shape.numel()
    if shard and shard_bytes + size > SHARD_BYTES:
        shards.append(shard)
        shard, shard_bytes = {}, 0
    shard[name] = shape
    shard_bytes += size
shards.append(shard)
index = {"metadata": {"total_size": sum(2 * shape.numel() for shape in shapes.values())}, "weight_map": {}}
for number, shard in enumerate(shards, 1):
    file = f"model-{number:05d}-of-{len(shards):05d}.safetensors"
    save_file({name: values(name, shape) for name, shape in shard.items()}, os.path.join(unfinished, file), {"format": "pt"})
    index["weight_map"].update(dict.fromkeys(shard, file))
with open(os.path.join(unfinished, "model.safetensors.index.json"), "w") as file:
    json.dump(index, file, indent=2)
os.rename(unfinished, arguments.out)
