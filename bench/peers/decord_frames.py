"""decord as a contestant (bench/contestants/contestant.ts): decord_frames.py [--threads N].

Serves frames {video, frames, width, height}: opens the video, reads evenly spread frames in full size, as the reference
does, and resizes them (bicubic, antialiased). Replies with the time and the frame counters that the test videos carry.
"""

import argparse
import time

import decord
import numpy as np
import torch
from torch.nn.functional import interpolate

from measuring import serve

COUNTER_BITS, COUNTER_CELLS = 16, 20
BATCH = 8


def read_counters(frames):
    """(n, height, width, 3) uint8 -> the number burned into each frame."""
    cell = frames.shape[2] / COUNTER_CELLS
    y = int(cell * 0.375)
    bits = [(frames[:, y, int((bit + 0.375) * cell), 1] > 128).astype(int) << bit for bit in range(COUNTER_BITS)]
    return sum(bits).tolist()


def read_frames(request):
    height, width = request["height"], request["width"]
    start = time.perf_counter()
    reader = decord.VideoReader(request["video"], num_threads=0)
    indices = np.linspace(0, len(reader) - 1, request["frames"]).round().astype(int)
    pictures = torch.from_numpy(reader.get_batch(indices).asnumpy()).permute(0, 3, 1, 2)
    resized = [
        interpolate(pictures[at : at + BATCH].float(), (height, width), mode="bicubic", antialias=True)
        for at in range(0, len(pictures), BATCH)
    ]
    frames = torch.cat(resized).round().clamp(0, 255).byte().permute(0, 2, 3, 1).numpy()
    return {"sec": time.perf_counter() - start, "counters": read_counters(frames)}


parser = argparse.ArgumentParser()
parser.add_argument("--threads", type=int, default=2)
torch.set_num_threads(parser.parse_args().threads)
serve({"frames": read_frames})
