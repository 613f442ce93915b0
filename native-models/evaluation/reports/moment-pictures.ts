import path from 'node:path';
import { probeVideo } from '../../media/probe.ts';
import { readFrames } from '../../media/read-frames.ts';
import { secondsToPosition } from '../../media/timeline.ts';
import type { FrameSize, Video } from '../../media/video.ts';
import { pngDataUrl } from '../../media/write-png.ts';
import type { WorstCase } from '../../protocol/eval-report.ts';
import { EngineError } from '../../protocol/errors.ts';
import type { Span } from '../metrics/spans.ts';

/** Width of the pictures, in pixels. */
const frameWidth = 176;

/** A moment and what it is called under its pictures. */
export interface NamedMoment {
  readonly name: string;
  readonly span: Span;
}

/** Start and middle of each moment. A video that cannot be read has no pictures: the case says so by its error. */
export async function momentPictures(
  written: string,
  dataDir: string,
  moments: readonly NamedMoment[],
  signal: AbortSignal | undefined,
): Promise<WorstCase['frames']> {
  if (written === '' || moments.length === 0) return [];
  try {
    const video = await probeVideo(path.resolve(dataDir, written.replace(/^data\//, '')), { signal });
    const wanted = moments.flatMap(({ name, span: [start, end] }) => [
      { label: `${name}, start`, frameIndex: frameAt(video, start) },
      { label: `${name}, middle`, frameIndex: frameAt(video, (start + end) / 2) },
    ]);
    const size = pictureSize(video);
    const frames: WorstCase['frames'] = [];
    const indices = wanted.map(({ frameIndex }) => frameIndex);
    for await (const frame of readFrames(video, indices, size, { signal })) {
      const label = wanted[frames.length]?.label ?? '';
      frames.push({ label, url: pngDataUrl(frame.rgb, size) });
    }
    return frames;
  } catch (error) {
    if (error instanceof EngineError && error.code !== 'CANCELLED') return [];
    throw error;
  }
}

function frameAt(video: Video, timeSec: number): number {
  const position = Math.round(secondsToPosition(video, timeSec));
  return Math.min(video.totalFrames - 1, Math.max(0, position));
}

function pictureSize({ width, height }: Video): FrameSize {
  return { width: frameWidth, height: Math.max(2, Math.round((frameWidth * height) / width)) };
}
