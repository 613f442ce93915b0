import type { PackageOutline } from '../../checkpoints/package-outline.ts';
import { tokensPerPair } from '../shown/clip.ts';
import { defaultCacheBudgetBytes, reasonerCacheBudgetBytes } from '../cache-sizes.ts';
import type { RoleView } from './role-views.ts';

/** What a role would be shown, and by whose weights it would be read. */
export interface ReadView extends RoleView {
  readonly model: PackageOutline;
}

/** The engine process without any model: Node, ONNX Runtime, ffmpeg's pipes. */
const processBytes = 300 * 2 ** 20;

/**
 * Memory that a run needs at its fullest moment, about: the weights, the keys and values of the longest prompt with its
 * reply, what is kept of the others (as much as the caches may), and the larger of the tower's and the decoder's work.
 */
export function estimateMemory(views: readonly ReadView[], packages: readonly PackageOutline[]): number {
  const weights = packages.reduce((sum, { weightBytes }) => sum + weightBytes, 0);
  const keyValues = views.map(
    ({ shown, model }) => (shown.tokenIds.length + shown.maxNewTokens) * model.memory.keyValueBytesPerToken,
  );
  const largest = Math.max(0, ...keyValues);
  const others = keyValues.reduce((sum, bytes) => sum + bytes, 0) - largest;
  const kept = packages.reduce(
    (sum, { reasoner }) =>
      sum + (reasoner === undefined ? defaultCacheBudgetBytes : reasonerCacheBudgetBytes),
    0,
  );
  return weights + processBytes + largest + Math.min(kept, others + featureBytes(views)) + workBytes(views);
}

/** Features of all frame pairs of the largest view: the others mostly show the same pairs. */
function featureBytes(views: readonly ReadView[]): number {
  return Math.max(
    0,
    ...views.map(({ shown, model }) => {
      const { hiddenSize, deepstackLevels } = model.network;
      const visual = shown.clips.reduce(
        (sum, clip) => sum + clip.grid[0] * tokensPerPair(clip, model.network),
        0,
      );
      return visual * hiddenSize * (1 + deepstackLevels) * Float32Array.BYTES_PER_ELEMENT;
    }),
  );
}

function workBytes(views: readonly ReadView[]): number {
  return Math.max(
    0,
    ...views.map(({ shown, model: { memory } }) => {
      const patches = shown.clips.map(({ grid: [, lines, columns] }) => lines * columns);
      return Math.max(
        ...patches.map((count) => memory.visionBytes(count)),
        memory.decoderBytes(shown.tokenIds.length),
      );
    }),
  );
}
