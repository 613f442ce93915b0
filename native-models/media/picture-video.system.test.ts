import { execFile } from 'node:child_process';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { locateFfmpeg } from './ffmpeg.ts';
import { countedSource, readCounter } from './made-videos.ts';
import { makePictureVideo } from './picture-video.ts';
import { probeVideo } from './probe.ts';
import { readFrames } from './read-frames.ts';

const execute = promisify(execFile);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'videomind-picture-video-'));
  const { path: ffmpeg } = await locateFfmpeg();
  const args = ['-v', 'error', '-nostdin', ...countedSource(1), '-frames:v', '7', '-q:v', '2'];
  await execute(ffmpeg, [...args, path.join(folder, '%05d.jpg')]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const picture = (number: number): string => path.join(folder, `${String(number).padStart(5, '0')}.jpg`);

describe('a video of pictures', () => {
  it('shows each for a second, in order, to roles that look once a second and to those that look twice', async () => {
    await using made = await makePictureVideo([1, 3, 5].map(picture));
    const video = await probeVideo(made.path, {});
    expect(video).toMatchObject({ totalFrames: 6, fps: 2, durationSec: 3 });
    const size = { width: video.width, height: video.height };
    const counters: number[] = [];
    for await (const { rgb } of readFrames(video, [0, 1, 2, 3, 4, 5], size)) counters.push(readCounter(rgb));
    expect(counters).toEqual([0, 0, 2, 2, 4, 4]);
  });

  it('is gone when it was used', async () => {
    let filePath: string;
    {
      await using made = await makePictureVideo([picture(1)]);
      filePath = made.path;
      expect((await probeVideo(filePath, {})).totalFrames).toBe(4);
    }
    await expect(access(filePath)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('of a picture that is not there, or is none, is refused by name', async () => {
    await expect(makePictureVideo([picture(1), picture(9)])).rejects.toMatchObject({
      code: 'VIDEO_NOT_FOUND',
      message: expect.stringContaining('00009.jpg') as string,
    });
    await writeFile(picture(8), 'no picture');
    await expect(makePictureVideo([picture(8)])).rejects.toMatchObject({ code: 'VIDEO_NOT_RECOGNIZED' });
  });
});
