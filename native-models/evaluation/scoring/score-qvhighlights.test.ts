import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { evalScoreResultSchema } from '../../protocol/eval-score.ts';
import type { EvalScoreResult } from '../../protocol/eval-score.ts';
import { scoreQvHighlights } from './score-qvhighlights.ts';

type Line = Readonly<Record<string, unknown>>;
interface Case {
  readonly name: string;
  readonly annos: readonly Line[];
  readonly preds: readonly Line[];
  readonly expected: { readonly result?: unknown; readonly error?: string };
}

const { cases } = JSON.parse(
  readFileSync(new URL('../fixtures/qvhighlights.json', import.meta.url), 'utf8'),
) as { readonly cases: readonly Case[] };

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'videomind-score-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function score(preds: readonly Line[], annos: readonly Line[]): Promise<EvalScoreResult> {
  const predictions = join(folder, 'predictions.jsonl');
  const annotations = join(folder, 'annotations.jsonl');
  writeFileSync(predictions, preds.map((line) => `${JSON.stringify(line)}\n`).join(''));
  writeFileSync(annotations, annos.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return scoreQvHighlights(predictions, annotations);
}

const scored = cases.filter((one) => one.expected.result !== undefined);
const deadly = cases.filter((one) => one.expected.error !== undefined && one.annos.length > 0);

describe('scoring QVHighlights', () => {
  test.each(scored.map((one) => [one.name, one] as const))(
    'gives the reference’s numbers: %s',
    async (_, one) => {
      const result = await score(one.preds, one.annos);
      evalScoreResultSchema.parse(result);
      expect(result.metrics).toEqual(one.expected.result);
    },
  );

  test.each(deadly.map((one) => [one.name, one] as const))(
    'goes on where the reference dies: %s',
    async (_, one) => {
      const result = await score(one.preds, one.annos);
      expect(result.issues.map(({ kind }) => kind).filter((kind) => kind !== 'empty-range')).toHaveLength(1);
      expect(result.trustworthy).toBe(false);
    },
  );

  test('a query without a prediction is a miss', async () => {
    const annos = [1, 2].map((qid) => ({ qid, duration: 100, relevant_windows: [[0, 10]] }));
    const result = await score([{ qid: 1, pred_relevant_windows: [[0, 10, 1]] }], annos);
    expect(result.metrics?.['brief']).toMatchObject({ 'MR-full-R1@0.7': 50, 'MR-full-mAP': 50 });
    expect(result.coverage.grounding).toEqual({ scored: 2, failed: 0, notGrounded: 1 });
  });

  test('a range without true windows is named', async () => {
    const annos = [{ qid: 1, duration: 100, relevant_windows: [[0, 10]] }];
    const result = await score([{ qid: 1, pred_relevant_windows: [[0, 120, 1]] }], annos);
    expect(result.issues.map(({ kind, count }) => [kind, count])).toEqual([
      ['span-beyond-duration', 1],
      ['empty-range', 2],
    ]);
  });

  test('files that are missing, empty or without truth are errors', async () => {
    const annos = [{ qid: 1, duration: 100, relevant_windows: [[0, 10]] }];
    const preds = [{ qid: 1, pred_relevant_windows: [[0, 10, 1]] }];
    await expect(score([], annos)).rejects.toMatchObject({ code: 'PREDICTIONS_NOT_FOUND' });
    await expect(score(preds, [])).rejects.toMatchObject({ code: 'TRUTH_MISSING' });
    await expect(score(preds, [{ qid: 1, duration: 100, relevant_windows: null }])).rejects.toMatchObject({
      code: 'TRUTH_MISSING',
    });
    await expect(
      scoreQvHighlights(join(folder, 'none'), join(folder, 'annotations.jsonl')),
    ).rejects.toMatchObject({
      code: 'PREDICTIONS_NOT_FOUND',
    });
    await expect(scoreQvHighlights(folder, join(folder, 'none'))).rejects.toMatchObject({
      code: 'ANNOTATIONS_NOT_FOUND',
    });
  });
});
