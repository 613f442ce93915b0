import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fakeVideo } from '../../test-support/fake-video.ts';
import { saidPlaces, writtenPlaces } from './said-places.ts';
import type { PlacesContext, SpokenReply } from './said-places.ts';

/** Ten seconds at 10 frames a second, of which one a second was shown, 200 × 100 pixels as fed. */
const video = fakeVideo({ totalFrames: 100, fps: 10 });
const clip = {
  video,
  frameIndices: [0, 10, 20, 30, 40, 50, 60, 70, 80, 90],
  size: { width: 200, height: 100 },
};
const context: PlacesContext = {
  timed: clip,
  family: { pairTimes: 'positions', coordinates: 'pixels' },
  bounds: { startSec: 0, endSec: 10 },
};
const read = (answer: string, more: Partial<PlacesContext> = {}, clips: SpokenReply['clips'] = [clip]) =>
  saidPlaces([{ reasoning: '', answer, clips }], { ...context, ...more });
const box = (left: number, top: number, right: number, bottom: number) => ({
  ...{ kind: 'box', left, top, right, bottom },
});

describe('what a text writes is read as places of the frame', () => {
  test('names, boxes and times in tags, several boxes after one name', () => {
    const said =
      'I see <obj>a cup</obj><box>[20,10,100,50]</box>, <box>[0, 0, 50, 25]</box>at<t>3.5</t>s on a table.';
    expect(read(said)).toEqual([
      {
        region: box(0.1, 0.1, 0.5, 0.5),
        name: 'a cup',
        atSec: 3.5,
        text: said.slice(6, -13),
        saidIn: 'answer',
      },
      {
        region: box(0, 0, 0.25, 0.25),
        name: 'a cup',
        atSec: 3.5,
        text: said.slice(6, -13),
        saidIn: 'answer',
      },
    ]);
  });

  test('words between tags end a place: a time further on is not its time', () => {
    expect(
      read('<obj>cup</obj><box>[20,10,100,50]</box> and then the door opens at <t>8</t>s'),
    ).toMatchObject([{ name: 'cup', region: box(0.1, 0.1, 0.5, 0.5) }]);
    expect(read('<obj>cup</obj><box>[20,10,100,50]</box> then later <t>8</t>s')[0]).not.toHaveProperty(
      'atSec',
    );
  });

  test('points in tags', () => {
    expect(read('<obj>nose</obj><point>[50, 25]</point>at<t>2</t>s')).toMatchObject([
      { region: { kind: 'point', x: 0.25, y: 0.25 }, name: 'nose', atSec: 2 },
    ]);
  });

  test('lists of JSON in a code block, one of them cut', () => {
    const said =
      '```json\n[{"bbox_2d": [20, 10, 100, 50], "label": "cup", "time": "4.5"},\n {"point_2d": [100, 50], "label": "eye"}, {"bbox_2d": [1, 2';
    expect(read(said)).toMatchObject([
      { region: box(0.1, 0.1, 0.5, 0.5), name: 'cup', atSec: 4.5 },
      { region: { kind: 'point', x: 0.5, y: 0.5 }, name: 'eye' },
    ]);
    expect(read(said)[1]).not.toHaveProperty('atSec');
  });

  test('a place in the only frame that was shown is at its time', () => {
    const one = { ...clip, frameIndices: [40, 40] };
    expect(read('{"bbox_2d": [20, 10, 100, 50]}', {}, [clip, one])).toMatchObject([{ atSec: 4, name: '' }]);
  });
});

