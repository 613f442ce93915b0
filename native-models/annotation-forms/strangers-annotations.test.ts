import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KnownVideo } from './found-moment.ts';
import { readAnnotations } from './read-annotations.ts';
import type { ReadAnnotations, ReadOptions } from './read-annotations.ts';

function known(name: string, changes: Partial<NonNullable<KnownVideo['picture']>> = {}): KnownVideo {
  return {
    id: name,
    name,
    path: `/videos/${name}`,
    picture: { durationSec: 60, fps: 25, mediaStartSec: 0, ...changes },
  };
}

function read(document: unknown, options: ReadOptions = {}, name = 'x.json'): ReadAnnotations {
  return readAnnotations(
    Buffer.from(typeof document === 'string' ? document : JSON.stringify(document)),
    name,
    options,
  );
}

/** Times and words of each moment. */
function spans({ moments }: ReadAnnotations): unknown[] {
  return moments.map(({ startSec, endSec, text, label }) => [startSec, endSec, text === '' ? label : text]);
}

const elan = `<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="" DATE="" FORMAT="3.0" VERSION="3.0">
<HEADER MEDIA_FILE="" TIME_UNITS="milliseconds">
<MEDIA_DESCRIPTOR MEDIA_URL="file:///C:/other/sound.wav" MIME_TYPE="audio/x-wav" TIME_ORIGIN="500"/>
<MEDIA_DESCRIPTOR MEDIA_URL="file:///C:/My%20Clips/t%C3%A9st%20%231.mp4" MIME_TYPE="video/mp4" TIME_ORIGIN="2000"/>
</HEADER>
<TIME_ORDER><TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="1000"/><TIME_SLOT TIME_SLOT_ID="ts2"/><TIME_SLOT TIME_SLOT_ID="tsx" TIME_VALUE="1200"/><TIME_SLOT TIME_SLOT_ID="ts3" TIME_VALUE="5000"/></TIME_ORDER>
<TIER TIER_ID="utt"><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts3"><ANNOTATION_VALUE>hello &amp; bye</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
<TIER TIER_ID="words" PARENT_REF="utt"><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a2" TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2"><ANNOTATION_VALUE>one</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a3" TIME_SLOT_REF1="ts2" TIME_SLOT_REF2="ts3"><ANNOTATION_VALUE>two</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
<TIER TIER_ID="gloss" PARENT_REF="utt"><ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a4" ANNOTATION_REF="a1"><ANNOTATION_VALUE>greets the crowd</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION></TIER>
<TIER TIER_ID="parts" PARENT_REF="utt"><ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a6" ANNOTATION_REF="a1" PREVIOUS_ANNOTATION="a5"><ANNOTATION_VALUE>late</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION><ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a5" ANNOTATION_REF="a1"><ANNOTATION_VALUE>early</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION></TIER>
<TIER TIER_ID="lost"><ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a7" ANNOTATION_REF="a8"><ANNOTATION_VALUE>x</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION><ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a8" ANNOTATION_REF="a7"><ANNOTATION_VALUE>y</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION></TIER>
</ANNOTATION_DOCUMENT>`;

describe('an ELAN document', () => {
  const project = { videos: [known('other.mp4'), known('tést #1.mp4')] };

  it('gives times of the media, those of parents, and those between neighbours', () => {
    const found = read(elan, project, 'x.eaf');
    expect(spans(found)).toEqual([
      [3, 7, 'hello & bye'],
      [3, 5, 'one'],
      [5, 7, 'two'],
      [3, 7, 'greets the crowd'],
      [5, 7, 'late'],
      [3, 5, 'early'],
    ]);
    expect(found.moments.every(({ video }) => video === 'tést #1.mp4')).toBe(true);
    expect(found.assumed).toHaveLength(3);
    expect(found.skipped.map(({ place }) => place)).toEqual([
      'tier lost, annotation a7',
      'tier lost, annotation a8',
    ]);
  });

  it('finds its video by any of its media, each with its own origin', () => {
    const found = read(elan, { videos: [known('other.mp4'), known('sound.wav')] }, 'x.eaf');
    expect(found.moments[0]).toMatchObject({ video: 'sound.wav', startSec: 1.5 });
  });

  it('can be read tier by tier', () => {
    const found = read(elan, { ...project, labels: ['words'] }, 'x.eaf');
    expect(found.moments).toHaveLength(2);
    expect(found.labels.map(({ name, moments }) => [name, moments])).toEqual([
      ['utt', 1],
      ['words', 2],
      ['gloss', 1],
      ['parts', 2],
    ]);
  });

  it('is on the player’s clock, which may begin before the first frame', () => {
    const late = known('tést #1.mp4', { mediaStartSec: 1.5 });
    expect(read(elan, { videos: [late] }, 'x.eaf').moments[0]).toMatchObject({ startSec: 1.5, endSec: 5.5 });
  });
});

