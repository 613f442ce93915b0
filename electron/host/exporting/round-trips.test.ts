import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import { readAnnotations as read } from '../../../native-models/annotation-forms/read-annotations.ts';
import type { ReadAnnotations } from '../../../native-models/annotation-forms/read-annotations.ts';
import { exampleAnnotation, exampleProject, exampleRun } from './testing/example-project.ts';
import type { TextExportFormat } from '../contract/exports.ts';
import { writeExport } from './write-export.ts';

/** What is read back of an export, or of any text. */
function readAnnotations(text: string, name: string): ReadAnnotations {
  return read(Buffer.from(text), name);
}

const readable = [
  'json',
  'csv',
  'qvhighlights',
  'activitynet',
  'label-studio',
  'elan',
] as const satisfies TextExportFormat[];

describe('a round trip', () => {
  it.each(readable)('through %s brings back times, texts and labels', (format) => {
    const written = writeExport(format, exampleProject({ runs: [] }));
    const moments = written.files.flatMap(
      ({ name, content }) => readAnnotations(String(content), name).moments,
    );
    const brought = moments.map(({ startSec, endSec, text, label }) => ({ startSec, endSec, text, label }));
    const label = format === 'qvhighlights' ? '' : 'jump';
    expect(brought).toEqual([
      { startSec: 1.5, endSec: 4.25, text: 'a cat jumps', label },
      { startSec: 0, endSec: 2, text: 'rain', label: '' },
    ]);
    expect(moments[0]?.video).toMatch(/^a(?:\.mp4)?$/u);
  });

  it.each(['json', 'csv', 'label-studio', 'elan'] as const)(
    'through %s keeps any words and times',
    (format) => {
      const words = fc
        .string({ unit: 'binary', maxLength: 30 })
        .map((text) => text.replaceAll(/[\p{Cc}\p{Cn}\p{Cs}]/gu, '·').trim());
      fc.assert(
        fc.property(
          words,
          fc.integer({ min: 0, max: 90_000 }),
          fc.integer({ min: 0, max: 9_000 }),
          (text, startMs, lengthMs) => {
            const [startSec, endSec] = [startMs / 1000, (startMs + lengthMs) / 1000];
            const annotations = [exampleAnnotation('x', { text, startSec, endSec })];
            const [file] = writeExport(format, exampleProject({ runs: [], annotations })).files;
            const { moments } = readAnnotations(String(file?.content), file?.name ?? '');
            // ELAN has no annotations without length: such a moment gets a frame.
            const end = format === 'elan' && lengthMs === 0 ? Math.round(startMs + 1001 / 30) / 1000 : endSec;
            expect(moments).toMatchObject([{ text, startSec, endSec: end }]);
          },
        ),
        { numRuns: 50 },
      );
    },
  );
});

describe('boxes and points', () => {
  const box = { kind: 'box', left: 0.1, top: 0.25, right: 0.5, bottom: 0.75 } as const;
  const point = { kind: 'point', x: 0.6, y: 0.4 } as const;
  // Whole frames of the video, of which one is the last.
  const frame = (number: number) => (number * 1001) / 30_000;
  const placed = [
    exampleAnnotation('a', { region: box, startSec: frame(45), endSec: frame(90), labelId: 'label-1' }),
    exampleAnnotation('b', { region: point, startSec: frame(120), endSec: frame(150), text: 'a nose' }),
    exampleAnnotation('c', { region: box, startSec: frame(2000), endSec: frame(2997), text: '<a & b>' }),
  ];
  const through = (format: TextExportFormat, content = exampleProject({ runs: [], annotations: placed })) => {
    const { files, ...told } = writeExport(format, content);
    return {
      ...told,
      // CVAT does not write the frame rate: the video has it.
      moments: files.flatMap(
        ({ name, content: text }) =>
          read(Buffer.from(String(text)), name, { videos: content.videos }).moments,
      ),
    };
  };

  it.each(['json', 'label-studio', 'cvat'] as const)(
    'come back through %s where and when they are',
    (format) => {
      const { moments } = through(format);
      expect(moments).toHaveLength(3);
      for (const [index, moment] of moments.entries()) {
        const { startSec = 0, endSec = 0, region, text } = placed[index] ?? {};
        expect(moment).toMatchObject({ region, text });
        expect(moment.startSec).toBeCloseTo(startSec, 5);
        expect(moment.endSec).toBeCloseTo(endSec, 5);
      }
      expect(moments[0]?.label).toBe('jump');
    },
  );

  it('that a model named and nobody kept are written, too, and those that were kept once', () => {
    const run = exampleRun();
    const places = [
      { region: box, name: 'cup', atSec: frame(45), text: '', saidIn: 'answer' as const },
      { region: point, name: 'nose', atSec: frame(60), text: '', saidIn: 'answer' as const },
      { region: point, name: 'at no time', text: '', saidIn: 'answer' as const },
    ];
    const kept = exampleAnnotation('kept', { region: box, runId: run.id, placeIndex: 0, text: 'cup' });
    const content = exampleProject({
      runs: [{ ...run, record: { ...run.record!, places } }],
      annotations: [kept],
    });
    const { moments, leftOut } = through('cvat', content);
    expect(moments.map(({ text, region }) => ({ text, region }))).toEqual([
      { text: 'cup', region: box },
      { text: 'nose', region: point },
    ]);
    // The moment that the run chose is nowhere in the picture.
    expect(leftOut).toEqual([{ reason: 'moments without a box or a point', count: 1 }]);
  });

  it('are what CVAT holds alone: without any there is nothing to write', () => {
    expect(() => through('cvat', exampleProject())).toThrow(
      expect.objectContaining({ code: 'EXPORT_EMPTY' }),
    );
  });

  it('that another program moved since are where it says, and what moves through the picture is taken by its times', () => {
    const [file] = writeExport(
      'label-studio',
      exampleProject({ runs: [], annotations: placed.slice(0, 1) }),
    ).files;
    const text = String(file?.content);
    const moved = text.replaceAll(/"x": 10\b/gu, '"x": 20').replaceAll(/"width": 40\b/gu, '"width": 30');
    expect(readAnnotations(moved, 'x.json').moments).toMatchObject([{ region: { ...box, left: 0.2 } }]);
    const { moments, assumed } = readAnnotations(text.replace('"x": 10', '"x": 20'), 'x.json');
    expect(moments[0]).not.toHaveProperty('region');
    expect(assumed.join()).toMatch(/moves through the picture/u);
  });

  it('that hang over the edge of a file’s picture are cut there, and those without an area are none', () => {
    const cvat = (coordinates: string) =>
      readAnnotations(
        `<annotations><version>1.1</version><meta><task><original_size><width>100</width><height>50</height></original_size></task></meta><track id="0" label="cup"><box frame="0" keyframe="1" outside="0" ${coordinates}/></track></annotations>`,
        'x.xml',
      ).moments[0];
    expect(cvat('xtl="-5" ytl="10" xbr="50" ybr="60"')).toMatchObject({
      region: { kind: 'box', left: 0, top: 0.2, right: 0.5, bottom: 1 },
    });
    expect(cvat('xtl="50" ytl="10" xbr="50" ybr="60"')).not.toHaveProperty('region');
    expect(cvat('xtl="x" ytl="10" xbr="50" ybr="60"')).not.toHaveProperty('region');
    expect(cvat('xtl="0" ytl="10" xbr="1e999" ybr="60"')).not.toHaveProperty('region');
  });
});

