import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sampleFrameIndices } from './sample-frames.ts';
import { smartResize } from './smart-resize.ts';
import type { TimelineVideo } from './timeline.ts';

interface Tables {
  readonly smartResize: readonly {
    readonly height: number;
    readonly width: number;
    readonly minTokens: number;
    readonly maxTokens: number;
    readonly result: readonly [number, number] | 'error';
  }[];
  readonly sampleFrames: readonly {
    readonly totalFrames: number;
    readonly fps: number;
    readonly startSec: number | null;
    readonly endSec: number | null;
    readonly sampleFps: number;
    readonly maxFrames: number;
    readonly indices: readonly number[];
  }[];
}

function readTables(pack: string): Tables {
  const url = new URL(`../fixtures/${pack}/expected/tables.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as Tables;
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

describe.each(['pack-2b', 'pack-7b'])('tables of the reference, %s', (pack) => {
  const tables = readTables(pack);

  it('chooses the same frames', () => {
    expect(tables.sampleFrames.length).toBeGreaterThanOrEqual(160);
    for (const row of tables.sampleFrames) {
      const indices = sampleFrameIndices(constantRateVideo(row.totalFrames, row.fps), {
        sampleFps: row.sampleFps,
        maxFrames: row.maxFrames,
        startSec: row.startSec ?? undefined,
        endSec: row.endSec ?? undefined,
      });
      expect(indices, JSON.stringify({ ...row, indices: undefined })).toEqual(row.indices);
    }
  });

  it('resizes to the same sizes and refuses the same ratios', () => {
    expect(tables.smartResize.length).toBeGreaterThanOrEqual(120);
    for (const row of tables.smartResize) {
      const resize = (): readonly [number, number] => {
        const size = smartResize(row, {
          factor: 28,
          minPixels: row.minTokens * 784,
          maxPixels: row.maxTokens * 784,
        });
        return [size.height, size.width];
      };
      if (row.result === 'error') expect(resize).toThrow(/200 times/);
      else expect(resize(), JSON.stringify(row)).toEqual(row.result);
    }
  });
});

it('a video with few frames a second is refused with what would help, one with few frames with how many it takes', () => {
  const refusal = (totalFrames: number, fps: number): unknown => {
    try {
      return sampleFrameIndices(
        {
          ...{ totalFrames, fps, durationSec: totalFrames / fps, constantRate: true },
          frameTimesSec: Float64Array.from({ length: totalFrames }, (_, index) => index / fps),
        },
        { sampleFps: 2, maxFrames: 150 },
      );
    } catch (error) {
      return error;
    }
  };
  expect(refusal(6, 0.1)).toMatchObject({
    code: 'VIDEO_TOO_SHORT',
    remedy: expect.stringContaining('more frames a second') as string,
  });
  expect(refusal(3, 25)).toMatchObject({
    code: 'VIDEO_TOO_SHORT',
    remedy: 'A video needs at least 4 frames.',
  });
});
