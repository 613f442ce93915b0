import { fillTables, inverseFrequencies, type RotaryTables } from '../layers/rotary-tables.ts';
import type { DecoderConfig } from './config.ts';

/**
 * Multimodal rotary embedding: the frequencies are shared out among the time, height and width position of a token.
 * @param positions (3, rows), row-major.
 */
export function decoderRotary(config: DecoderConfig, positions: Int32Array): RotaryTables {
  const rows = positions.length / 3;
  const half = config.headSize / 2;
  const frequencies = inverseFrequencies(config.headSize, config.ropeTheta);
  const axes = frequencyAxes(config);
  return fillTables(rows, half, (row, index) => {
    const axis = axes[index] ?? 0;
    return Math.fround((positions[axis * rows + row] ?? 0) * (frequencies[index] ?? 0));
  });
}

/** The position row that each frequency turns with: three sections in a row, or height and width every third frequency. */
function frequencyAxes({ headSize, ropeSections, ropeLayout }: DecoderConfig): Uint8Array {
  const [time, height, width] = ropeSections;
  const sections = [time, height, width];
  return Uint8Array.from({ length: headSize / 2 }, (_, index) => {
    if (ropeLayout === 'contiguous') return index < time ? 0 : index < time + height ? 1 : 2;
    const axis = index % 3;
    return index < 3 * (sections[axis] ?? 0) ? axis : 0;
  });
}
