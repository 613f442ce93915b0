import { describe, expect, it } from 'vitest';
import { probeVideo } from './probe.ts';
import { readFrames } from './read-frames.ts';
import { fixtureUrl, readFixture, readStoredTensor } from './testing/stored-tensor.ts';

interface Clip {
  readonly frameIndices: readonly number[];
}
interface ExpectedRun extends Record<'planner' | 'grounder' | 'answerer', Clip> {
  readonly ask: { readonly video: string };
  readonly totalFrames: number;
  readonly fps: number;
  readonly duration: number;
  readonly verifier: { readonly candidates: readonly Clip[] };
}

describe.each(['pack-2b', 'pack-7b'])('videos of the reference, %s', (pack) => {
  const runs = readFixture(`${pack}/expected/runs.json`) as ExpectedRun[];
  const videoPath = (run: ExpectedRun): string => fixtureUrl(`${pack}/videos/${run.ask.video}`).pathname;

  it('have the same frame count, rate and duration', async () => {
    for (const run of runs) {
      const video = await probeVideo(videoPath(run));
      expect(video.totalFrames).toBe(run.totalFrames);
      expect(video.fps).toBe(run.fps);
      expect(video.durationSec).toBe(run.duration);
      expect(video.constantRate).toBe(true);
    }
  });

  it('give the same resized frames: within 1/255, the same byte in 99.99 %', async () => {
    const run = runs[0]!;
    const video = await probeVideo(videoPath(run));
    const clips: [string, Clip][] = [
      ['planner', run.planner],
      ['grounder', run.grounder],
      ['answerer', run.answerer],
      ...run.verifier.candidates
        .slice(0, 2)
        .map((clip, index): [string, Clip] => [`verifier-${index}`, clip]),
    ];
    let bytes = 0;
    let different = 0;
    for (const [name, { frameIndices }] of clips) {
      const expected = readStoredTensor(`${pack}/expected/0-${name}.safetensors`, 'frames');
      const [count, , height = 0, width = 0] = expected.shape;
      expect(count).toBe(frameIndices.length);
      let place = 0;
      for await (const { rgb } of readFrames(video, frameIndices, { height, width })) {
        for (let index = 0; index < rgb.length; index++) {
          const plane = place * 3 + (index % 3);
          const distance = Math.abs(
            rgb[index]! - expected.bytes[plane * height * width + Math.floor(index / 3)]!,
          );
          if (distance > 1) expect.fail(`${name}, frame ${frameIndices[place]}: ${distance}/255 away`);
          different += distance;
        }
        bytes += rgb.length;
        place++;
      }
    }
    expect(bytes).toBeGreaterThan(500_000);
    expect(different / bytes).toBeLessThan(1e-4);
  });
});
