import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EngineError } from '../../protocol/errors.ts';
import { evalScoreResultSchema } from '../../protocol/eval-score.ts';
import type { JsonPiece } from './json-pieces.ts';
import { lines, listElements } from './json-pieces.ts';
import { parsePythonJson } from './python-json.ts';
import { scorePredictions } from './score-predictions.ts';

/** A file's bytes, cut every `size`. */
async function* cut(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = await Promise.resolve(Buffer.from(text));
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function collect(batches: AsyncIterable<readonly JsonPiece[]>): Promise<readonly JsonPiece[]> {
  const pieces: JsonPiece[] = [];
  for await (const batch of batches) pieces.push(...batch);
  return pieces;
}

const texts = async (batches: AsyncIterable<readonly JsonPiece[]>): Promise<readonly unknown[]> =>
  (await collect(batches)).map(({ text }) =>
    text === undefined ? undefined : (JSON.parse(text) as unknown),
  );

describe('cutting files into JSON values', () => {
  test('a list comes back element by element, however it is written and wherever it is cut', async () => {
    const values = fc.array(fc.jsonValue(), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        values,
        fc.integer({ min: 1, max: 40 }),
        fc.nat({ max: 3 }),
        async (list, size, indent) => {
          const plain = JSON.parse(JSON.stringify(list)) as unknown;
          expect(
            await texts(listElements(cut(`\ufeff ${JSON.stringify(list, undefined, indent)}\n`, size))),
          ).toEqual(plain);
          const jsonl = list.map((one) => `${JSON.stringify(one)}\r\n\n`).join('');
          expect(await texts(lines(cut(jsonl, size)))).toEqual(plain);
        },
      ),
      { numRuns: 100 },
    );
  });

  test.each([
    ['', 'The file holds no list.'],
    ['{"a": 1}', 'The file holds no list.'],
    ['[{}, {}', 'The file breaks off before the end of the list.'],
    ['[{}] x', 'There is text after the end of the list.'],
    ['[{},]', 'There is no element between commas.'],
    ['[,{}]', 'There is no element between commas.'],
  ])('%j has a fault: %s', async (text, fault) => {
    const pieces = await collect(listElements(cut(text, 3)));
    expect(pieces.map((piece) => piece.fault)).toContain(fault);
  });

  test('Python’s numbers are read, and only outside strings', () => {
    expect(parsePythonJson('{"a": [NaN, -Infinity, Infinity, "NaN \\" Infinity"]}')).toEqual({
      a: [Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 'NaN " Infinity'],
    });
    expect(() => parsePythonJson('[NaN')).toThrow(SyntaxError);
  });
});

/** Fields of samples with anything in them, often nearly right. */
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.array(fc.array(fc.double(), { minLength: 2, maxLength: 2 }), { maxLength: 4 }),
  fc.array(fc.double(), { maxLength: 4 }),
  fc.constantFrom(null, '', 'A', [[0, 10]], [1], ['red', 'blue'], true, 3),
);
const field = (...keys: readonly string[]): fc.Arbitrary<Record<string, unknown>> =>
  fc.dictionary(fc.constantFrom(...keys), anything, { maxKeys: keys.length });
const sample = field(
  ...['pred', 'conf', 'span', 'pred_ori', 'conf_ori', 'grounder_success', 'task', 'question', 'options'],
  ...['response', 'ans', 'duration', 'video_path', '__proto__', 'constructor'],
);
const query = field(
  ...['qid', 'duration', 'relevant_windows', 'relevant_clip_ids', 'saliency_scores'],
  ...['pred_relevant_windows', 'pred_saliency_scores'],
);

describe('untrusted predictions', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'videomind-score-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('whatever samples hold, every one is accounted for', async () => {
    const threshold = fc.constantFrom(0, 0.5);
    const benchmark = fc.constantFrom('generic', 'cgbench');
    await fc.assert(
      fc.asyncProperty(fc.array(sample), benchmark, threshold, async (samples, key, confidenceThreshold) => {
        writeFileSync(join(folder, 'output.json'), JSON.stringify(samples));
        const result = await scorePredictions({
          predictionsPath: folder,
          benchmark: key,
          confidenceThreshold,
          asPublished: false,
        });
        evalScoreResultSchema.parse(result);
        expect(result.coverage.samples).toBe(samples.length);
        for (const table of Object.values(result.tables ?? {})) {
          if ('rows' in table) expect(table.rows.flat().join(' ')).not.toMatch(/NaN|Infinity|undefined/);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('whatever bytes a file holds, scoring ends with a result', async () => {
    const scraps = fc.array(
      fc.constantFrom(
        '[',
        ']',
        '{',
        '}',
        '"',
        '\\',
        ',',
        ':',
        'NaN',
        '1e999',
        '\n',
        'é',
        '"pred"',
        '[[0,1]]',
        '{}',
      ),
      { maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(scraps, fc.constantFrom('output.json', 'output.jsonl'), async (parts, name) => {
        rmSync(join(folder, 'output.json'), { force: true });
        rmSync(join(folder, 'output.jsonl'), { force: true });
        writeFileSync(join(folder, name), parts.join(''));
        const result = await scorePredictions({
          predictionsPath: folder,
          benchmark: 'generic',
          asPublished: true,
        });
        expect(result.coverage.files).toBe(1);
      }),
      { numRuns: 100 },
    );
  });

  test('whatever QVHighlights files hold, scoring ends with numbers or a typed error', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(query, { minLength: 1 }),
        fc.array(query, { minLength: 1 }),
        async (preds, annos) => {
          const jsonl = (all: readonly unknown[]): string =>
            all.map((one) => `${JSON.stringify(one)}\n`).join('');
          const predictionsPath = join(folder, 'preds.jsonl');
          const annotationsPath = join(folder, 'annos.jsonl');
          writeFileSync(predictionsPath, jsonl(preds.map((one, index) => ({ qid: index, ...one }))));
          writeFileSync(
            annotationsPath,
            jsonl(annos.map((one, index) => ({ qid: index, duration: 100, ...one }))),
          );
          const request = { predictionsPath, annotationsPath, benchmark: 'qvhighlights', asPublished: false };
          const outcome = await scorePredictions(request).catch((error: unknown) => error);
          if (outcome instanceof EngineError)
            expect(outcome.code).toMatch(/TRUTH_MISSING|PREDICTIONS_NOT_FOUND/);
          else expect(JSON.stringify(evalScoreResultSchema.parse(outcome).metrics)).not.toContain('null');
        },
      ),
      { numRuns: 100 },
    );
  });

  test('annotations are asked for where they are needed, and refused where they are not', async () => {
    const request = { predictionsPath: folder, asPublished: false };
    await expect(scorePredictions({ ...request, benchmark: 'qvhighlights' })).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
    });
    await expect(
      scorePredictions({ ...request, benchmark: 'tacos', annotationsPath: folder }),
    ).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  });
});
