import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { locateFfmpeg } from './ffmpeg.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import {
  chooseEncoder,
  countedSource,
  decodeAll,
  madeHeight,
  madeWidth,
  makeVideo,
  readCounter,
  turnClockwise,
} from './made-videos.ts';
import { probeVideo } from './probe.ts';
import { readFrames } from './read-frames.ts';
import { installedFfmpegs } from './installed-ffmpegs.ts';
import type { Frame, Video } from './video.ts';

const range = (start: number, end: number): number[] =>
  Array.from({ length: end - start }, (_, index) => start + index);

interface OddVideo {
  readonly name: string;
  /** Makes the file `stem` + its extension and returns its path. */
  make(ffmpeg: Ffmpeg, stem: string): Promise<string>;
  /** Counters of the frames that a person sees. */
  readonly counters: readonly number[];
  readonly fps?: number;
  readonly constantRate?: boolean;
}

/** H.264 where the build can, else MPEG-4: both with B-frames. A key frame every 30 frames. */
async function bFrames(ffmpeg: Ffmpeg): Promise<string[]> {
  const encoder = await chooseEncoder(ffmpeg, ['libx264', 'mpeg4']);
  return ['-c:v', encoder, '-g', '30', '-bf', '2', '-b:v', '800k'];
}

const withBFrames = (extension: string): OddVideo['make'] => {
  return async (ffmpeg, stem) =>
    makeVideo(ffmpeg, [...countedSource(4), ...(await bFrames(ffmpeg))], `${stem}.${extension}`);
};

const oddVideos: readonly OddVideo[] = [
  { name: 'B-frames in mp4', make: withBFrames('mp4'), counters: range(0, 100), fps: 25 },
  { name: 'B-frames in mkv', make: withBFrames('mkv'), counters: range(0, 100), fps: 25 },
  { name: 'B-frames in mov', make: withBFrames('mov'), counters: range(0, 100), fps: 25 },
  {
    name: 'B-frames in avi, which has no presentation times',
    make: withBFrames('avi'),
    counters: range(0, 100),
  },
  { name: 'B-frames in a transport stream', make: withBFrames('ts'), counters: range(0, 100), fps: 25 },
  {
    name: 'a fragmented mp4',
    make: async (ffmpeg, stem) =>
      makeVideo(
        ffmpeg,
        [...countedSource(4), ...(await bFrames(ffmpeg)), '-movflags', 'frag_keyframe+empty_moov'],
        `${stem}.mp4`,
      ),
    counters: range(0, 100),
  },
  {
    name: 'webm',
    make: async (ffmpeg, stem) => {
      const encoder = await chooseEncoder(ffmpeg, ['libvpx', 'libvpx-vp9', 'mpeg4']);
      const extension = encoder === 'mpeg4' ? 'mkv' : 'webm';
      return makeVideo(
        ffmpeg,
        [...countedSource(4), '-c:v', encoder, '-g', '30', '-b:v', '1M'],
        `${stem}.${extension}`,
      );
    },
    counters: range(0, 100),
    fps: 25,
  },
  ...(['mkv', 'mp4'] as const).map((extension): OddVideo => {
    return {
      name: `a variable frame rate in ${extension}`,
      make: async (ffmpeg, stem) => {
        // Old builds end the edit list of an mp4 with B-frames and a variable rate too early.
        const reordering = extension === 'mkv' ? await bFrames(ffmpeg) : ['-c:v', 'mpeg4', '-g', '30'];
        const thinned = ['-vf', "select='lt(n,50)+not(mod(n,3))'", ...ffmpeg.passthroughArguments];
        return makeVideo(ffmpeg, [...countedSource(8), ...thinned, ...reordering], `${stem}.${extension}`);
      },
      counters: range(0, 200).filter((frame) => frame < 50 || frame % 3 === 0),
      constantRate: false,
    };
  }),
  {
    name: 'an edit list that hides the beginning',
    make: async (ffmpeg, stem) => {
      const whole = await withBFrames('mp4')(ffmpeg, `${stem}-whole`);
      return makeVideo(ffmpeg, ['-ss', '1.5', '-i', whole, '-c', 'copy'], `${stem}.mp4`);
    },
    counters: range(38, 100),
  },
  {
    name: 'NTSC rate on a millisecond clock',
    make: async (ffmpeg, stem) =>
      makeVideo(
        ffmpeg,
        [
          ...countedSource(4),
          ...['-vf', 'setpts=N*1001/30000/TB', '-r', '30000/1001', ...(await bFrames(ffmpeg))],
        ],
        `${stem}.mkv`,
      ),
    counters: range(0, 100),
    fps: 30_000 / 1001,
    constantRate: true,
  },
  {
    name: '10 bits, tagged HDR',
    make: (ffmpeg, stem) =>
      makeVideo(
        ffmpeg,
        [
          ...[...countedSource(2), '-c:v', 'ffv1', '-pix_fmt', 'yuv420p10le'],
          ...['-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc'],
        ],
        `${stem}.mkv`,
      ),
    counters: range(0, 50),
  },
  {
    name: 'interlaced MPEG-2',
    make: (ffmpeg, stem) =>
      makeVideo(
        ffmpeg,
        [...countedSource(4), '-c:v', 'mpeg2video', '-flags', '+ildct+ilme', '-bf', '2', '-b:v', '2M'],
        `${stem}.mpg`,
      ),
    counters: range(0, 100),
  },
  {
    name: 'odd sizes',
    make: (ffmpeg, stem) =>
      makeVideo(
        ffmpeg,
        [...countedSource(2, '163x97'), '-c:v', 'ffv1', '-pix_fmt', 'yuv420p'],
        `${stem}.mkv`,
      ),
    counters: range(0, 50),
  },
  {
    name: 'a single frame',
    make: (ffmpeg, stem) =>
      makeVideo(ffmpeg, [...countedSource(1), '-frames:v', '1', '-c:v', 'mpeg4'], `${stem}.mp4`),
    counters: [0],
  },
];

