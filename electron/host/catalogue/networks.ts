import type { CatalogueCheckpoint } from '../contract/catalogue.ts';

/** A size of a family that this program computes: facts of its published configuration. */
export interface PublishedNetwork {
  readonly title: string;
  /** Of the manifest: `native-models/architectures/families.ts`. */
  readonly family: 'qwen2-vl' | 'qwen2.5-vl' | 'qwen3-vl';
  readonly parameters: number;
  readonly layers: number;
  readonly keyValueHeads: number;
}

const headWidth = 128;

/** The sizes that checkpoints of the catalogue have, by the name that rows of its data call them. */
export const publishedNetworks: Readonly<Record<string, PublishedNetwork>> = {
  'qwen2-vl-2b': network('Qwen2-VL 2B', 'qwen2-vl', 2.21e9, 28, 2),
  'qwen2-vl-7b': network('Qwen2-VL 7B', 'qwen2-vl', 8.29e9, 28, 4),
  'qwen2.5-vl-3b': network('Qwen2.5-VL 3B', 'qwen2.5-vl', 3.75e9, 36, 2),
  'qwen2.5-vl-7b': network('Qwen2.5-VL 7B', 'qwen2.5-vl', 8.29e9, 28, 4),
  'qwen3-vl-2b': network('Qwen3-VL 2B', 'qwen3-vl', 2.13e9, 28, 8),
  'qwen3-vl-4b': network('Qwen3-VL 4B', 'qwen3-vl', 4.44e9, 36, 8),
  'qwen3-vl-8b': network('Qwen3-VL 8B', 'qwen3-vl', 8.77e9, 36, 8),
};

function network(
  title: string,
  family: PublishedNetwork['family'],
  parameters: number,
  layers: number,
  keyValueHeads: number,
): PublishedNetwork {
  return { title, family, parameters, layers, keyValueHeads };
}

/** A weight of 8 bits with its share of the scales. */
const int8BytesPerParameter = 1.06;
/** The tower at work, and the runtime itself. */
const workingBytes = 1e9;
/** 64 frames of 256 tokens, two to a pair. */
const reasonerTokens = 8192;
/** Two roles keep the video: the one that finds and the one that answers. */
const chainTokens = 2 * reasonerTokens;

/**
 * Memory at the peak of a question at int8: weights, keys and values of its tokens in float32, and the work on frames.
 * Held against what was measured (docs/models.md, docs/benchmarks.md).
 */
export function peakMemoryBytes(size: PublishedNetwork, as: CatalogueCheckpoint['as']): number {
  const tokens = as === 'videomind' ? chainTokens : reasonerTokens;
  const kept = tokens * keyValueBytes(size);
  return Math.round(size.parameters * int8BytesPerParameter + kept + workingBytes);
}

/** Keys and values of one token in all layers, in float32. */
export function keyValueBytes({ layers, keyValueHeads }: PublishedNetwork): number {
  return layers * 2 * keyValueHeads * headWidth * Float32Array.BYTES_PER_ELEMENT;
}

/** What a checkpoint in bfloat16 takes on its way here, and with its int8 package beside it. */
export function downloadSizes({ parameters }: PublishedNetwork): {
  readonly downloadBytes: number;
  readonly diskBytes: number;
} {
  const downloadBytes = Math.round(parameters * 2);
  return { downloadBytes, diskBytes: Math.round(downloadBytes + parameters * int8BytesPerParameter) };
}
