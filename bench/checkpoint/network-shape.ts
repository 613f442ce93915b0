/** Sizes of a Qwen2-VL network and of the VideoMind parts that go with it: all that a random checkpoint is made from. */
export interface CheckpointShape {
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly intermediateSize: number;
  /** Rows of the embedding table, padding included. */
  readonly vocabularySize: number;
  /** True when lm_head is the embedding table, and so is not in the files. */
  readonly tiedEmbeddings: boolean;
  /** Rotary sections for time, height and width; together half a head. */
  readonly ropeSections: readonly [number, number, number];
  readonly vision: {
    readonly depth: number;
    readonly embeddingSize: number;
    readonly heads: number;
    /** Width of the MLP over the width of the tower. */
    readonly mlpRatio: number;
    readonly patchSize: number;
    readonly mergeSize: number;
    readonly temporalPatchSize: number;
  };
  readonly adapterRank: number;
  /** Width of the grounding head. */
  readonly groundingHeadSize: number;
}

const publishedVision = {
  depth: 32,
  embeddingSize: 1280,
  heads: 16,
  mlpRatio: 4,
  patchSize: 14,
  mergeSize: 2,
  temporalPatchSize: 2,
};

/** The published sizes, by name; `tiny` has the same layout and real token ids, for tests. */
export const checkpointShapes = {
  '2b': {
    hiddenSize: 1536,
    layers: 28,
    heads: 12,
    keyValueHeads: 2,
    intermediateSize: 8960,
    vocabularySize: 151_936,
    tiedEmbeddings: true,
    ropeSections: [16, 24, 24],
    vision: publishedVision,
    adapterRank: 64,
    groundingHeadSize: 256,
  },
  '7b': {
    hiddenSize: 3584,
    layers: 28,
    heads: 28,
    keyValueHeads: 4,
    intermediateSize: 18_944,
    vocabularySize: 152_064,
    tiedEmbeddings: false,
    ropeSections: [16, 24, 24],
    vision: publishedVision,
    adapterRank: 64,
    groundingHeadSize: 256,
  },
  tiny: {
    hiddenSize: 32,
    layers: 2,
    heads: 2,
    keyValueHeads: 1,
    intermediateSize: 64,
    vocabularySize: 151_936,
    tiedEmbeddings: true,
    ropeSections: [2, 3, 3],
    vision: { ...publishedVision, depth: 2, embeddingSize: 32, heads: 2 },
    adapterRank: 4,
    groundingHeadSize: 16,
  },
} as const satisfies Record<string, CheckpointShape>;

/** Name of a set of sizes. */
export type CheckpointShapeName = keyof typeof checkpointShapes;

/** Whether `name` names a set of sizes. */
export function isCheckpointShapeName(name: string): name is CheckpointShapeName {
  return Object.hasOwn(checkpointShapes, name);
}
