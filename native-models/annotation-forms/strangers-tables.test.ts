import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../protocol/errors.ts';
import type { KnownVideo } from './found-moment.ts';
import { readAnnotations } from './read-annotations.ts';
import type { ReadAnnotations, ReadOptions } from './read-annotations.ts';

/** A video of a minute at 25 frames a second. */
const video: KnownVideo = {
  id: 'v',
  name: 'base.mp4',
  path: '/videos/base.mp4',
  picture: { durationSec: 60, fps: 25, mediaStartSec: 0 },
};
const about = { videos: [video], videoId: 'v' };

function read(text: string | Uint8Array, options: ReadOptions = about, name = 'x.csv'): ReadAnnotations {
  return readAnnotations(typeof text === 'string' ? Buffer.from(text) : text, name, options);
}

/** Start, end and words of each moment. */
function moments(text: string | Uint8Array, options: ReadOptions = about): unknown[] {
  return read(text, options).moments.map(({ startSec, endSec, text: words, label }) => [
    startSec,
    endSec,
    words || label,
  ]);
}

describe('one delimiter holds for the whole table', () => {
  it.each([
    [
      'semicolons with decimal commas',
      'startSec;endSec;text\n2,5;18,0;Mann läuft\n20,25;31,5;Hund bellt\n',
      [
        [2.5, 18, 'Mann läuft'],
        [20.25, 31.5, 'Hund bellt'],
      ],
    ],
    ['tabs with decimal commas', 'Start\tEnde\tText\n2,5\t18,0\tMann\n', [[2.5, 18, 'Mann']]],
    ['bars', 'start|end|text\n2,5|18,0|a; b, c\n', [[2.5, 18, 'a; b, c']]],
    [
      'a semicolon in a text between commas',
      'startSec,endSec,text\n3,5,runs; then jumps\n',
      [[3, 5, 'runs; then jumps']],
    ],
    [
      'a comma in a text between semicolons',
      'startSec;endSec;text\n3;5;runs, then jumps\n',
      [[3, 5, 'runs, then jumps']],
    ],
    [
      'quoted decimal commas between commas',
      '"startSec","endSec","text"\n"2,5","18,0","Mann"\n',
      [[2.5, 18, 'Mann']],
    ],
    ['the line that Excel reads', 'sep=;\nstartSec;endSec;text\n2,5;18,0;Mann\n', [[2.5, 18, 'Mann']]],
    [
      'no header and decimal commas',
      '2,5;18,0;Mann\n20;21,5;Hund\n',
      [
        [2.5, 18, 'Mann'],
        [20, 21.5, 'Hund'],
      ],
    ],
    [
      'line ends of old Macs',
      'start,end,text\r1,2,a\r3,4,b\r',
      [
        [1, 2, 'a'],
        [3, 4, 'b'],
      ],
    ],
  ])('with %s', (_name, text, expected) => {
    const { skipped } = read(text);
    expect([moments(text), skipped]).toEqual([expected, []]);
  });

  it('or the one that a person chose', () => {
    expect(moments('1,2;3,4\n')).toEqual([[1.2, 3.4, '']]);
    expect(() => moments('1,2;3,4\n', { ...about, delimiter: ',' })).toThrow(/no column/u);
  });

  it('puts back what the delimiter cut off a text without quotes, and says so; figures it does not', () => {
    const found = read('start,end,text\n3,5,runs, then jumps\n2,5,18,0,Mann\n');
    expect(found.moments.map(({ text }) => text)).toEqual(['runs, then jumps']);
    expect(found.assumed).toEqual([
      'what stood beyond the last column was read as part of its text (line 2)',
    ]);
    expect(found.skipped).toMatchObject([{ place: 'line 3' }]);
  });
});

describe('a table in any encoding', () => {
  const text = 'startSec;endSec;text\n2,5;18,0;Mann läuft\n';
  it.each([
    ['UTF-8 with a mark and CRLF', Buffer.from(`\ufeff${text.replaceAll('\n', '\r\n')}`), []],
    ['UTF-16, as Excel writes its Unicode text', Buffer.from(`\ufeff${text}`, 'utf16le'), []],
    [
      'Windows-1252',
      Buffer.from(text, 'latin1'),
      ['the file does not say its encoding; it was read as windows-1252'],
    ],
  ])('is read: %s', (_name, bytes, assumed) => {
    expect([moments(bytes), read(bytes).assumed]).toEqual([[[2.5, 18, 'Mann läuft']], assumed]);
  });
});

