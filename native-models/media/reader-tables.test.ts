import { describe, expect, it } from 'vitest';
import { chooseFrames } from './choose-frames.ts';
import { processorSize, readerSize } from './clip-sizes.ts';
import { spreadFrames, steppedFrames } from './processor-frames.ts';
import { createFloatResampler } from './resample.ts';
import { readFixture, readStoredTensor } from './testing/stored-tensor.ts';
import type { TimelineVideo } from './timeline.ts';

type Refused = { readonly error: string };

interface Tables {
  readonly sampleFrames: readonly {
    readonly totalFrames: number;
    readonly fps: number;
    readonly sampleFps: number;
    readonly maxFrames: number | null;
    readonly minFrames: number | null;
    readonly startSec: number | null;
    readonly endSec: number | null;
    readonly result: { readonly indices: number[]; readonly sampleFps: number } | Refused;
  }[];
  readonly processorSampleFrames: readonly {
    readonly totalFrames: number;
    readonly fps: number;
    readonly sampleFps: number;
    readonly result: number[] | Refused;
  }[];
  readonly frameResize: readonly {
    readonly height: number;
    readonly width: number;
    readonly frames: number;
    readonly minPixels: number | null;
    readonly maxPixels: number | null;
    readonly imagePatchSize: number;
    readonly result: [number, number];
  }[];
  readonly videoResize: readonly {
    readonly frames?: number;
    readonly height: number;
    readonly width: number;
    readonly shortestEdge: number;
    readonly longestEdge: number;
    readonly factor: number;
    readonly result: [number, number] | Refused;
  }[];
}

function constantRateVideo(totalFrames: number, fps: number): TimelineVideo {
  return {
    fps,
    totalFrames,
    durationSec: totalFrames / fps,
    frameTimesSec: new Float64Array(),
    constantRate: true,
  };
}

describe.each([
  { pack: 'pack-qwen2.5', limitsCount: 'frame' as const, processorFrames: steppedFrames },
  { pack: 'pack-qwen3', limitsCount: 'clip' as const, processorFrames: spreadFrames },
])('tables of the reference, $pack', ({ pack, limitsCount, processorFrames }) => {
  const tables = readFixture(`${pack}/expected/tables.json`) as Tables;

  it('the reader chooses the same frames and comes to the same rate', () => {
    expect(tables.sampleFrames.length).toBeGreaterThanOrEqual(160);
    for (const row of tables.sampleFrames) {
      const choose = (): unknown => {
        const chosen = chooseFrames(constantRateVideo(row.totalFrames, row.fps), {
          sampleFps: row.sampleFps,
          maxFrames: row.maxFrames ?? undefined,
          minFrames: row.minFrames ?? undefined,
          startSec: row.startSec ?? undefined,
          endSec: row.endSec ?? undefined,
        });
        return { indices: chosen.frameIndices, sampleFps: chosen.effectiveFps };
      };
      if ('error' in row.result) expect(choose, JSON.stringify(row)).toThrow(/fewer than two|No pair/);
      else expect(choose(), JSON.stringify({ ...row, result: undefined })).toEqual(row.result);
    }
  });

  it('a processor that is handed whole videos chooses the same frames', () => {
    expect(tables.processorSampleFrames.length).toBeGreaterThanOrEqual(60);
    for (const row of tables.processorSampleFrames) {
      const choose = () => processorFrames(row, row.sampleFps);
      if ('error' in row.result) expect(choose, JSON.stringify(row)).toThrow('no pair');
      else expect(choose(), `${row.totalFrames} at ${row.fps}`).toEqual(row.result);
    }
  });

  it('the reader gives frames the same sizes', () => {
    expect(tables.frameResize.length).toBeGreaterThanOrEqual(140);
    for (const row of tables.frameResize) {
      const size = readerSize(row, {
        factor: row.imagePatchSize * 2,
        frames: row.frames,
        minPixels: row.minPixels ?? undefined,
        maxPixels: row.maxPixels ?? undefined,
      });
      expect([size.height, size.width], JSON.stringify(row)).toEqual(row.result);
    }
  });

  it('the processor feeds the same sizes and refuses the same ones', () => {
    expect(tables.videoResize.length).toBeGreaterThanOrEqual(140);
    for (const row of tables.videoResize) {
      const resize = (): [number, number] => {
        const size = processorSize(row, row.frames ?? 2, {
          factor: row.factor,
          minPixels: row.shortestEdge,
          maxPixels: row.longestEdge,
          limitsCount,
        });
        return [size.height, size.width];
      };
      if ('error' in row.result) expect(resize, JSON.stringify(row)).toThrow(/too narrow|no pair/);
      else expect(resize(), JSON.stringify(row)).toEqual(row.result);
    }
  });
});

describe.each(['0', '2'])('frames that Qwen3-VL is fed in ask %s', (ask) => {
  const file = `pack-qwen3/expected/${ask}.safetensors`;
  const read = readStoredTensor(file, 'frames'); // (frames, 3, height, width) uint8
  const fed = readStoredTensor(file, 'fedFrames'); // (2, 3, height, width) float32
  const values = new Float32Array(Uint8Array.from(fed.bytes).buffer);

  it('are resized once more, not rounded', () => {
    const [, , height = 0, width = 0] = read.shape;
    const [, , fedHeight = 0, fedWidth = 0] = fed.shape;
    const resample = createFloatResampler({ height, width }, { height: fedHeight, width: fedWidth });
    let farthest = 0;
    for (const frame of [0, 1]) {
      const result = resample(interleaved(read.bytes, frame, height * width));
      for (const [index, value] of result.entries()) {
        const plane = frame * 3 + (index % 3);
        const expected = values[plane * fedHeight * fedWidth + Math.floor(index / 3)] ?? Number.NaN;
        farthest = Math.max(farthest, Math.abs(value - expected));
      }
    }
    expect(farthest).toBeLessThan(1e-3);
    expect(values.some((value) => !Number.isInteger(value))).toBe(true);
  });
});

it('a resize of floats overshoots at sharp edges', () => {
  const resample = createFloatResampler({ height: 4, width: 8 }, { height: 4, width: 12 });
  const halves = Uint8Array.from({ length: 4 * 8 * 3 }, (_, index) => (index % 24 < 12 ? 0 : 255));
  const values = resample(halves);
  expect(Math.min(...values)).toBeLessThan(-1);
  expect(Math.max(...values)).toBeGreaterThan(256);
});

/** (height, width, 3) of one frame of (frames, 3, height, width). */
function interleaved(planes: Uint8Array, frame: number, pixels: number): Uint8Array {
  return Uint8Array.from(
    { length: pixels * 3 },
    (_, index) => planes[(frame * 3 + (index % 3)) * pixels + Math.floor(index / 3)] ?? 0,
  );
}
