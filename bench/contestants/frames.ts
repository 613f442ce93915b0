/**
 * Our frame reader as a contestant (contestant.ts): `frames.ts`. Serves frames {video, frames, width, height}: the video is
 * probed and evenly spread frames are read from it. Replies with the frame counters that the test videos carry.
 */
import { z } from 'zod';
import { probeVideo } from '../../native-models/media/probe.ts';
import { readFrames } from '../../native-models/media/read-frames.ts';
import { evenlySpaced } from '../../native-models/media/sample-frames.ts';
import { serveRequests } from './serve-requests.ts';

const requestSchema = z.object({
  video: z.string(),
  frames: z.number(),
  width: z.number(),
  height: z.number(),
});

const COUNTER_BITS = 16;
const COUNTER_CELLS = 20;

function readCounter(rgb: Uint8Array, width: number): number {
  const cell = width / COUNTER_CELLS;
  const y = Math.floor(cell * 0.375);
  return Array.from({ length: COUNTER_BITS }, (_, bit) => {
    const x = Math.floor((bit + 0.375) * cell);
    return (rgb[(y * width + x) * 3 + 1] ?? 0) > 128 ? 2 ** bit : 0;
  }).reduce((sum, value) => sum + value, 0);
}

await serveRequests({
  frames: async (fields) => {
    const request = requestSchema.parse(fields);
    const counters: number[] = [];
    const startMs = performance.now();
    const video = await probeVideo(request.video);
    const indices = evenlySpaced(0, video.totalFrames - 1, request.frames);
    for await (const { rgb } of readFrames(video, indices, request)) {
      counters.push(readCounter(rgb, request.width));
    }
    return { sec: (performance.now() - startMs) / 1000, counters };
  },
});
