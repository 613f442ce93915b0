import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { identifyVideo } from './file-identity.ts';
import { ProbedVideos } from './probed-videos.ts';
import type { Video } from './video.ts';

let folder = '';
let probedPaths: string[] = [];

/** What a probe would tell of a file, without ffmpeg. */
async function probe(videoPath: string): Promise<Video> {
  probedPaths.push(path.basename(videoPath));
  return {
    path: videoPath,
    identity: await identifyVideo(videoPath),
    fps: 25,
    totalFrames: 1,
    width: 64,
    height: 64,
    durationSec: 0.04,
    frameTimesSec: new Float64Array([0]),
    constantRate: true,
    warnings: [],
  };
}

async function put(name: string, content: string): Promise<string> {
  const videoPath = path.join(folder, name);
  await writeFile(videoPath, content);
  return videoPath;
}

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'probed-videos-'));
  probedPaths = [];
});
afterEach(() => rm(folder, { recursive: true }));

test('a video that was asked about is not probed again', async () => {
  const videos = new ProbedVideos(probe);
  const videoPath = await put('one.mp4', 'film');
  const first = await videos.probe(videoPath);
  expect(await videos.probe(videoPath)).toBe(first);
  expect(probedPaths).toEqual(['one.mp4']);
});

test('a video with other content, or changed at another time, is probed again', async () => {
  const videos = new ProbedVideos(probe);
  const videoPath = await put('one.mp4', 'film');
  await utimes(videoPath, 1000, 1000);
  await videos.probe(videoPath);
  await put('one.mp4', 'tape');
  await utimes(videoPath, 1000, 1000);
  await videos.probe(videoPath);
  await utimes(videoPath, 1000, 2000);
  const last = await videos.probe(videoPath);
  expect(probedPaths).toHaveLength(3);
  expect(last.identity).toBe(await identifyVideo(videoPath));
});

test('of many videos, those asked about last are known', async () => {
  const videos = new ProbedVideos(probe);
  const paths = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => put(name, name)));
  for (const each of paths) await videos.probe(each);
  probedPaths = [];
  for (const each of paths.toReversed()) await videos.probe(each);
  expect(probedPaths).toEqual(['a']);
});

test('each of its streams that is asked about is a video of its own', async () => {
  const videos = new ProbedVideos(probe);
  const videoPath = await put('two.mkv', 'films');
  for (const videoStream of [undefined, 1, undefined, 1]) await videos.probe(videoPath, { videoStream });
  expect(probedPaths).toEqual(['two.mkv', 'two.mkv']);
});

test('a probe that failed is made again, and one that is gone is not answered from memory', async () => {
  let fails = true;
  const videos = new ProbedVideos((videoPath) =>
    fails ? Promise.reject(new Error('cut off')) : probe(videoPath),
  );
  const videoPath = await put('one.mp4', 'film');
  await expect(videos.probe(videoPath)).rejects.toThrow('cut off');
  fails = false;
  await videos.probe(videoPath);
  await rm(videoPath);
  await expect(videos.probe(videoPath)).rejects.toMatchObject({ code: 'VIDEO_NOT_FOUND' });
});

test('somebody who has gone away is not answered', async () => {
  const videoPath = await put('one.mp4', 'film');
  const gone = new ProbedVideos(probe).probe(videoPath, { signal: AbortSignal.abort() });
  await expect(gone).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(probedPaths).toEqual([]);
});