describe('what numbers count', () => {
  const said = '<obj>cup</obj><box>[20,10,100,50]</box>at<t>3</t>s';
  test.each([
    ['pixels of the picture as fed', { coordinates: 'pixels' }, undefined, box(0.1, 0.1, 0.5, 0.5)],
    ['thousandths of its sides', { coordinates: 'thousandths' }, undefined, box(0.02, 0.01, 0.1, 0.05)],
    [
      'as a protocol says, before the family',
      { coordinates: 'pixels' },
      'thousandths',
      box(0.02, 0.01, 0.1, 0.05),
    ],
    [
      'shares or pixels, by their size',
      { coordinates: 'thousandths' },
      'shares-or-pixels',
      box(0.1, 0.1, 0.5, 0.5),
    ],
  ] as const)('%s', (_, { coordinates }, rule, region) => {
    expect(read(said, { family: { pairTimes: 'positions', coordinates }, rule })).toMatchObject([{ region }]);
  });

  test('shares of the sides', () => {
    const shares = '{"bbox_2d": [0.25, 0.5, 0.75, 1.0]}';
    const region = box(0.25, 0.5, 0.75, 1);
    expect(read(shares, { rule: 'shares' })).toMatchObject([{ region }]);
    expect(read(shares, { rule: 'shares-or-pixels' })).toMatchObject([{ region }]);
  });

  test('pixels are those of the picture that was shown of that time, and a part of a frame lies in the frame', () => {
    const closer = {
      ...{ video, frameIndices: [30, 30], size: { width: 100, height: 100 } },
      region: { left: 0.5, top: 0.5, right: 1, bottom: 1 },
    };
    expect(read('<box>[20,10,100,50]</box>at<t>3</t>s', {}, [clip, closer])).toMatchObject([
      { region: box(0.6, 0.55, 1, 0.75) },
    ]);
    expect(read('<box>[20,10,100,50]</box>at<t>5</t>s', {}, [clip, closer])).toMatchObject([
      { region: box(0.1, 0.1, 0.5, 0.5) },
    ]);
  });
});

describe('a stranger’s text', () => {
  test.each([
    ['outside of the picture', '<box>[20,10,900,50]</box>at<t>3</t>s'],
    ['below zero', '<box>[-20,10,90,50]</box>at<t>3</t>s'],
    ['without an area', '<box>[90,10,90,50]</box>at<t>3</t>s'],
    ['right before left', '<box>[90,10,20,50]</box>at<t>3</t>s'],
    ['beyond the end of the video', '<box>[20,10,90,50]</box>at<t>300</t>s'],
    ['three numbers', '<box>[20,10,90]</box>at<t>3</t>s'],
    ['five numbers', '<box>[20,10,90,50,60]</box>at<t>3</t>s'],
    ['an expression', '<box>[1e3,10,Infinity,NaN]</box>at<t>3</t>s'],
    ['words', '{"bbox_2d": ["a", "b", "c", "d"]}'],
  ])('names no place: %s', (_, said) => {
    expect(read(said)).toEqual([]);
  });

  test('the same place twice is one, and a little beyond the edge is the edge', () => {
    const said = '<obj>cup</obj><box>[0,0,202,50]</box>at<t>3</t>s';
    expect(read(`${said} … ${said}`)).toMatchObject([{ region: box(0, 0, 1, 0.5) }]);
  });

  test('that goes on and on keeps no more words of a place than one reads', () => {
    const boxes = Array.from(
      { length: 400 },
      (_, index) => `<box>[0,0,${index % 200},${1 + (index % 90)}]</box>`,
    );
    const places = read(`<obj>cup</obj>${boxes.join('')}at<t>3</t>s`);
    expect(places.length).toBeGreaterThan(300);
    expect(Math.max(...places.map(({ text }) => text.length))).toBe(1000);
  });

  test('whatever it is comes to regions inside of the picture', () => {
    const pieces = fc.constantFrom(
      ...[
        '<obj>',
        '</obj>',
        '<box>',
        '</box>',
        '<point>',
        '</point>',
        '<t>',
        '</t>',
        's',
        'at',
        '[',
        ']',
        ',',
      ],
      ...[
        '{',
        '}',
        '"bbox_2d"',
        '"point_2d"',
        '"label"',
        '"time"',
        ':',
        '1',
        '20',
        '0.5',
        '-3',
        '1e9',
        '9'.repeat(40),
      ],
      ...['\n', '"', "'", '\\', '😀', '\u0000'],
    );
    const text = fc.array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 200 });
    fc.assert(
      fc.property(text, (parts) => {
        for (const { region, atSec = 0 } of read(parts.join(''))) {
          const { kind, ...numbers } = region;
          expect(Object.values(numbers).every((share) => share >= 0 && share <= 1)).toBe(true);
          expect(Object.values(numbers)).toHaveLength(kind === 'box' ? 4 : 2);
          expect(atSec).toBeLessThanOrEqual(10);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('tags without end are read in time that grows with their length', () => {
    const shapes = [
      '<obj>',
      '<box>[',
      '<box>[1,',
      '<t>',
      '{"bbox_2d": [',
      '{',
      '<obj>a</obj>',
      '"label": "',
      ' '.repeat(7),
    ];
    for (const shape of shapes) expect(writtenPlaces(shape.repeat(30_000))).toEqual([]);
  });
});