describe.each(await installedFfmpegs())('odd videos, $source ffmpeg $version', ({ path: binary }) => {
  let folder: string;
  let ffmpeg: Ffmpeg;
  const previous = process.env['FFMPEG_BIN'];

  beforeAll(async () => {
    process.env['FFMPEG_BIN'] = binary;
    ffmpeg = await locateFfmpeg();
    folder = await mkdtemp(path.join(tmpdir(), 'odd-videos-'));
  });
  afterAll(async () => {
    if (previous === undefined) delete process.env['FFMPEG_BIN'];
    else process.env['FFMPEG_BIN'] = previous;
    await rm(folder, { recursive: true, force: true });
  });

  async function readAll(video: Video, indices: readonly number[]): Promise<Uint8Array[]> {
    const frames: Frame[] = [];
    for await (const frame of readFrames(video, indices, video)) frames.push(frame);
    expect(frames.map((frame) => frame.frameIndex)).toEqual(indices);
    return frames.map((frame) => frame.rgb);
  }

  it.each(oddVideos.map((odd, number) => ({ ...odd, number })))(
    'reads exact frames of $name',
    async (odd) => {
      const file = await odd.make(ffmpeg, path.join(folder, String(odd.number)));
      const video = await probeVideo(file);
      expect(video.totalFrames).toBe(odd.counters.length);
      expect(video.frameTimesSec[0]).toBe(0);
      expect([...video.frameTimesSec]).toEqual([...video.frameTimesSec].sort((a, b) => a - b));
      if (odd.fps !== undefined) expect(video.fps).toBe(odd.fps);
      if (odd.constantRate !== undefined) expect(video.constantRate).toBe(odd.constantRate);

      const straight = await decodeAll(ffmpeg, file, video);
      expect(straight.map((rgb) => readCounter(rgb, video.width))).toEqual(odd.counters);
      const last = video.totalFrames - 1;
      const sparse = [0, 1, 29, 30, 31, 44, 45, 61, 61, 90, last - 1, last].filter(
        (index) => index >= 0 && index <= last,
      );
      // One frame alone is sought, many in a small video are decoded straight through.
      const alone = [30, 31, 59, 60, last].filter((index) => index <= last).map((index) => [index]);
      for (const indices of [sparse, range(0, video.totalFrames), ...alone]) {
        const frames = await readAll(video, indices);
        for (const [place, index] of indices.entries()) {
          expect(Buffer.compare(frames[place]!, straight[index]!), `frame ${index}`).toBe(0);
        }
      }
    },
  );

  it('turns pictures upright', async () => {
    const flat = await makeVideo(
      ffmpeg,
      [...countedSource(1), '-c:v', 'mpeg4'],
      path.join(folder, 'flat.mp4'),
    );
    const turned = await probeVideo(await turnClockwise(flat, path.join(folder, 'turned.mp4')));
    expect([turned.width, turned.height]).toEqual([madeHeight, madeWidth]);
    const [lying] = await readAll(await probeVideo(flat), [7]);
    const [upright] = await readAll(turned, [7]);
    let far = 0;
    for (let y = 0; y < madeWidth; y++) {
      for (let x = 0; x < madeHeight; x++) {
        const green = upright![(y * madeHeight + x) * 3 + 1]!;
        const source = lying![((madeHeight - 1 - x) * madeWidth + y) * 3 + 1]!;
        if (Math.abs(green - source) > 12) far++; // chroma is scaled along other axes
      }
    }
    expect(far).toBeLessThan((madeWidth * madeHeight) / 50);
  });
});
