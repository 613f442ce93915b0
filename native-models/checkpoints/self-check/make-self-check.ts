import { join } from 'node:path';
import type { Network } from '../../architectures/architecture-family.ts';
import type { GroundingHeadConfig } from '../../architectures/grounding-head/graph.ts';
import { createGroundingHead } from '../../architectures/grounding-head/grounding-head.ts';
import type { Precision } from '../../protocol/roles.ts';
import { createOnnxRuntime } from '../../runtime/onnxruntime.ts';
import { chooseDevice } from '../../runtime/providers.ts';
import { calibrationFrames, calibrationQuestion } from '../convert/calibration-input.ts';
import { FloatNetwork } from '../convert/float-network.ts';
import type { Manifest } from '../manifest.ts';
import { packageFiles } from '../package-layout.ts';
import { loadTokenizer } from '../text/tokenizer.ts';
import { hasBlocks, type Rounding } from './bounds.ts';
import { largestDeviation, updateDeviation } from './deviation.ts';
import { PackageWeights } from './package-weights.ts';
import { groundedRows, type SelfCheck } from './self-check.ts';

/** Visual tokens of a frame, down and across: uneven, and more than a window where a tower has windows. */
const cells = { down: 5, across: 6 } as const;

/** Tokens whose logits are compared, spread over the vocabulary. */
const comparedLogits = 256;

/** A package, as far as its self-check goes; its manifest need not be written yet. */
export interface CheckedPackage {
  readonly folder: string;
  readonly network: Network;
  readonly precision: Precision;
  readonly heads: Manifest['heads'];
  readonly embeddings: Manifest['embeddings'];
  readonly groundingHead: { readonly file: string; readonly config: GroundingHeadConfig } | undefined;
}

/**
 * Runs a small clip and prompt through a package's network on the processor, in float32, a layer at a time: with the package's own
 * weights, so that only what a device adds is in the difference. Nothing larger than a layer is in memory.
 * @throws EngineError PACKAGE_DAMAGED, CANCELLED.
 */
export async function makeSelfCheck(
  { folder, network, precision, groundingHead, ...vocabulary }: CheckedPackage,
  {
    threads,
    signal,
  }: { readonly threads?: number | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<SelfCheck> {
  const { shape } = network;
  const runtime = createOnnxRuntime(await chooseDevice('cpu', precision), { threads });
  const weights = await PackageWeights.open(folder, vocabulary, shape.hiddenSize);
  try {
    const floats = new FloatNetwork(network, weights, runtime);
    const cell = shape.patchSize * shape.mergeSize;
    const size = { height: cells.down * cell, width: cells.across * cell };
    const frames = calibrationFrames(size);
    const unobserved = () => undefined;
    const seen = await floats.encode(frames, size, unobserved, signal);
    const pairs = network.pairFeatures([seen.features, ...seen.deepstack], size);
    const tokens = cells.down * cells.across;
    const level = (index: number) =>
      concatenated(
        pairs.map((pair) =>
          pair.subarray(index * tokens * shape.hiddenSize, (index + 1) * tokens * shape.hiddenSize),
        ),
      );

    const tokenizer = await loadTokenizer({ tokenizerPath: join(folder, packageFiles.tokenizer) });
    const words = tokenizer.encode(calibrationQuestion);
    const { visionStart, videoPad, visionEnd } = shape.tokens;
    const visual = new Array<number>(pairs.length * tokens).fill(videoPad);
    const tokenIds = [...words.slice(0, 4), visionStart, ...visual, visionEnd, ...words.slice(4)];
    // Three rows that differ widely: what turns by the wrong one is far off.
    const positions = Int32Array.from({ length: 3 * tokenIds.length }, (_, index) => {
      const [row, token] = [Math.floor(index / tokenIds.length), index % tokenIds.length];
      return token + row * (token % 3) * 64;
    });
    const prompt = {
      tokenIds,
      positions,
      features: level(0),
      deepstack: seen.deepstack.map((_, index) => level(index + 1)),
    };
    let embeddings: Float32Array | undefined;
    const states = await floats.read(prompt, ({ before }) => (embeddings ??= before), signal);
    const lastRow = (tokenIds.length - 1) * shape.hiddenSize;
    const normed = await floats.normalize(states.slice(lastRow), signal);
    const vocabulary = shape.vocabularySize;
    const logitIds = Array.from({ length: Math.min(comparedLogits, vocabulary) }, (_, index) =>
      Math.floor((index * vocabulary) / Math.min(comparedLogits, vocabulary)),
    );
    const rows = await weights.headRows(logitIds);
    const logitsOf = (normed: Float32Array) =>
      Float32Array.from(rows, (row) => row.reduce((sum, value, at) => sum + value * (normed[at] ?? 0), 0));
    const logits = logitsOf(normed);
    return {
      ...{ frames, size, tokenIds, positions, states, logitIds },
      features: concatenated(pairs),
      logits,
      saliency: await saliencyOf(states, shape.hiddenSize),
      rounding: hasBlocks(precision) ? await roundingOf() : undefined,
    };

    /** The same inputs through products that read what was rounded to 8 bits. */
    async function roundingOf(): Promise<Rounding> {
      const rounded = new FloatNetwork(network, weights, runtime, { roundedInputs: true });
      const again = await rounded.encode(frames, size, unobserved, signal);
      const pairsAgain = network.pairFeatures([again.features, ...again.deepstack], size);
      const statesAgain = await rounded.read(prompt, unobserved, signal);
      const normedAgain = await rounded.normalize(statesAgain.slice(lastRow), signal);
      const before = embeddings ?? new Float32Array(states.length);
      return {
        features: largestDeviation(concatenated(pairsAgain), concatenated(pairs), shape.hiddenSize),
        states: updateDeviation(statesAgain, states, before, shape.hiddenSize),
        scores: largestDeviation(logitsOf(normedAgain), logits, logits.length),
      };
    }
  } finally {
    await weights.close();
  }

  async function saliencyOf(states: Float32Array, hidden: number): Promise<Float32Array | undefined> {
    if (groundingHead === undefined) return undefined;
    const session = await runtime.createSession(join(folder, groundingHead.file));
    const head = createGroundingHead(session, groundingHead.config);
    const { saliency } = await head.ground(
      states.slice(0, groundedRows * hidden),
      states.slice(states.length - hidden),
    );
    await session.release();
    return saliency;
  }
}

function concatenated(pieces: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
