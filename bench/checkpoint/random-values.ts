import type { TensorSpec, ValueKind } from './tensor-list.ts';

/**
 * Length of the repeated block of random values: a prime, so that no two rows of a matrix begin at the same place of
 * it, and small enough to stay cheap to draw.
 */
const BLOCK_LENGTH = 4_194_301;

const WEIGHT_SCALE = 0.02;

/** Center and standard deviation of each kind of tensor. LoRA's B is small but not zero: an adapter that does something. */
const distributions: Record<ValueKind, { readonly center: number; readonly deviation: number }> = {
  weight: { center: 0, deviation: WEIGHT_SCALE },
  bias: { center: 0, deviation: WEIGHT_SCALE },
  norm: { center: 1, deviation: 0.05 },
  outlierNorm: { center: 1, deviation: 0.05 },
  loraA: { center: 0, deviation: WEIGHT_SCALE },
  loraB: { center: 0, deviation: 0.005 },
};

/** Channels that norms make large, as in trained networks; the same ones in every layer. */
export interface Outliers {
  readonly channels: number;
  readonly factor: number;
}

/** mulberry32: a small seeded generator, uniform in [0, 1). */
export function seededUniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** FNV-1a of a name, so that a tensor's values depend on the seed and its name alone, not on the order of writing. */
function hash(text: string, seed: number): number {
  let value = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return value;
}

const floatView = new Float32Array(1);
const bitView = new Uint32Array(floatView.buffer);

/** Rounds to bf16 (half to even), as the bits that a file holds. */
export function toBfloat16(value: number): number {
  floatView[0] = value;
  const bits = bitView[0] ?? 0;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

/** Normally distributed bf16 values by Box-Muller; drawn once a scale and then repeated. */
function normalBlock(seed: number, deviation: number, length: number): Uint16Array {
  const uniform = seededUniform(seed);
  const block = new Uint16Array(length);
  for (let i = 0; i < length; i += 2) {
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    block[i] = toBfloat16(radius * Math.cos(angle));
    if (i + 1 < length) block[i + 1] = toBfloat16(radius * Math.sin(angle));
  }
  return block;
}

/** Draws the values of a checkpoint's tensors as bf16 bytes, deterministic by seed. */
export class RandomValues {
  readonly #seed: number;
  readonly #outliers: Outliers;
  readonly #blocks = new Map<number, Uint8Array>();

  constructor(seed: number, outliers: Outliers) {
    this.#seed = seed;
    this.#outliers = outliers;
  }

  /** Bytes of a tensor, little-endian, in pieces that are views of one shared block: write them before asking for more. */
  *bytes(tensor: TensorSpec): Generator<Uint8Array> {
    const elements = tensor.shape.reduce((product, size) => product * size, 1);
    if (tensor.values === 'norm' || tensor.values === 'outlierNorm') {
      yield this.#norm(tensor, elements);
      return;
    }
    const block = this.#block(distributions[tensor.values].deviation);
    let at = (hash(tensor.name, this.#seed) % BLOCK_LENGTH) * 2;
    for (let left = elements * 2; left > 0;) {
      const piece = block.subarray(at, Math.min(block.length, at + left));
      yield piece;
      left -= piece.length;
      at = 0;
    }
  }

  #block(deviation: number): Uint8Array {
    let block = this.#blocks.get(deviation);
    if (block === undefined) {
      const values = normalBlock(this.#seed, deviation, BLOCK_LENGTH);
      block = new Uint8Array(values.buffer);
      this.#blocks.set(deviation, block);
    }
    return block;
  }

  #norm(tensor: TensorSpec, elements: number): Uint8Array {
    const { center, deviation } = distributions[tensor.values];
    const uniform = seededUniform(hash(tensor.name, this.#seed));
    const outliers = tensor.values === 'outlierNorm' ? this.outlierChannels(elements) : new Set<number>();
    const values = Uint16Array.from({ length: elements }, (_, channel) => {
      // A uniform draw of the same deviation: norm weights are few, their exact law does not matter.
      const value = center + deviation * Math.sqrt(12) * (uniform() - 0.5);
      return toBfloat16(outliers.has(channel) ? value * this.#outliers.factor : value);
    });
    return new Uint8Array(values.buffer);
  }

  /** Which of `size` channels carry outliers. */
  outlierChannels(size: number): Set<number> {
    const uniform = seededUniform(this.#seed ^ size);
    const channels = new Set<number>();
    while (channels.size < Math.min(this.#outliers.channels, size))
      channels.add(Math.floor(uniform() * size));
    return channels;
  }
}
