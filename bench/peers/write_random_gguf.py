"""Random weights in llama.cpp's format, with the decoder shapes of a checkpoint: Q8_0 network and fp16 LoRA adapter.

    python write_random_gguf.py CHECKPOINT OUT_DIR

Writes OUT_DIR/decoder-q8_0.gguf and OUT_DIR/adapter.gguf. Q8_0 blocks (32 int8 with one fp16 scale) are random bytes
under a fixed scale, so that no float copy of the network is needed; speed does not depend on the values.
"""

import argparse
import json
import os

import gguf
import numpy as np

Q8_0 = gguf.GGMLQuantizationType.Q8_0
BLOCK = 32
BLOCK_SCALE = 2.7e-4  # Uniform int8 times this has the deviation 0.02 of trained weights.

arguments = argparse.ArgumentParser()
arguments.add_argument("checkpoint")
arguments.add_argument("out")
arguments = arguments.parse_args()

with open(os.path.join(arguments.checkpoint, "base", "config.json")) as file:
    config = json.load(file)
with open(os.path.join(arguments.checkpoint, "videomind", "grounder", "adapter_config.json")) as file:
    rank = json.load(file)["r"]

hidden = config["hidden_size"]
layers = config["num_hidden_layers"]
heads = config["num_attention_heads"]
key_value_heads = config["num_key_value_heads"]
key_value_size = hidden // heads * key_value_heads
inner = config["intermediate_size"]
vocabulary = config["vocab_size"]
first_special = config["bos_token_id"]
random = np.random.default_rng(0)

projections = {
    "attn_q": (hidden, hidden),
    "attn_k": (key_value_size, hidden),
    "attn_v": (key_value_size, hidden),
    "attn_output": (hidden, hidden),
}


def byte_alphabet():
    """The printable characters that stand for the 256 bytes."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    return [chr(byte) for byte in printable] + [chr(256 + i) for i in range(256 - len(printable))]


def write_decoder(path):
    writer = gguf.GGUFWriter(path, "qwen2")
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(hidden)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(inner)
    writer.add_head_count(heads)
    writer.add_head_count_kv(key_value_heads)
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    alphabet = byte_alphabet()
    writer.add_token_list(alphabet + [f"token{i}" for i in range(len(alphabet), vocabulary)])
    writer.add_token_types(
        [gguf.TokenType.NORMAL] * first_special + [gguf.TokenType.CONTROL] * (vocabulary - first_special)
    )
    writer.add_token_merges([f"{alphabet[0]} {alphabet[1]}"])
    writer.add_bos_token_id(first_special)
    writer.add_eos_token_id(config["eos_token_id"])
    writer.add_add_bos_token(False)

    def weight(name, outputs, inputs):
        blocks = outputs * inputs // BLOCK
        scales = np.full((blocks, 1), BLOCK_SCALE, np.float16).view(np.uint8).reshape(blocks, 2)
        values = random.integers(0, 256, (blocks, BLOCK), np.uint8)
        writer.add_tensor(name, np.hstack([scales, values]).reshape(outputs, -1), raw_dtype=Q8_0)

    def vector(name, size, value):
        writer.add_tensor(name, np.full(size, value, np.float32))

    weight("token_embd.weight", vocabulary, hidden)
    if not config["tie_word_embeddings"]:  # Without it llama.cpp takes the embeddings for the output as well.
        weight("output.weight", vocabulary, hidden)
    vector("output_norm.weight", hidden, 1)
    for layer in range(layers):
        at = f"blk.{layer}"
        vector(f"{at}.attn_norm.weight", hidden, 1)
        vector(f"{at}.ffn_norm.weight", hidden, 1)
        for name, (outputs, inputs) in projections.items():
            weight(f"{at}.{name}.weight", outputs, inputs)
            if name != "attn_output":
                vector(f"{at}.{name}.bias", outputs, 0)
        weight(f"{at}.ffn_gate.weight", inner, hidden)
        weight(f"{at}.ffn_up.weight", inner, hidden)
        weight(f"{at}.ffn_down.weight", hidden, inner)
    finish(writer)


def write_adapter(path):
    writer = gguf.GGUFWriter(path, "qwen2")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(rank))
    for layer in range(layers):
        for name, (outputs, inputs) in projections.items():
            for part, shape in (("a", (rank, inputs)), ("b", (outputs, rank))):
                values = (random.standard_normal(shape) * 0.01).astype(np.float16)
                writer.add_tensor(f"blk.{layer}.{name}.weight.lora_{part}", values)
    finish(writer)


def finish(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


os.makedirs(arguments.out, exist_ok=True)
write_adapter(os.path.join(arguments.out, "adapter.gguf"))
write_decoder(os.path.join(arguments.out, "unfinished.gguf"))
os.rename(os.path.join(arguments.out, "unfinished.gguf"), os.path.join(arguments.out, "decoder-q8_0.gguf"))
