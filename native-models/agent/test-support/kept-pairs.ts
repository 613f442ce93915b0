import type { KeyedFeatures } from '../caches/kept-features/segment-file.ts';

/** Room for two of the groups of `keptPairs`. */
export const budgetBytes = 18_000;

/** Features of four videos, two pairs each, that differ in every value. */
export const keptPairs: readonly { readonly group: string; readonly pairs: readonly KeyedFeatures[] }[] =
  Array.from({ length: 4 }, (_, video) => ({
    group: `video-${video}`,
    pairs: Array.from({ length: 2 }, (_value, pair) => ({
      key: `pair-${pair}`,
      features: Float32Array.from({ length: 1000 }, (_each, at) => 10_000 * video + 1_000 * pair + at + 0.5),
    })),
  }));

/** Whether what was served of a pair is what was kept of it, to the bit. */
export function isRight(group: string, key: string, values: Float32Array): boolean {
  const pairs = keptPairs.find((each) => each.group === group)?.pairs;
  const expected = pairs?.find((pair) => pair.key === key)?.features;
  return expected !== undefined && Buffer.from(values.buffer).equals(Buffer.from(expected.buffer));
}
