import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { evalScoreResultSchema } from '../../protocol/eval-score.ts';
import type { EvalScoreResult } from '../../protocol/eval-score.ts';
import { scoreFolder } from './score-folder.ts';

interface Case {
  readonly args: { readonly dataset: string | null; readonly confThr: number };
  readonly note: string;
  readonly expected: { readonly printed: unknown };
}
type Files = Readonly<Record<string, unknown>>;
interface Golden {
  readonly cases: readonly Case[];
  readonly files: Files;
}

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'videomind-score-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8'));
}

function write(files: Files): void {
  for (const [name, content] of Object.entries(files)) {
    const text =
      typeof content === 'string'
        ? content
        : name.endsWith('.jsonl')
          ? (content as readonly unknown[]).map((line) => JSON.stringify(line)).join('\n')
          : JSON.stringify(content);
    writeFileSync(join(folder, name), text);
  }
}

const goldens = [
  'charades-sta',
  'activitynet-captions',
  'nextgqa',
  'rextime',
  'cgbench',
  'videomme',
  'lvbench',
  'rounding',
  'edges',
].flatMap((name) => {
  const golden = fixture(name) as Golden;
  return golden.cases.map((one) => [name, one.note, one, golden.files] as const);
});

describe('scoring a folder', () => {
  test.each(goldens)('prints the reference’s tables: %s, %s', async (_, note, one, files) => {
    if (note === 'an empty list') write({ 'output.json': [] });
    else if (note !== 'an empty folder') write(files);
    const { tables, beside } = await scoreFolder(folder, one.args.dataset ?? 'generic', {
      confidenceThreshold: one.args.confThr,
      asPublished: true,
    });
    expect(tables).toEqual(one.expected.printed);
    expect(beside).toBeUndefined();
  });

  const deadly = (
    fixture('auto-errors') as {
      readonly cases: readonly (Readonly<Record<string, unknown>> & {
        readonly name: string;
        readonly files: Files;
      })[];
    }
  ).cases;

  test.each(deadly.map((one) => [one.name, one] as const))(
    'goes on where the reference dies: %s',
    async (name, one) => {
      write(one.files);
      for (const [key, benchmark, confidenceThreshold] of [
        ['default', 'generic', 0],
        ['cgbench', 'cgbench', 0],
        ['cgbenchConfThr0.5', 'cgbench', 0.5],
      ] as const) {
        const expected = one[key] as { readonly printed?: unknown } | undefined;
        if (expected === undefined) continue;
        const result = await scoreFolder(folder, benchmark, { confidenceThreshold });
        evalScoreResultSchema.parse(result);
        if (expected.printed !== undefined) {
          expect(result.tables).toEqual(expected.printed);
          continue;
        }
        expect(result.issues.length).toBeGreaterThan(0);
        const { coverage } = result;
        if (/file|object/.test(name)) expect(coverage.samples).toBe(0);
        else expect(coverage.grounding.failed + coverage.answers.failed).toBe(1);
      }
    },
  );
});

function kinds(result: EvalScoreResult): Record<string, number> {
  return Object.fromEntries(result.issues.map((issue) => [issue.kind, issue.count]));
}

const sample = { video_path: 'a.mp4', query: 'q', duration: 20, pred: [[0, 9]], conf: [1], span: [[0, 10]] };

