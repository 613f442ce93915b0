import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planDecoding } from './decode-plan.ts';
import { decodeTask } from './decode-task.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { locateFfmpeg } from './ffmpeg.ts';
import { chooseEncoder, countedSource, decodeAll, madeHeight, madeWidth, makeVideo } from './made-videos.ts';
import { probeVideo } from './probe.ts';
import { findReferencePictures } from './reference-pictures.ts';
import type { Video } from './video.ts';

const size = { width: madeWidth, height: madeHeight };

describe('frames that others are predicted from', () => {
  let folder: string;
  let ffmpeg: Ffmpeg;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'references-'));
    ffmpeg = await locateFfmpeg();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const kinds: readonly { readonly name: string; readonly settings: readonly string[] }[] = [
    { name: 'plain B-frames', settings: ['-bf', '3'] },
    { name: 'B-frames across key frames', settings: ['-bf', '3', '-x264-params', 'open-gop=1'] },
    { name: 'two fields a frame', settings: ['-bf', '2', '-flags', '+ilme+ildct'] },
  ];

  it.each(kinds)('are found and decoded exactly, without the others: $name', async ({ name, settings }) => {
    const encoder = await chooseEncoder(ffmpeg, ['libx264', 'mpeg4']);
    if (encoder !== 'libx264') return; // a build without H.264 has no such file to make
    const file = path.join(folder, `${name.replaceAll(' ', '-')}.mp4`);
    const made = [...countedSource(3), '-c:v', encoder, '-preset', 'veryfast', '-g', '30', ...settings];
    const video = await probeVideo(await makeVideo(ffmpeg, made, file));
    const all = Array.from({ length: video.totalFrames }, (_, index) => index);
    const found = await findReferencePictures(video, all);
    expect(found.size).toBeGreaterThan(all.length / 4);
    expect(found.size).toBeLessThan(all.length);

    const truth = await decodeAll(ffmpeg, file, size);
    // Late in a group of pictures, where there is much to leave out, and each by itself.
    for (const frameIndex of [...found].filter((index) => index % 30 > 18)) {
      const frame = await decodeAlone(video, frameIndex);
      expect(Buffer.compare(frame ?? Buffer.alloc(0), truth[frameIndex] ?? Buffer.alloc(1))).toBe(0);
    }
  });

  /** Decodes one frame by leaving out all that nothing is predicted from; without a second try. */
  async function decodeAlone(video: Video, frameIndex: number): Promise<Uint8Array | undefined> {
    const [task] = planDecoding(video, [frameIndex]);
    const options = { signal: new AbortController().signal, threads: 1, referencesOnly: true };
    for await (const picture of decodeTask(ffmpeg, video, task!, options)) return picture.rgb;
    return undefined;
  }

  it('are none where the file is gone or does not say', async () => {
    const video = await probeVideo(
      await makeVideo(ffmpeg, [...countedSource(1), '-c:v', 'mpeg4'], path.join(folder, 'mpeg4.mp4')),
    );
    await expect(findReferencePictures(video, [0, 5])).resolves.toEqual(new Set());
    const avc = { offsets: new Float64Array(30), sizes: new Uint32Array(30).fill(100), lengthBytes: 4 };
    const lost = { ...video, path: path.join(folder, 'gone.mp4'), seekIndex: { ...video.seekIndex!, avc } };
    await expect(findReferencePictures(lost, [0, 5])).resolves.toEqual(new Set());
  });
});