describe('a file of annotations', () => {
  it('may be a table with other names of columns and clock times', () => {
    const { moments } = readAnnotations('Start Time;End Time;Caption\n0:01.5;00:01:02;Tee\n', 'x.csv');
    expect(moments).toMatchObject([{ startSec: 1.5, endSec: 62, text: 'Tee' }]);
  });

  it('may be a list of moments in JSON, alone or as annotations', () => {
    const list = [{ video: 'v', startSec: 1, endSec: 2, text: 'Tee' }, { startSec: 1 }];
    for (const document of [list, { annotations: list }]) {
      const { moments, skipped } = readAnnotations(JSON.stringify(document), 'x.json');
      expect(moments).toMatchObject([{ video: 'v', startSec: 1, endSec: 2, text: 'Tee' }]);
      expect(skipped).toEqual([{ place: 'entry 2', reason: 'its end is missing' }]);
    }
  });

  it('may hold QVHighlights predictions', () => {
    const line = { qid: 1, query: 'q', vid: 'v', pred_relevant_windows: [[1, 2, 0.9]] };
    expect(readAnnotations(JSON.stringify(line), 'x.jsonl').moments).toMatchObject([
      { video: 'v', startSec: 1 },
    ]);
  });

  it('tells what it leaves out, with the places', () => {
    const { moments, skipped } = readAnnotations('startSec,endSec\n1,2\n5,3\n-1,2\nx,2\n6,4\n', 'x.csv');
    expect(moments).toHaveLength(1);
    expect(skipped).toEqual([
      { place: 'line 5', reason: 'the start is no time: “x”' },
      { place: 'line 3', reason: 'it ends before it starts' },
      { place: 'line 4', reason: 'a time is below zero' },
      { place: 'line 6', reason: 'it ends before it starts' },
    ]);
  });

  it.each([
    ['nothing', ''],
    ['prose', 'Dear reader,\nnothing here.'],
    ['a JSON number', '17'],
    ['entities that blow up', '<!DOCTYPE x [<!ENTITY a "aa">]><ANNOTATION_DOCUMENT/>'],
    ['a table without times', 'a,b\n1,2\n'],
  ])('that holds %s is refused with what can be read', (_name, text) => {
    expect(() => readAnnotations(text, 'file')).toThrow(
      expect.objectContaining({ code: 'ANNOTATIONS_INVALID' }),
    );
  });

  it('with any damage is read or refused, and never anything else', () => {
    const files = readable.flatMap((format) => writeExport(format, exampleProject()).files);
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.nat(),
        fc.nat({ max: 40 }),
        fc.string({ unit: 'binary', maxLength: 12 }),
        ({ name, content }, at, removed, inserted) => {
          const text = String(content);
          const place = at % text.length;
          const damaged = text.slice(0, place) + inserted + text.slice(place + removed);
          try {
            for (const moment of readAnnotations(damaged, name).moments) {
              expect(moment.startSec).toBeLessThanOrEqual(moment.endSec);
            }
          } catch (error) {
            if (!(error instanceof EngineError)) throw error;
            expect(error.code).toBe('ANNOTATIONS_INVALID');
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
