import { mkdir, mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunWarning } from '../protocol/run-record.ts';
import { locateFfmpeg } from './ffmpeg.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { installedFfmpegs, withFfmpeg } from './installed-ffmpegs.ts';
import { countedSource, makeVideo, readCounter } from './made-videos.ts';
import { probeVideo } from './probe.ts';
import { readFrames } from './read-frames.ts';
import type { Frame } from './video.ts';

describe.each(await installedFfmpegs())('bad videos, $source ffmpeg $version', ({ path: binary }) => {
  let folder: string;
  let ffmpeg: Ffmpeg;

  beforeAll(async () => {
    ffmpeg = await withFfmpeg(binary, locateFfmpeg);
    folder = await mkdtemp(path.join(tmpdir(), 'bad-videos-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const inFolder = (name: string): string => path.join(folder, name);

  async function fileWith(name: string, content: string | Uint8Array): Promise<string> {
    await writeFile(inFolder(name), content);
    return inFolder(name);
  }

  async function expectRefusal(filePath: string, code: string): Promise<void> {
    await withFfmpeg(binary, async () => {
      await expect(probeVideo(filePath)).rejects.toMatchObject({ name: 'EngineError', code });
    });
    expect(await childProcesses()).toBe(0);
  }

  it('refuses a file that is not there', () => expectRefusal(inFolder('nothing.mp4'), 'VIDEO_NOT_FOUND'));

  it('refuses a folder', async () => {
    await mkdir(inFolder('folder.mp4'));
    await expectRefusal(inFolder('folder.mp4'), 'VIDEO_NOT_RECOGNIZED');
  });

  it('refuses a file that cannot be opened', async () => {
    await symlink(inFolder('loop.mp4'), inFolder('loop.mp4')); // refused to everybody, also to root
    await expectRefusal(inFolder('loop.mp4'), 'VIDEO_UNREADABLE');
  });

  it('refuses an empty file', async () => expectRefusal(await fileWith('empty.mp4', ''), 'VIDEO_EMPTY'));

  it.each(['hello', 'A longer text, with\nlines.\n'.repeat(500), 'ffconcat version 1.0\nfile /etc/passwd\n'])(
    'refuses a text file named .mp4 (%#)',
    async (text) => expectRefusal(await fileWith('text.mp4', text), 'VIDEO_NOT_RECOGNIZED'),
  );

  it('tells a git-lfs pointer, whose video was not fetched', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 123456\n';
    const file = await fileWith('pointer.mp4', pointer);
    await expect(probeVideo(file)).rejects.toMatchObject({
      code: 'VIDEO_NOT_RECOGNIZED',
      remedy: expect.stringContaining('git lfs pull') as string,
    });
  });

  it('refuses sound without pictures', async () => {
    const file = await makeVideo(ffmpeg, ['-f', 'lavfi', '-i', 'sine=d=1', '-c:a', 'aac'], inFolder('a.m4a'));
    await expectRefusal(file, 'VIDEO_NO_VIDEO_STREAM');
  });

  it('refuses an mp4 that breaks off before its index', async () => {
    const file = await makeVideo(ffmpeg, [...countedSource(4), '-c:v', 'mpeg4'], inFolder('no-index.mp4'));
    await truncate(file, 50_000);
    await expectRefusal(file, 'VIDEO_TRUNCATED');
  });

  it('refuses pictures whose coded data is garbage', async () => {
    const file = await makeVideo(ffmpeg, [...countedSource(1), '-c:v', 'png'], inFolder('garbage.mkv'));
    const bytes = await readFile(file);
    for (let at = bytes.indexOf('IHDR'); at !== -1; at = bytes.indexOf('IHDR', at + 1))
      bytes.fill(0xff, at, at + 12);
    await expectRefusal(await fileWith('garbage.mkv', bytes), 'VIDEO_DECODE_FAILED');
  });

  it('refuses pictures of absurd size', async () => {
    const file = await makeVideo(
      ffmpeg,
      [...countedSource(1), '-frames:v', '1', '-c:v', 'png'],
      inFolder('big.png'),
    );
    const bytes = await readFile(file);
    const size = bytes.indexOf('IHDR') + 4;
    bytes.writeUInt32BE(60_000, size);
    bytes.writeUInt32BE(60_000, size + 4);
    await expectRefusal(await fileWith('big.png', bytes), 'VIDEO_DECODE_FAILED');
  });

  it.each(['mp4', 'mkv'])('uses what is there of a %s that breaks off, with a warning', async (extension) => {
    const file = await makeVideo(
      ffmpeg,
      [...countedSource(8), '-c:v', 'mpeg4', '-g', '30', '-movflags', '+faststart'],
      inFolder(`half.${extension}`),
    );
    const { length } = await readFile(file);
    await truncate(file, length >> 1);
    await withFfmpeg(binary, async () => {
      const video = await probeVideo(file);
      expect(video.warnings).toMatchObject([{ code: 'VIDEO_TRUNCATED' }]);
      expect(video.totalFrames).toBeGreaterThan(50);
      expect(video.totalFrames).toBeLessThan(150);
      const frames = await collect(readFrames(video, [0, 40, video.totalFrames - 2], video));
      expect(frames.map((frame) => readCounter(frame.rgb))).toEqual([0, 40, video.totalFrames - 2]);
    });
    expect(await childProcesses()).toBe(0);
  });

  it('replaces frames that cannot be decoded by the ones before, with one warning', async () => {
    const file = await makeVideo(ffmpeg, [...countedSource(4), '-c:v', 'png'], inFolder('holes.mkv'));
    const bytes = await readFile(file);
    const headers: number[] = [];
    for (let at = bytes.indexOf('IHDR'); at !== -1; at = bytes.indexOf('IHDR', at + 1)) headers.push(at);
    for (const hole of [20, 21, 50]) bytes.fill(0xff, headers[hole], (headers[hole] ?? 0) + 12);
    await writeFile(file, bytes);
    await withFfmpeg(binary, async () => {
      const video = await probeVideo(file);
      expect(video.totalFrames).toBe(100);
      const warnings: RunWarning[] = [];
      const asked = [5, 20, 21, 30, 50, 50, 99];
      const frames = await collect(
        readFrames(video, asked, video, { onWarning: (warning) => warnings.push(warning) }),
      );
      expect(frames.map((frame) => frame.frameIndex)).toEqual(asked);
      expect(frames.map((frame) => readCounter(frame.rgb))).toEqual([5, 5, 5, 30, 30, 30, 99]);
      expect(warnings).toHaveLength(1);
      expect(warnings[0]?.message).toMatch(/^3 of 6 frames/);
    });
  });

  it('kills its decoders when it is cancelled or left', async () => {
    const file = await makeVideo(
      ffmpeg,
      [...countedSource(60, '640x360'), '-c:v', 'mpeg4', '-g', '25'],
      inFolder('long.mp4'),
    );
    await withFfmpeg(binary, async () => {
      const video = await probeVideo(file);
      const indices = Array.from({ length: 100 }, (_, index) => index * 14);
      const cancel = new AbortController();
      const reading = async (): Promise<void> => {
        for await (const { frameIndex } of readFrames(video, indices, video, { signal: cancel.signal })) {
          if (frameIndex === 14) cancel.abort();
        }
      };
      await expect(reading()).rejects.toMatchObject({ code: 'CANCELLED' });
      expect(await childProcesses()).toBe(0);

      for await (const { frameIndex } of readFrames(video, indices, video)) if (frameIndex === 28) break;
      expect(await childProcesses()).toBe(0);

      const beforehand = AbortSignal.abort();
      await expect(probeVideo(file, { signal: beforehand })).rejects.toMatchObject({ code: 'CANCELLED' });
      await expect(collect(readFrames(video, indices, video, { signal: beforehand }))).rejects.toMatchObject({
        code: 'CANCELLED',
      });
      // While it gets ready: no decoder is there yet that could be killed.
      const early = new AbortController();
      const begun = collect(readFrames(video, indices, video, { signal: early.signal }));
      early.abort();
      await expect(begun).rejects.toMatchObject({ code: 'CANCELLED' });
      expect(await childProcesses()).toBe(0);
    });
  });
});

async function collect(frames: AsyncIterable<Frame>): Promise<Frame[]> {
  const collected: Frame[] = [];
  for await (const frame of frames) collected.push(frame);
  return collected;
}

/** Child processes of this one that still run. Handles of ended ones are closed by the end of the event loop's turn. */
async function childProcesses(): Promise<number> {
  await setImmediate();
  await setImmediate();
  return process.getActiveResourcesInfo().filter((resource) => resource === 'ProcessWrap').length;
}
