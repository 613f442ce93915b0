import { bool, float32, type Session } from '../../runtime/runtime.ts';
import { rowsInMemory, rowsOnDevice, type Rows } from '../device-rows.ts';
import type { Sizes } from '../../onnx/graph-builder.ts';
import type { Dialect } from '../layers/dialect.ts';
import type { SizedGraph } from '../sized-graph.ts';
import type { GroundingHead, GroundingResult } from '../vision-language-model.ts';
import type { GroundingHeadConfig } from './graph.ts';
import { selectMoments } from './select-moments.ts';

/** Runs the grounding head's graph. */
export function createGroundingHead(session: Session, config: GroundingHeadConfig): GroundingHead {
  return {
    async ground(states: Rows, regState: Float32Array): Promise<GroundingResult> {
      const frameStates = rowsInMemory(states);
      const frames = frameStates.length / config.hidden;
      const present = Object.fromEntries(
        Array.from({ length: config.levels - 1 }, (_, index) => [
          `level_present.${index + 1}`,
          bool(frames >= 2 ** (index + 1)),
        ]),
      );
      const { scores, offsets } = await session.run(
        {
          frame_states: float32(frameStates, [frames, config.hidden]),
          query_state: float32(regState, [1, config.hidden]),
          encoding: float32(sinusoidalEncoding(frames, config.width), [frames, config.width]),
          ...present,
        },
        ['scores', 'offsets'],
      );
      const saliency = scores?.data as Float32Array;
      return { saliency, rows: selectMoments(saliency, offsets?.data as Float32Array, frames) };
    },
  };
}

/** Clips of so many lengths at most have their own graph open. */
export const openHeadSizes = 8;

/**
 * Runs the head on a device, where there is a graph for each number of levels, since it has no control flow, and in dialect
 * `plain` for each number of frames.
 */
export function createDeviceGroundingHead(
  head: SizedGraph,
  config: GroundingHeadConfig,
  dialect: Dialect,
): GroundingHead {
  return {
    async ground(states: Rows, regState: Float32Array): Promise<GroundingResult> {
      const frameStates = rowsOnDevice(states);
      const [frames = 0] = frameStates.dims;
      const { scores, offsets } = await head.run(
        headSizes(config, frames, dialect),
        {
          frame_states: frameStates,
          query_state: float32(regState, [1, config.hidden]),
          encoding: float32(sinusoidalEncoding(frames, config.width), [frames, config.width]),
        },
        ['scores', 'offsets'],
        {},
      );
      const saliency = scores?.data as Float32Array;
      return { saliency, rows: selectMoments(saliency, offsets?.data as Float32Array, frames) };
    },
  };
}

/** What the graph for a clip of so many frames is written for: its levels, and in `plain` all that depends on the frames. */
function headSizes(
  config: GroundingHeadConfig,
  frames: number,
  dialect: Dialect,
): Sizes & { levels: number } {
  const levels = Math.min(config.levels, 1 + Math.floor(Math.log2(frames)));
  if (dialect.name !== 'plain') return { levels };
  const each = Array.from({ length: levels }, (_, level) => Math.floor(frames / 2 ** level));
  return { levels, frames, points: each.reduce((sum, points) => sum + points, 0) };
}

const temperature = 10_000;

/**
 * Sinusoidal positions normalized by the length: position / (last + ε) · 2π for positions 1 … frames, even columns sine, odd
 * columns cosine: (frames, width).
 */
function sinusoidalEncoding(frames: number, width: number): Float32Array {
  const encoding = new Float32Array(frames * width);
  for (let frame = 0; frame < frames; frame++) {
    const position = ((frame + 1) / (frames + 1e-6)) * 2 * Math.PI;
    for (let column = 0; column < width; column++) {
      const angle = position / temperature ** ((2 * Math.floor(column / 2)) / width);
      encoding[frame * width + column] = column % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    }
  }
  return encoding;
}