describe('times as other programs write them', () => {
  it('an irregular first row and wordy headings, as PySceneDetect writes', () => {
    const rows = [
      'Timecode List:,00:00:03.754',
      'Scene Number,Start Frame,Start Timecode,Start Time (seconds),End Frame,End Timecode,End Time (seconds)',
      '1,1,00:00:00.000,0.000,90,00:00:03.754,3.754',
    ];
    for (const text of [rows.join('\n'), rows.slice(1).join('\n')])
      expect(moments(text)).toEqual([[0, 3.754, '']]);
    const frames = 'Scene Number,Start Frame,End Frame\n2,26,75\n';
    expect(moments(frames)).toEqual([[1, 3, '']]);
  });

  it('no header, and empty edges that are the file’s own, as LosslessCut writes', () => {
    const found = read('1.5,4.25,first\n6,9.5,second\n,12,third\n50,,last\n');
    expect(found.moments.map(({ startSec, endSec, text }) => [startSec, endSec, text])).toEqual([
      [1.5, 4.25, 'first'],
      [6, 9.5, 'second'],
      [0, 12, 'third'],
      [50, 60, 'last'],
    ]);
    expect(found.assumed.join()).toMatch(/no header.*empty start.*\(line 3\).*empty end.*\(line 4\)/u);
    expect(read('1,2,a\n5,,b\n', {}).skipped).toEqual([
      { place: 'line 2', reason: 'its end is empty, and the length of its video is not known' },
    ]);
  });

  it.each([
    ['a start and a duration', 'start,duration,text\n3,5,x\n', [3, 8, 'x']],
    ['an end beside a duration, which is the video’s', 'start,end,duration,text\n3,5,60,x\n', [3, 5, 'x']],
    ['frames at the video’s rate', 'start,end,label\n00:00:02:12,00:00:05:00,a\n', [2.48, 5, 'a']],
    ['clock times', 'start;end;label\n00:00:01;00:00:02,5;a\n', [1, 2.5, 'a']],
    ['milliseconds', 'start_ms,end_ms,text\n1500,4250,x\n', [1.5, 4.25, 'x']],
    ['numbers of frames', 'Start Frame,End Frame,text\n25,75,x\n', [1, 3, 'x']],
    ['units in the cells', 'begin,end,text\n1m30.5s,0:31,x\n', undefined],
    ['spelled times', 'begin,end,text\n30 s,1m,x\n', [30, 60, 'x']],
    ['a label track of Audacity', '1.500000\t4.250000\tfirst one\n', [1.5, 4.25, 'first one']],
  ])('%s', (_name, text, expected) => {
    if (expected === undefined) expect(() => moments(text)).toThrow(/ends before it starts/u);
    else expect(moments(text)).toEqual([expected]);
  });

  it('timecodes without any frame rate are counted at a usual one, and that is said', () => {
    const found = read('start,end\n00:00:02:12,00:00:05:00\n', {});
    expect(found.moments[0]?.startSec).toBe(2.48);
    expect(found.assumed).toEqual([
      'neither file nor video names a frame rate; frames were counted at 25 a second',
    ]);
    expect(read('start,end\n00:00:02:12,00:00:05:00\n', { fps: 30 }).moments[0]?.startSec).toBe(2.4);
  });

  it('timecodes of an edit count from the one that the video carries', () => {
    const timecode = { start: '01:00:00;00', dropFrame: true, fps: 30_000 / 1001 };
    const picture = { durationSec: 4, fps: 30_000 / 1001, mediaStartSec: 0, timecode };
    const found = read('start,end\n01:00:01;00,01:00:02;00\n', {
      videos: [{ ...video, picture }],
      videoId: 'v',
    });
    expect(found.moments).toMatchObject([{ startSec: 1.001, endSec: 2.002 }]);
    expect(found.assumed).toEqual([
      'timecodes were counted from the video’s own, 01:00:00;00'.replace('’', "'"),
    ]);
  });
});

describe('what is wrong with a row stays its own', () => {
  it('a stray quote is a sign like any other', () => {
    expect(moments('startSec,endSec,text\n3,5,He says "go" now\n6,7,fine\n8,9,"go" now\n')).toEqual([
      [3, 5, 'He says "go" now'],
      [6, 7, 'fine'],
      [8, 9, '"go" now'],
    ]);
  });

  it('a quote that is never closed costs its line alone, and is told', () => {
    const found = read('startSec,endSec,text\n3,5,"never\n6,7,fine\n');
    expect(found.moments.map(({ text }) => text)).toEqual(['fine']);
    expect(found.skipped).toEqual([{ place: 'line 2', reason: 'a quote is opened and never closed' }]);
  });

  it('an end beyond the video is cut to it, and what starts after it is skipped', () => {
    const short = { ...video, picture: { durationSec: 4, fps: 25, mediaStartSec: 0 } };
    const lines = '{"startSec":2,"endSec":4.3,"text":"x"}\n{"startSec":5,"endSec":6,"text":"y"}\n';
    const found = read(lines, { videos: [short], videoId: 'v' }, 'x.jsonl');
    expect(found.moments).toMatchObject([{ startSec: 2, endSec: 4, text: 'x' }]);
    expect(found.skipped).toEqual([{ place: 'line 2', reason: 'it starts after the end of the video' }]);
    expect(found.assumed).toEqual(['an end beyond the video was cut to its end, 4 s (line 1)']);
  });

  it('a header that lacks something is told by what it lacks', () => {
    expect(() => read('start,text\n1,x\n')).toThrow(/end or duration is missing/u);
    expect(() => read('from where,text\n1,x\n')).toThrow(EngineError);
  });
});

it('any table is read or refused, with nothing unaccounted for', () => {
  const cell = fc.oneof(
    fc.constantFrom(
      '1',
      '2,5',
      '3.5',
      '',
      '"',
      '""',
      '"a"',
      'a"b',
      '00:00:01',
      '00:00:01:12',
      '-1',
      'x;y',
      ' ',
      '\t',
    ),
    fc.string({ unit: 'binary', maxLength: 6 }),
  );
  const row = fc.array(cell, { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(
      fc.constantFrom(',', ';', '\t', '|'),
      fc.boolean(),
      fc.array(row, { maxLength: 6 }),
      (delimiter, header, rows) => {
        const lines = [...(header ? [['start', 'end', 'text']] : []), ...rows].map((cells) =>
          cells.join(delimiter),
        );
        try {
          for (const { startSec, endSec } of read(lines.join('\n')).moments) {
            expect(startSec).toBeGreaterThanOrEqual(0);
            expect(endSec).toBeGreaterThanOrEqual(startSec);
            expect(endSec).toBeLessThanOrEqual(60);
          }
        } catch (error) {
          expect(error).toMatchObject({ code: 'ANNOTATIONS_INVALID' });
        }
      },
    ),
    { numRuns: 400 },
  );
});
