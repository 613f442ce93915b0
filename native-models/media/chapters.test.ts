import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chaptersOfFilm, parseChapters, warnOfChapters } from './chapters.ts';

const printed = `  Metadata:
    title           : Title of the film
  Duration: 00:01:35.00, start: 0.000000, bitrate: 30 kb/s
  Chapters:
    Chapter #0:0: start 0.000000, end 2.000000
      Metadata:
        title           : The beginning
                        : second line
    Chapter #0:1: start 2.000000, end 5.000000
      Metadata:
        language        : eng
        title           :   Chapter #0:9: start 1.0, end 2.0
    Chapter #0:2: start 5.000000, end 5.000000
  Stream #0:0: Video: h264, yuv420p, 160x96
    Metadata:
      title           : Title of a stream`.split('\n');

describe('chapters of a container', () => {
  it('are read from what ffmpeg prints, whatever their titles look like', () => {
    expect(parseChapters(printed)).toEqual([
      { startSec: 0, endSec: 2, title: 'The beginning second line' },
      { startSec: 2, endSec: 5, title: 'Chapter #0:9: start 1.0, end 2.0' },
      { startSec: 5, endSec: 5, title: '' },
    ]);
    expect(parseChapters(printed.slice(0, 3))).toEqual([]);
  });

  it('are no more and no longer than a film can have', () => {
    const many = Array.from({ length: 3000 }, (_, place) => [
      `    Chapter #0:${place}: start ${place}.000000, end ${place + 1}.000000`,
      `        title           : ${'x'.repeat(10_000)}`,
    ]).flat();
    const chapters = parseChapters(many);
    expect(chapters).toHaveLength(2000);
    expect(chapters[1999]?.title).toHaveLength(300);
  });
});

describe('chapters of a film', () => {
  const film = { startSec: 10, durationSec: 60 };

  it('count from its first picture, by time', () => {
    const listed = [
      { startSec: 40, endSec: 70, title: 'second' },
      { startSec: 10, endSec: 40, title: 'first' },
    ];
    expect(chaptersOfFilm(listed, film)).toEqual([
      { startSec: 0, endSec: 30, title: 'first' },
      { startSec: 30, endSec: 60, title: 'second' },
    ]);
  });

  it('end at the next one where they say no end, and at the end of the film', () => {
    const listed = [
      { startSec: 10, endSec: 10, title: 'no end' },
      { startSec: 30, endSec: 20, title: 'ends before it begins' },
      { startSec: 50, endSec: 5000, title: 'beyond' },
    ];
    expect(chaptersOfFilm(listed, film).map(({ startSec, endSec }) => [startSec, endSec])).toEqual([
      [0, 20],
      [20, 40],
      [40, 60],
    ]);
  });

  it('are left out where nothing of them is in the film, and taken once', () => {
    const listed = [
      { startSec: 0, endSec: 5, title: 'before' },
      { startSec: 5, endSec: 20, title: 'begins before' },
      { startSec: 70, endSec: 80, title: 'behind' },
      { startSec: 5, endSec: 30, title: 'begins before' },
    ];
    expect(chaptersOfFilm(listed, film)).toEqual([{ startSec: 0, endSec: 10, title: 'begins before' }]);
    expect(warnOfChapters(listed, film)).toEqual([
      {
        code: 'VIDEO_CHAPTERS_OUTSIDE',
        message: '2 of 4 chapters that the file names are outside of the film and left out.',
      },
    ]);
    expect(warnOfChapters(listed.slice(1, 2), film)).toEqual([]);
  });

  it('begin with the first frame that is not before them, and touch as they did', () => {
    const frameTimesSec = Float64Array.from({ length: 250 }, (_, frame) => frame / 25);
    const listed = [
      { startSec: 0, endSec: 2, title: 'before the first picture' },
      { startSec: 2, endSec: 4.0009, title: 'a delay before a frame' },
      { startSec: 4.0009, endSec: 99, title: 'as good as on a frame' },
    ];
    const found = chaptersOfFilm(listed, { startSec: 0.023, durationSec: 10, frameTimesSec });
    expect(found.map(({ startSec, endSec }) => [startSec, endSec])).toEqual([
      [0, 2],
      [2, 4],
      [4, 10],
    ]);
  });

  it('lie in the film, ordered, whatever the file says', () => {
    const sec = fc.double({ noNaN: true, min: -1e16, max: 1e16 });
    fc.assert(
      fc.property(fc.array(fc.record({ startSec: sec, endSec: sec, title: fc.string() })), (listed) => {
        const chapters = chaptersOfFilm(listed, film);
        let lastSec = 0;
        for (const { startSec, endSec } of chapters) {
          expect(startSec).toBeGreaterThanOrEqual(lastSec);
          expect(endSec).toBeGreaterThan(startSec);
          expect(endSec).toBeLessThanOrEqual(60);
          lastSec = startSec;
        }
      }),
    );
  });
});
