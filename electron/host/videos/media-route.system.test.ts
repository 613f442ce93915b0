import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { programPath } from '../paths.ts';
import type { MediaFixture } from './testing/media-fixture.ts';
import { createMediaFixture } from './testing/media-fixture.ts';

let media: MediaFixture;

beforeAll(async () => {
  media = await createMediaFixture();
  media.opened.set('film', path.join(programPath, 'assets', 'example', 'clip.mp4'));
});
afterAll(() => media.remove());

test('browsers keep the picture of a frame, but not the one that stands in while frames are counted', async () => {
  media.uncounted.add('film');
  const meanwhile = await media.ask('thumbnail/film/1000.jpg');
  expect([meanwhile.status, meanwhile.headers['cache-control']]).toEqual([200, 'private, no-store']);
  media.uncounted.delete('film');
  const counted = await media.ask('thumbnail/film/1000.jpg');
  expect([counted.status, counted.headers['cache-control']]).toEqual([200, 'private, max-age=86400']);
});
