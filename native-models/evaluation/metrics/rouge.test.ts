import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { porterStem } from './porter-stemmer.ts';
import { meanRougeF1, rouge } from './rouge.ts';
import { hasTaggedForm, rewardedAnswer } from './tagged-reply.ts';
import { videoKrReward } from './videokr-reward.ts';

type Part = readonly [number, number, number];
interface RewardScores {
  readonly accurate_score: number;
  readonly format_score: number;
  readonly score: number;
}
interface RewardFixture {
  readonly extract: readonly (readonly [string | null, string])[];
  readonly format: readonly (readonly [string | null, number])[];
  readonly rouge: readonly {
    readonly hypothesis: string;
    readonly reference: string;
    readonly parts: { readonly rouge1: Part; readonly rouge2: Part; readonly rougeL: Part };
    readonly score: number;
  }[];
  readonly reward: {
    readonly rows: readonly (readonly [string | null, string, string | null, RewardScores])[];
  };
}

function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8'));
}
const golden = fixture('videokr-reward') as RewardFixture;

test('words are stemmed as NLTK stems them', () => {
  const { rows } = fixture('porter-stems') as { readonly rows: readonly (readonly [string, string])[] };
  expect(rows.map(([word]) => [word, porterStem(word)])).toEqual(rows);
});

test.each(golden.rouge.map((row) => [row.reference, row.hypothesis, row] as const))(
  'ROUGE of %j and %j is the reference’s',
  (reference, hypothesis, row) => {
    const scores = rouge(reference, hypothesis);
    for (const name of ['rouge1', 'rouge2', 'rougeL'] as const) {
      const { precision, recall, f1 } = scores[name];
      expect(precision).toBeCloseTo(row.parts[name][0], 9);
      expect(recall).toBeCloseTo(row.parts[name][1], 9);
      expect(f1).toBeCloseTo(row.parts[name][2], 9);
    }
    expect(meanRougeF1(reference, hypothesis)).toBeCloseTo(row.score, 9);
  },
);

test('the rewarded answer is the first lower-case answer block', () => {
  expect(golden.extract.map(([reply]) => [reply, rewardedAnswer(reply ?? '')])).toEqual(golden.extract);
});

test('the form is a think block and an answer block and nothing else', () => {
  expect(golden.format.map(([reply]) => [reply, hasTaggedForm(reply ?? '') ? 1 : 0])).toEqual(golden.format);
});

test.each(golden.reward.rows)(
  'the reward of %j for %j, %j is the reference’s',
  (reply, truth, type, expected) => {
    const reward = videoKrReward(reply ?? '', truth, type ?? undefined);
    expect(reward.accuracy).toBeCloseTo(expected.accurate_score, 9);
    expect(reward.format).toBe(expected.format_score);
    expect(reward.total).toBeCloseTo(expected.score, 9);
  },
);
