import { fillTables, inverseFrequencies, type RotaryTables } from '../layers/rotary-tables.ts';
import type { VisionConfig } from './config.ts';
import type { PatchPlace } from './patch-order.ts';

/**
 * Rotary embedding of one frame pair's patches: the first half of the frequencies turns with the line, the second with the
 * column.
 * @param places Line and column of each patch.
 */
export function visionRotary(config: VisionConfig, places: readonly PatchPlace[]): RotaryTables {
  const half = config.headSize / 2;
  const frequencies = inverseFrequencies(half, 10_000);
  return fillTables(places.length, half, (row, index) => {
    const place = places[row] ?? [0, 0];
    const onLine = index < half / 2;
    const position = onLine ? place[0] : place[1];
    return Math.fround(position * (frequencies[onLine ? index : index - half / 2] ?? 0));
  });
}
