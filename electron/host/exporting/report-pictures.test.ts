import { expect, test } from 'vitest';
import type { VideoMoments } from '../../../native-models/annotation-forms/written-moment.ts';
import { takePictures } from './report-pictures.ts';

const videos = ['film', 'broken'].map((name) => ({
  video: { path: `/${name}.mp4` },
  moments: [0, 10, 20].map((startSec) => ({ id: `${name}${startSec}`, startSec, endSec: startSec + 2 })),
})) as unknown as readonly VideoMoments[];

test('pictures of a report are asked for together, each told as it comes; what cannot be decoded has none', async () => {
  const runs = new Set<string>();
  const seen: { done: number; total: number }[] = [];
  const pictures = await takePictures(
    videos,
    (path, timeSec, _signal, runSec) => {
      runs.add(`${path} ${runSec.join()}`);
      return path === '/film.mp4'
        ? Promise.resolve(Uint8Array.of(timeSec))
        : Promise.reject(new Error('broken'));
    },
    { signal: new AbortController().signal, onProgress: (progress) => seen.push(progress) },
  );
  expect([...pictures].map(([id, bytes]) => [id, bytes[0]])).toEqual([
    ['film0', 1],
    ['film10', 11],
    ['film20', 21],
  ]);
  expect([...runs]).toEqual(['/film.mp4 1,11,21', '/broken.mp4 1,11,21']);
  expect(seen.map(({ done }) => done)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(seen.every(({ total }) => total === 6)).toBe(true);
});

test('what nobody waits for any more is not asked for', async () => {
  const stop = new AbortController();
  stop.abort();
  const pictures = await takePictures(videos, () => Promise.reject(new Error('asked')), {
    signal: stop.signal,
    onProgress: () => expect.unreachable(),
  });
  expect(pictures.size).toBe(0);
});
