import { expect, it } from 'vitest';
import { refusedMedia, refusedUnnamed } from './allowed-media.ts';

it.each([
  ['a build that names it', ['[concat @ 0x1] Format not on whitelist']],
  [
    'one that names the input, by its log of everything',
    [
      "[in#0 @ 0x1] Format not on whitelist 'mov'",
      '[in#0 @ 0x2] Format concat probed with size=2048 and score=100',
      "[in#0 @ 0x2] Format not on whitelist 'mov'",
    ],
  ],
])('a list of other files is refused by name: %s', (_, log) => {
  expect(refusedMedia(log)).toMatchObject({
    what: 'a list of other files (ffconcat), which is not opened',
    remedy: expect.stringContaining('VIDEOMIND_ALLOW_MEDIA=concat') as string,
  });
});

it('a playlist that a build takes by its ending alone is refused by name, too', () => {
  const line = 'Not detecting m3u8/hls with non standard extension and non standard mime type';
  expect(refusedMedia([line])?.what).toBe('an HLS playlist that names other files, which is not opened');
});

it('is asked for by name only where the name is missing', () => {
  expect(refusedUnnamed(["[in#0 @ 0x1] Format not on whitelist 'mov'"])).toBe(true);
  expect(refusedUnnamed(["[concat @ 0x1] Format not on whitelist 'mov'"])).toBe(false);
  expect(refusedUnnamed(['[in#0 @ 0x1] moov atom not found'])).toBe(false);
});