describe('bad input', () => {
  test('broken lines and elements are named, and the rest is scored', async () => {
    write({
      'a.jsonl': `${JSON.stringify(sample)}\n{"pred": [[\n\n3\n${JSON.stringify({ ...sample, query: 'r' })}\n`,
      'b.json': `[${JSON.stringify({ ...sample, query: 's' })}, nope, ${JSON.stringify({ ...sample, query: 't' })}, {"pred`,
    });
    const result = await scoreFolder(folder, 'charades_sta');
    expect(result.coverage).toMatchObject({ files: 2, samples: 4, unreadable: 5 });
    expect(kinds(result)).toEqual({ 'broken-json': 4, 'not-a-sample': 1 });
    expect(result.issues[0]?.examples.map(({ file, position }) => [file, position])).toEqual([
      ['a.jsonl', 2],
      ['b.json', 1],
      ['b.json', 3],
      ['b.json', 4],
    ]);
    expect(result.trustworthy).toBe(false);
  });

  test('repeated samples, stale outputs and missing chunks are reported and pooled', async () => {
    write({
      'output.json': [sample],
      'output_0.json': [sample],
      'output_3.json': [{ ...sample, query: 'x' }],
    });
    const result = await scoreFolder(folder, 'charades_sta');
    expect(result.coverage.grounding.scored).toBe(3);
    expect(kinds(result)).toEqual({ 'stale-output': 1, 'missing-chunk': 1, 'duplicate-sample': 1 });
  });

  test('spans after the end of the video are reported, but not the rounding of a time to its unit', async () => {
    write({
      'output.json': [
        { ...sample, span: [[0, 25]] },
        { ...sample, pred: [[0, 20.049]] },
        { ...sample, query: 'x', pred: [[5, 31]] },
      ],
    });
    expect(kinds(await scoreFolder(folder, 'charades_sta'))).toEqual({ 'span-beyond-duration': 2 });
  });

  test('NaN and Infinity, as Python writes them, overlap nothing', async () => {
    write({
      'output.jsonl':
        '{"pred": [[NaN, 3]], "conf": [-Infinity], "span": [[0, 10]], "query": "NaN \\" Infinity"}',
    });
    const result = await scoreFolder(folder, 'generic');
    expect(kinds(result)).toEqual({ 'not-finite': 1 });
    expect(result.coverage.grounding).toEqual({ scored: 1, failed: 0, notGrounded: 0 });
  });

  test('of a run’s folder its predictions are scored, not its other files', async () => {
    const sample = { duration: 10, pred: [[0, 5]], span: [[0, 5]] };
    mkdirSync(join(folder, 'predictions'));
    write({ 'run.json': {}, 'report.json': {}, 'results.jsonl': '', 'predictions/output.json': [sample] });
    const result = await scoreFolder(folder, 'charades_sta');
    expect(result).toMatchObject({ issues: [], coverage: { files: 1, samples: 1 } });
  });

  test('the report that was made of predictions is none of them', async () => {
    const sample = { duration: 10, pred: [[0, 5]], span: [[0, 5]] };
    write({ 'output.json': [sample], 'report.json': {} });
    expect(kinds(await scoreFolder(folder, 'charades_sta'))).toEqual({ 'broken-json': 1 });
    write({ 'report.html': '', 'report.csv': '' });
    const result = await scoreFolder(folder, 'charades_sta');
    expect(result).toMatchObject({ issues: [], coverage: { files: 1, samples: 1 } });
  });

  test('a folder without predictions scores zero and says so', async () => {
    const result = await scoreFolder(folder, 'tacos');
    expect(kinds(result)).toEqual({ 'no-predictions': 1 });
    expect(result.trustworthy).toBe(false);
  });

  test('a missing folder and an unknown benchmark are errors', async () => {
    await expect(scoreFolder(join(folder, 'none'), 'tacos')).rejects.toMatchObject({
      code: 'FOLDER_NOT_FOUND',
    });
    await expect(scoreFolder(folder, '__proto__')).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  });

  test('scoring stops when it is cancelled', async () => {
    write({ 'output.json': [sample] });
    const scored = scoreFolder(folder, 'tacos', { signal: AbortSignal.abort() });
    await expect(scored).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('figures beside the published ones', () => {
  const row = (result: EvalScoreResult, title: string): readonly string[] | undefined =>
    result.beside?.[title]?.rows.at(-1);

  test('CG-Bench’s true union does not add overlapping intervals up', async () => {
    write({
      'output.json': [
        {
          ...sample,
          pred: [[0, 8]],
          span: [
            [0, 4],
            [0, 4],
          ],
        },
      ],
    });
    const result = await scoreFolder(folder, 'cgbench');
    expect(result.tables?.['Grounding (IoU)']).toMatchObject({
      rows: [
        expect.anything(),
        ['all', '1', '0', '100.00', '100.00', '100.00', '100.00', '100.00', '100.00', '100.00'],
      ],
    });
    expect(row(result, 'Grounding (true union IoU)')?.at(-2)).toBe('50.00');
  });

  test('samples with true spans and no moment are misses', async () => {
    write({ 'output.json': [sample, { video_path: 'b.mp4', span: [[0, 1]] }] });
    const result = await scoreFolder(folder, 'tacos');
    expect(result.coverage.grounding).toEqual({ scored: 1, failed: 0, notGrounded: 1 });
    expect(row(result, 'Grounding (IoU), no moment as a miss')?.slice(0, 4)).toEqual([
      'all',
      '2',
      '1',
      '50.00',
    ]);
  });

  test('replies are read a second time, and accuracy is shown by task and length', async () => {
    const ask = { question: 'q', options: ['red', 'blue', 'green', 'white'], ans: 'C', duration: 61 };
    write({
      'output.json': [
        { ...ask, response: 'best option: c.', task: 'count' },
        { ...ask, response: 'C', task: 'order' },
        { ...ask, response: 'C', task: 'order' },
        { ...ask, task: 'order' },
      ],
    });
    const result = await scoreFolder(folder, 'mlvu');
    expect(result.coverage.answers).toEqual({ scored: 3, failed: 0, unanswered: 1 });
    expect(result.tables?.['QA']).toMatchObject({
      rows: [['count', '1', '0', '0.00', '0.00', '0.00'], expect.anything(), expect.anything()],
    });
    expect(row(result, 'QA, read forgivingly')?.[3]).toBe('100.00');
    expect(row(result, 'QA by task')).toEqual(['2', '50.00', '3', '66.67']);
    expect(result.beside?.['QA by video length']?.rows[2]?.slice(0, 4)).toEqual([
      '60-180 s',
      '3',
      '0',
      '66.67',
    ]);
  });
});