describe('exports of Label Studio', () => {
  const ranges = { ranges: [{ start: 26, end: 75 }], timelinelabels: ['Walk'] };
  const task = (data: object, value: object = ranges, type = 'timelinelabels') => [
    {
      id: 1,
      data: { video: '/data/upload/1/abc-talk.mp4', ...data },
      annotations: [{ result: [{ id: 'r', type, value }] }],
    },
  ];
  const talk = { videos: [known('other.mp4'), known('talk.mp4', { fps: 30 })] };

  it('count frames from 1 at the rate that the task names', () => {
    const found = read(task({ fps: 25 }), talk);
    expect(spans(found)).toEqual([[1, 3, 'Walk']]);
    expect(found).toMatchObject({
      form: 'label-studio',
      assumed: [],
      moments: [{ video: 'talk.mp4', label: 'Walk' }],
    });
    expect(spans(read(task({ frame_rate: '25' })))).toEqual([[1, 3, 'Walk']]);
  });

  it('without a rate take the video’s, or Label Studio’s usual one, and say which', () => {
    const byVideo = read(task({}), { videos: [known('talk.mp4')] });
    expect(spans(byVideo)).toEqual([[1, 3, 'Walk']]);
    expect(byVideo.assumed.join()).toMatch(/video's 25 a second/u);
    const alone = read(task({}));
    expect(alone.moments[0]).toMatchObject({ startSec: 1.041667, endSec: 3.125 });
    expect(alone.assumed.join()).toMatch(/24 a second/u);
    expect(spans(read(task({}), { fps: 25 }))).toEqual([[1, 3, 'Walk']]);
  });

  it.each([
    ['the short form', [{ id: 1, video: '/data/upload/1/abc-talk.mp4', fps: 25, tl: [ranges] }]],
    ['seconds with labels', task({}, { start: 1, end: 3, labels: ['Walk'] }, 'labels')],
    ['one task by itself', task({ fps: 25 })[0]],
    [
      'an object that is followed',
      task(
        { fps: 25 },
        {
          labels: ['Walk'],
          sequence: [
            { frame: 26, enabled: true },
            { frame: 75, enabled: false },
          ],
        },
        'videorectangle',
      ),
    ],
  ])('are read as %s', (_name, document) => {
    expect(spans(read(document, talk))).toEqual([[1, 3, 'Walk']]);
  });

  it('are read as a table with JSON in its cells', () => {
    const cell = JSON.stringify([ranges]).replaceAll('"', '""');
    expect(
      spans(read(`id,video,fps,tl\n1,/data/upload/1/abc-talk.mp4,25,"${cell}"\n`, talk, 'x.csv')),
    ).toEqual([[1, 3, 'Walk']]);
  });

  it('with predictions of a model say that these were not read', () => {
    const range = (start: number, end: number) => ({
      type: 'timelinelabels',
      value: { ranges: [{ start, end }], timelinelabels: ['Walk'] },
    });
    const data = { video: 'base.mp4', fps: 25 };
    const task = {
      id: 1,
      data,
      annotations: [{ result: [range(26, 75)] }],
      predictions: [{ result: [range(1, 9)] }],
    };
    const read = readAnnotations(Buffer.from(JSON.stringify([task])), 'x.json');
    expect(read.moments).toMatchObject([{ startSec: 1, endSec: 3 }]);
    expect(read.skipped).toEqual([
      { place: 'task 1', reason: 'predictions of a model beside the annotations' },
    ]);
  });

  it('give a region its words and each of its labels a moment; what has no times is told', () => {
    const [first] = task({ fps: 25 }, { ...ranges, timelinelabels: ['Walk', 'Run'] });
    const results = [
      ...(first?.annotations[0]?.result ?? []),
      { id: 'r', type: 'textarea', value: { text: ['fast'] } },
      { id: 'c', type: 'choices', value: { choices: ['good'] } },
    ];
    const found = read([{ ...first, annotations: [{ result: results }] }], talk);
    expect(found.moments.map(({ label, text }) => [label, text])).toEqual([
      ['Walk', 'fast'],
      ['Run', 'fast'],
    ]);
    expect(found.skipped).toEqual([{ place: 'task 1, result 3', reason: 'choices has no times' }]);
  });
});

describe('other programs’ annotations', () => {
  const video = { videos: [known('a.mp4')], videoId: 'a.mp4' };

  it('CVAT’s tracks are moments while their object is there', () => {
    const box = (frame: number, outside: 0 | 1): string =>
      `<box frame="${frame}" outside="${outside}" occluded="0" keyframe="1" xtl="1" ytl="1" xbr="2" ybr="2" z_order="0"></box>`;
    const xml = `<?xml version="1.0" encoding="utf-8"?><annotations><version>1.1</version><meta><task><size>1500</size><mode>interpolation</mode><start_frame>0</start_frame><frame_filter></frame_filter></task><source>a.mp4</source></meta>
<track id="0" label="person" source="manual">${box(25, 0)}${box(50, 0)}${box(75, 1)}${box(100, 0)}${box(124, 0)}</track>
<track id="1" label="car">${box(5, 1)}</track></annotations>`;
    const found = read(xml, video, 'annotations.xml');
    expect(found.form).toBe('cvat');
    expect(spans(found)).toEqual([
      [1, 3, 'person'],
      [4, 5, 'person'],
    ]);
    expect(found.skipped).toEqual([{ place: 'track 1', reason: 'its object is in no frame' }]);
  });

  it('CVAT’s tags of frames are moments as long as they follow each other', () => {
    const image = (frame: number): string =>
      `<image id="${frame}" name="frame_${String(frame).padStart(6, '0')}" width="1" height="1"><tag label="walk" source="manual"></tag></image>`;
    const xml = `<annotations><version>1.1</version>${[25, 26, 27, 50].map(image).join('')}</annotations>`;
    expect(spans(read(xml, video, 'annotations.xml'))).toEqual([
      [1, 1.12, 'walk'],
      [2, 2.04, 'walk'],
    ]);
  });

  it('VIA’s segments have the names of their options', () => {
    const project = {
      project: { pid: 'x', vid_list: ['1'], data_format_version: '3.1.1' },
      config: {},
      attribute: {
        1: { aname: 'TEMPORAL-SEGMENTS', anchor_id: 'FILE1_Z2_XY0', type: 4, options: { 0: 'speech' } },
      },
      file: { 1: { fid: '1', fname: 'a.mp4', type: 4, loc: 1, src: '' } },
      metadata: {
        '1_a': { vid: '1', flg: 0, z: [1.5, 4.25], xy: [], av: { 1: '0' } },
        '1_b': { vid: '1', flg: 0, z: [6, 7], xy: [], av: { 1: '4CV' } },
        '1_c': { vid: '1', flg: 0, z: [2], xy: [2, 1, 1, 5, 5], av: {} },
      },
      view: { 1: { fid_list: ['1'] } },
    };
    const found = read(project, video);
    expect([found.form, spans(found)]).toEqual([
      'via',
      [
        [1.5, 4.25, 'speech'],
        [6, 7, '4CV'],
      ],
    ]);
    expect(found.skipped).toMatchObject([{ place: 'segment 1_c' }]);
    const table = `# Exported using VGG Video Annotator\n# CSV_HEADER = metadata_id,file_list,flags,temporal_coordinates,spatial_coordinates,metadata\n"1_a","[""a.mp4""]",0,"[1.5,4.25]","[]","{""1"":""speech""}"\n`;
    expect(spans(read(table, video, 'via.csv'))).toEqual([[1.5, 4.25, 'speech']]);
  });

  it('LosslessCut’s projects are JSON5, with edges that may be missing', () => {
    const llc = `{ version: 1, mediaFileName: 'a.mp4', cutSegments: [ { start: 1.5, end: 4.25, name: 'first', }, { start: 50, name: '' }, ], }`;
    for (const [name, text] of [
      ['a-proj.llc', llc],
      ['a-proj.txt', llc],
      ['a-proj.json5', `// by hand\n${llc}`],
    ] as const) {
      expect(spans(read(text, video, name))).toEqual([
        [1.5, 4.25, 'first'],
        [50, 60, ''],
      ]);
    }
  });

  it('moments in JSON have any of the names that columns have', () => {
    const list = [
      { start: '00:00:01', end: '2,5', caption: 'a' },
      { segment: [3, 4], sentence: 'b' },
      { start_time: 5, duration: 2, query: 'c' },
    ];
    expect(spans(read(list, video))).toEqual([
      [1, 2.5, 'a'],
      [3, 4, 'b'],
      [5, 7, 'c'],
    ]);
    expect(spans(read({ data: { clips: 1 }, moments: list.slice(1, 2) }, video))).toEqual([[3, 4, 'b']]);
  });

  it('moments in JSON lose the space before a sentence, and say which fields with words were not read', () => {
    const whisper = {
      text: ' hi',
      segments: [{ id: 0, start: 0, end: 2, text: ' hi', tokens: [1], temperature: 0 }],
    };
    expect(read(whisper, video)).toMatchObject({ moments: [{ text: 'hi' }], assumed: [] });
    const spanish = [{ start: 1, end: 2, frase: 'hola', puntos: 3 }];
    expect(read(spanish, video).assumed).toEqual([
      'a field that means nothing here was not read: “frase” (entry 1)',
    ]);
  });
});

it('any damage to them is read or refused, and never anything else', () => {
  const documents: readonly (readonly [string, string])[] = [
    ['x.eaf', elan],
    [
      'x.json',
      JSON.stringify([
        {
          data: { video: 'a.mp4', fps: 25 },
          annotations: [
            {
              result: [
                { type: 'timelinelabels', value: { ranges: [{ start: 1, end: 2 }], timelinelabels: ['a'] } },
              ],
            },
          ],
        },
      ]),
    ],
    [
      'x.xml',
      '<annotations><meta><source>a</source></meta><track id="0" label="p"><box frame="1" outside="0"/><box frame="9" outside="1"/></track></annotations>',
    ],
    [
      'x.json',
      JSON.stringify({
        file: { 1: { fname: 'a' } },
        metadata: { a: { vid: '1', z: [1, 2], av: { 1: 'x' } } },
      }),
    ],
    ['x.llc', "{version:1,cutSegments:[{start:1,end:2,name:'x'}]}"],
    ['x.json', JSON.stringify({ v: { timestamps: [[1, 2]], sentences: ['a'] } })],
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...documents),
      fc.nat(),
      fc.nat({ max: 30 }),
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 8 }),
        fc.constantFrom('null', '[]', '{}', '-1', '1e999', '"x"'),
      ),
      ([name, text], at, removed, inserted) => {
        const place = at % text.length;
        try {
          for (const moment of read(text.slice(0, place) + inserted + text.slice(place + removed), {}, name)
            .moments) {
            expect(moment.startSec).toBeLessThanOrEqual(moment.endSec);
          }
        } catch (error) {
          expect(error).toMatchObject({ code: 'ANNOTATIONS_INVALID' });
        }
      },
    ),
    { numRuns: 600 },
  );
});
