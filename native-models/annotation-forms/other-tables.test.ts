import { describe, expect, it } from 'vitest';
import type { KnownVideo } from './found-moment.ts';
import { readAnnotations } from './read-annotations.ts';
import type { ReadAnnotations, ReadOptions } from './read-annotations.ts';

const video: KnownVideo = {
  id: 'v',
  name: 'base.mp4',
  path: '/videos/base.mp4',
  picture: { durationSec: 60, fps: 25, mediaStartSec: 0 },
};

function read(text: string | Uint8Array, options: ReadOptions = { videos: [video] }): ReadAnnotations {
  return readAnnotations(typeof text === 'string' ? Buffer.from(text) : text, 'x.csv', options);
}

function spans({ moments }: ReadAnnotations): unknown[] {
  return moments.map(({ startSec, endSec, text, label }) => [startSec, endSec, text, label]);
}

describe('tables of other programs', () => {
  it.each([
    [
      'ELAN, tab-delimited with a header',
      'Tier\tBegin Time - hh:mm:ss.ms\tBegin Time - ss.msec\tEnd Time - hh:mm:ss.ms\tEnd Time - ss.msec\tAnnotation\nutt\t00:00:01.000\t1.0\t00:00:02.500\t2.5\thello\n',
      [1, 2.5, 'hello', 'utt'],
    ],
    [
      'ELAN, tab-delimited without a header, each time twice',
      'utt\t\t00:00:01.000\t1.0\t00:00:02.500\t2.5\t00:00:01.500\t1.5\thello\n',
      [1, 2.5, 'hello', 'utt'],
    ],
    [
      'ELAN, tab-delimited without a header, each time once',
      'utt\tAnna\t1.0\t2.5\t1.5\thello, you\n',
      [1, 2.5, 'hello, you', 'utt'],
    ],
    ['Praat', 'tmin\ttier\ttext\ttmax\n0.5\tutt\thello\t0.75\n', [0.5, 0.75, 'hello', 'utt']],
    [
      'Subtitle Edit',
      '"Number","Start time in milliseconds","End time in milliseconds","Text"\n1,1000,2000,"hi"\n',
      [1, 2, 'hi', ''],
    ],
    [
      'Premiere’s markers',
      'Marker Name\tDescription\tIn\tOut\tDuration\tMarker Type\nrun\t\t00:00:01:00\t00:00:02:00\t00:00:01:00\tComment\n',
      [1, 2, 'run', 'Comment'],
    ],
    ['minutes', 'start_min,end_min,text\n0.5,0.75,x\n', [30, 45, 'x', '']],
    ['a rate beside the frames', 'start_frame,end_frame,fps,text\n50,100,50,x\n', [1, 2, 'x', '']],
    ['a rate beside timecodes', 'start,end,fps,text\n00:00:01:25,00:00:02:00,50,x\n', [1.5, 2, 'x', '']],
    ['Spanish headings', 'inicio;fin;texto\n2,5;18,0;hombre\n', [2.5, 18, 'hombre', '']],
    ['thousands apart', "start;end;text\n0 001,5;0'002,5;x\n", [1.5, 2.5, 'x', '']],
    ['wide signs of East Asia', 'start,end,text\n２.５,００：１８,x\n', [2.5, 18, 'x', '']],
    [
      'quotes behind backslashes',
      'start,end,text\n3,5,"He says \\"go, now\\" twice"\n',
      [3, 5, 'He says "go, now" twice', ''],
    ],
    [
      'a text with the delimiter before other columns',
      'start,end,text,label\n3,5,runs, then jumps,walk\n',
      [3, 5, 'runs, then jumps', 'walk'],
    ],
    ['a text between the times', 'start,text,end\n3,runs, then jumps,5\n', [3, 5, 'runs, then jumps', '']],
  ])('%s', (_name, text, expected) => {
    const found = read(text);
    expect([spans(found), found.skipped]).toEqual([[expected], []]);
  });

  it('with two columns of texts give the one that has words, and say which were not read', () => {
    const found = read('start,end,name,description\n1,2,,hello\n3,4,a,b\n');
    expect(found.moments.map(({ text }) => text)).toEqual(['hello', 'a']);
    expect(found.assumed).toEqual(['a second text was not read: “description” (line 3)']);
  });

  it('with one column more than times have their text there, as ELAN names it after a tier', () => {
    const elan =
      'Begin Time - ss.msec\tEnd Time - ss.msec\tDuration - ss.msec\tdefault\n1.5\t4.25\t2.75\thello\n';
    const { moments, assumed } = read(elan);
    expect(moments).toMatchObject([{ startSec: 1.5, endSec: 4.25, text: 'hello' }]);
    expect(assumed).toEqual(['the column “default”, the only one left, was read as the text']);
  });

  it('with a space behind each comma have it in no text', () => {
    const { moments } = read('start, end, text\n1, 2, hi there\n3, 4,  two\n');
    expect(moments.map(({ text }) => text)).toEqual(['hi there', ' two']);
  });

  it('say which columns were not read', () => {
    expect(read('start,end,palabras,lugar\n1,2,hola,casa\n').assumed).toEqual([
      'columns that mean nothing here were not read: “palabras”, “lugar”',
    ]);
    expect(read('start,end,text,palabras\n1,2,hola,casa\n').assumed).toEqual([
      'columns that mean nothing here were not read: “palabras”',
    ]);
  });

  it.each([
    ['figures', '2,5,18,0,Mann\n3,4,fine\n'],
    ['clock times', '00:00:07,250,00:00:08,250,x\n3,4,fine\n'],
  ])('with decimal commas between commas and no header are not guessed at: %s', (_name, text) => {
    const found = read(text);
    expect(spans(found)).toEqual([[3, 4, 'fine', '']]);
    expect(found.skipped).toEqual([
      {
        place: 'line 1',
        reason: 'its times may have decimal commas, which need quotes or another delimiter',
      },
    ]);
  });

  it('a timecode whose frame does not exist at the rate is left out, and without a rate a higher one is taken', () => {
    const text = 'start,end,text\n00:00:02:28,00:00:05:00,a\n00:00:06:00,00:00:07:00,b\n';
    expect(read(text).skipped).toEqual([
      {
        place: 'line 2',
        reason: 'its timecode has frame 28, and at 25 frames a second there is none: give the right rate',
      },
    ]);
    expect(read(text, {})).toMatchObject({
      skipped: [],
      assumed: ['neither file nor video names a frame rate; frames were counted at 30 a second'],
    });
  });
});

describe('signs of a file', () => {
  it('that do not fit the encoding that was asked for are told', () => {
    const bytes = Buffer.from('start,end,text\n1,2,l\xe4uft\n', 'latin1');
    expect(read(bytes, { encoding: 'utf-8' }).assumed).toEqual([
      'not all of the file is text in utf-8; what is not stands as �',
    ]);
  });
});
