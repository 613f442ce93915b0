import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { highlightTruth, missedHighlights, scoreHighlights } from './highlight-detection.ts';
import { momentAveragePrecision } from './moment-retrieval.ts';
import type { ScoredWindow } from './moment-retrieval.ts';
import type { Span } from './spans.ts';

interface Golden {
  readonly annos: readonly { readonly qid: number; readonly relevant_windows: readonly Span[] }[];
  readonly preds: readonly {
    readonly qid: number;
    readonly pred_relevant_windows: readonly ScoredWindow[];
  }[];
  readonly expected: { readonly apPerQuery?: Readonly<Record<string, readonly number[]>> };
}

const { cases } = JSON.parse(
  readFileSync(new URL('../fixtures/qvhighlights.json', import.meta.url), 'utf8'),
) as { readonly cases: readonly Golden[] };

describe('moment retrieval', () => {
  const [first] = cases;
  test.each(Object.entries(first?.expected.apPerQuery ?? {}))(
    'average precision of query %s is the reference’s',
    (qid, expected) => {
      const truths = first?.annos.find((one) => String(one.qid) === qid)?.relevant_windows ?? [];
      const windows = first?.preds.find((one) => String(one.qid) === qid)?.pred_relevant_windows ?? [];
      const found = momentAveragePrecision(windows.slice(0, 10), truths);
      expect(found).toHaveLength(expected.length);
      for (const [index, value] of found.entries())
        expect(value).toBeCloseTo(expected[index] ?? Number.NaN, 9);
    },
  );
});

describe('highlights', () => {
  const truth = highlightTruth({
    durationSec: 7,
    clipIds: [1, 9],
    saliency: [
      [4, 0],
      [4, 4],
    ],
  });

  test('clips outside the video are left out, and the first of equal scores is the hit', () => {
    expect(scoreHighlights(truth, [0, 5, 5, 1])[2]).toEqual({ hit: true, averagePrecisions: [0.5, 0] });
  });

  test('a highest clip beyond the end misses', () => {
    expect(scoreHighlights(truth, [0, 5, 1, 9])[2]?.hit).toBe(false);
  });

  test('without a prediction everything is missed', () => {
    expect(missedHighlights(2)[0]).toEqual({ hit: false, averagePrecisions: [0, 0] });
  });
});
