import { bool, float32, int32, type Feeds } from '../../runtime/runtime.ts';
import type { DecoderConfig } from './config.ts';
import { decoderRotary } from './rotary.ts';

/** Feeds of the step inputs (attention.ts) for rows at `positions`, (3, rows), after `past` tokens. */
export function stepFeeds(config: DecoderConfig, positions: Int32Array, past: number): Feeds {
  const rows = positions.length / 3;
  const { cos, sin } = decoderRotary(config, positions);
  return {
    cos: float32(cos, [rows, config.headSize / 2]),
    sin: float32(sin, [rows, config.headSize / 2]),
    row_ids: {
      type: 'int64',
      dims: [1, rows],
      data: BigInt64Array.from({ length: rows }, (_, row) => BigInt(row)),
    },
    total: int32([past + rows], []),
    last: int32([past + rows - 1], [1]),
    single: bool(rows === 1 && past > 0),
  };
}
