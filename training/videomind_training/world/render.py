"""Draws films: frames at any size, straight from the ground truth. The same film and frame give the same pixels."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .film import Background, Film
from .motion import Seen, things_at
from .things import COLOURS

Image = NDArray[np.float32]
FULL_NOISE_SIZE = 112
"""Side of a frame from which on it has all of a film's noise."""

_BAR = np.array([32, 32, 34], np.float32)


def draw_frames(film: Film, frame_indices: list[int], size: int) -> NDArray[np.uint8]:
    """The frames at these indices of the written film: (frames, size, size, 3)."""
    frames = np.empty((len(frame_indices), size, size, 3), np.uint8)
    for row, index in enumerate(frame_indices):
        frames[row] = draw_frame(film, index / film.fps, size, noise_seed=film.seed * 8191 + index)
    return frames


def draw_frame(film: Film, time: float, size: int, noise_seed: int) -> NDArray[np.uint8]:
    """One frame, (size, size, 3), with the noise of `noise_seed`."""
    shot = film.shot_at(time)
    first, second = _textures(shot.background, size)
    mix = 0.5 - 0.5 * math.cos(2 * math.pi * (time - shot.start) / shot.background.period)
    image = first * np.float32(1 - mix) + second * np.float32(mix)
    for seen in things_at(film, time):
        _draw_thing(image, seen, size)
    for left, width in shot.background.bars:
        image[:, round(left * size) : round((left + width) * size)] = _BAR
    # Noise belongs to the written film; a smaller picture of it has less.
    image += _noise(size, noise_seed) * np.float32(film.noise * min(1.0, size / FULL_NOISE_SIZE))
    return np.clip(image + 0.5, 0, 255).astype(np.uint8)


def _draw_thing(image: Image, seen: Seen, size: int) -> None:
    """Paints a thing over the image, its rim soft by about a pixel."""
    state = seen.state
    centre_x, centre_y, radius = state.x * size, state.y * size, state.radius * size
    reach = radius * 1.3 + 1
    left, right = max(0, math.floor(centre_x - reach)), min(size, math.ceil(centre_x + reach))
    top, bottom = max(0, math.floor(centre_y - reach)), min(size, math.ceil(centre_y + reach))
    if left >= right or top >= bottom:
        return
    x = np.arange(left, right, dtype=np.float32) + np.float32(0.5 - centre_x)
    y = np.arange(top, bottom, dtype=np.float32)[:, None] + np.float32(0.5 - centre_y)
    cosine, sine = math.cos(state.angle), math.sin(state.angle)
    u = x * np.float32(cosine) + y * np.float32(sine)
    v = y * np.float32(cosine) - x * np.float32(sine)
    cover = np.clip(0.5 - _distance(seen.thing.shape, u, v, radius), 0, 1) * np.float32(seen.solidity)
    colour = np.array(COLOURS[seen.thing.colour], np.float32)
    paint = colour * (1 - np.float32(0.62) * _mark(seen.thing.shape, u, v, radius)[..., None])
    patch = image[top:bottom, left:right]
    patch += cover[..., None] * (paint - patch)


def _mark(shape: str, u: Image, v: Image, radius: float) -> Image:
    """How dark a thing is where: each shape wears a mark of its own, which also shows which way it is turned."""
    if shape == "circle":
        return np.clip(0.5 - (np.sqrt(u * u + (v + radius * 0.35) ** 2) - radius * 0.4), 0, 1)
    if shape == "square":
        return np.clip(0.5 + v, 0, 1) + 0 * u
    if shape == "star":
        return np.clip(0.5 - (np.abs(v) - radius * 0.22), 0, 1) + 0 * u
    return np.zeros_like(u + v)


def _distance(shape: str, u: Image, v: Image, radius: float) -> Image:
    """Signed distance in pixels to the rim of a shape, roughly; negative inside."""
    if shape == "circle":
        return np.sqrt(u * u + v * v) - radius
    if shape == "square":
        half = radius * 0.86
        return np.maximum(np.abs(u), np.abs(v)) - half
    if shape == "triangle":
        # Point up; the two sides fall twice as steeply as they spread.
        sides = np.abs(u) * np.float32(0.894) - (v + radius) * np.float32(0.447)
        return np.maximum(sides, v - radius * 0.75)
    angle = np.arctan2(u, -v)
    sector = np.abs((angle + math.pi / 5) % (2 * math.pi / 5) - math.pi / 5)
    rim = radius * 1.15 * (1 - 0.58 * sector / (math.pi / 5))
    return (np.sqrt(u * u + v * v) - rim) * np.float32(0.75)


@lru_cache(maxsize=64)
def _textures(background: Background, size: int) -> tuple[Image, Image]:
    rng = np.random.default_rng(background.seed)
    first, second = background.textures
    return (
        _texture(first, background.tones[0], size, rng),
        _texture(second, background.tones[1], size, rng),
    )


def _texture(kind: str, tone: tuple[int, int, int], size: int, rng: np.random.Generator) -> Image:
    steps = (np.arange(size, dtype=np.float32) + 0.5) / size
    x, y = steps[None, :], steps[:, None]
    angle = rng.uniform(0, math.pi)
    along = x * np.float32(math.cos(angle)) + y * np.float32(math.sin(angle))
    count = rng.integers(3, 7)
    if kind == "gradient":
        light = 40 * (along - 0.5)
    elif kind == "stripes":
        light = 12 * np.sin(2 * math.pi * count * along)
    elif kind == "checks":
        light = 12 * np.sign(np.sin(math.pi * count * x) * np.sin(math.pi * count * y))
    elif kind == "clouds":
        light = np.zeros((size, size), np.float32)
        for _ in range(6):
            wave, turn, phase = rng.uniform(1, 4), rng.uniform(0, 2 * math.pi), rng.uniform(0, 2 * math.pi)
            light += 7 * np.sin(2 * math.pi * wave * (x * math.cos(turn) + y * math.sin(turn)) + phase)
    else:
        light = np.zeros((size, size), np.float32)
    return np.asarray(np.array(tone, np.float32) + np.broadcast_to(light, (size, size))[..., None], np.float32)


@lru_cache(maxsize=4)
def _noise_bank(size: int) -> Image:
    return np.random.default_rng(size).standard_normal((64 + size, 64 + size, 3)).astype(np.float32)


def _noise(size: int, seed: int) -> Image:
    """A window of one large field of noise: as good as fresh noise to a codec or a model, and far cheaper."""
    mixed = (seed * 2654435761) % 2**32
    top, left = (mixed >> 8) % 64, (mixed >> 20) % 64
    return _noise_bank(size)[top : top + size, left : left + size]
