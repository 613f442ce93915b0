import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { AgreementScores } from '../contract/agreement.ts';
import type { ComparedMoment } from './compared-moment.ts';
import { measureAgreement } from './measure-agreement.ts';

interface Reference {
  readonly videos: Readonly<Record<string, number>>;
  readonly ones: readonly ComparedMoment[];
  readonly others: readonly ComparedMoment[];
  readonly whole: AgreementScores;
  readonly names: Readonly<Record<string, AgreementScores>>;
  readonly byVideo: Readonly<Record<string, AgreementScores>>;
}

/** Of bench/peers/agreement_reference.py: scikit-learn's kappa, precision, recall and F1; NumPy's overlaps. */
const reference = JSON.parse(
  await readFile(new URL('fixtures/agreement-reference.json', import.meta.url), 'utf8'),
) as Reference;

const compare = (ones: readonly ComparedMoment[], others: readonly ComparedMoment[], minIou = 0.5) =>
  measureAgreement({
    videos: Object.entries(reference.videos).map(([videoId, durationSec]) => ({ videoId, durationSec })),
    ones,
    others,
    minIou,
  });

/** Every number to twelve digits: sums of floats differ in their order alone. */
function expectEqual(scores: AgreementScores | undefined, expected: AgreementScores): void {
  const rounded = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value, (_key, each: unknown) =>
        typeof each === 'number' ? Number(each.toFixed(12)) : each,
      ),
    );
  expect(rounded(scores)).toEqual(rounded(expected));
}

test('overlap, recall, precision and kappa are those of the reference, over all, by video and by label', () => {
  const { whole, videos, names } = compare(reference.ones, reference.others);
  expectEqual(whole, reference.whole);
  for (const { videoId, scores } of videos) expectEqual(scores, reference.byVideo[videoId]!);
  for (const { name, scores } of names) expectEqual(scores, reference.names[name]!);
  expect([videos.length, names.length]).toEqual([3, 3]);
});

test('who agrees with himself agrees wholly, and has nothing to walk through', () => {
  const { whole, disagreements } = compare(reference.ones, reference.ones);
  expect(whole).toMatchObject({ meanIou: 1, kappa: 1 });
  expect(whole.at.every(({ precision, recall, f1 }) => precision === 1 && recall === 1 && f1 === 1)).toBe(
    true,
  );
  expect(disagreements).toEqual([]);
});

test('what only one has, what has other bounds and what has another name are told apart, by time', () => {
  const at = (id: string, startSec: number, endSec: number, name = 'run'): ComparedMoment => ({
    ...{ id, videoId: 'v1', startSec, endSec, name, score: 1 },
  });
  const { disagreements } = compare(
    [at('a1', 0, 10), at('a2', 20, 30), at('a3', 40, 50), at('a4', 52, 54)],
    [at('b1', 0, 9), at('b2', 26, 36), at('b3', 40, 51, 'walk'), at('b4', 55, 58)],
  );
  expect(
    disagreements.map(({ kind, oneId, otherId, name, otherName }) => [kind, oneId, otherId, name, otherName]),
  ).toEqual([
    ['bounds', 'a2', 'b2', 'run', undefined],
    ['label', 'a3', 'b3', 'run', 'walk'],
    ['extra', 'a4', undefined, 'run', undefined],
    ['missing', undefined, 'b4', 'run', undefined],
  ]);
});

test('where there is nothing to count on, there is no number', () => {
  const { whole, videos } = compare([], []);
  expect(whole).toMatchObject({ one: 0, other: 0, meanIou: null, kappa: null });
  expect(whole.at[0]).toEqual({ iou: 0.3, recallAtOne: null, precision: null, recall: null, f1: null });
  expect(videos).toEqual([]);
});
