import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import { readAnnotations as read } from '../../../native-models/annotation-forms/read-annotations.ts';
import type { ReadAnnotations } from '../../../native-models/annotation-forms/read-annotations.ts';
import { exampleAnnotation, exampleProject } from './testing/example-project.ts';
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
