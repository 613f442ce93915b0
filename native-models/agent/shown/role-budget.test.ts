import { expect, test } from 'vitest';
import type { Budget } from '../../checkpoints/manifest.ts';
import { request } from '../test-support/fake-agent.ts';
import { fakeVideo } from '../test-support/fake-video.ts';
import { smartResize } from '../../media/smart-resize.ts';
import { budgetOf } from './role-budget.ts';

const budgets: Record<'planner' | 'grounder' | 'verifier' | 'answerer', Budget> = {
  planner: { fps: 1, maxFrames: 100, minTokens: 36, maxTokens: 64 },
  grounder: { fps: 1, maxFrames: 150, minTokens: 36, maxTokens: 64 },
  verifier: { fps: 2, maxFrames: 64, minTokens: 36, maxTokens: 64 },
  answerer: { fps: 2, maxFrames: 32, minTokens: 128, maxTokens: 256 },
};
const runAt = (changes: Parameters<typeof request>[0], own: typeof budgets = budgets) => {
  const model = { promptSet: { budgets: own } };
  return { request: request(changes), video: fakeVideo({}), model } as Parameters<typeof budgetOf>[0];
};
const roles = ['planner', 'grounder', 'verifier', 'answerer'] as const;

test('exactly, each role has the budget that the checkpoint was trained with', () => {
  for (const role of roles) expect(budgetOf(runAt({ speed: 'exact' }), role)).toEqual(budgets[role]);
});

test('at fast frames are as small as the role may be shown them, and planner and verifier see fewer', () => {
  const run = runAt({ speed: 'fast' });
  for (const role of roles) expect(budgetOf(run, role).maxTokens).toBe(budgets[role].minTokens);
  expect(roles.map((role) => budgetOf(run, role).maxFrames)).toEqual([50, 150, 32, 32]);
});

test('a budget with one size and a handful of frames stays what it is', () => {
  const one = { fps: 1, maxFrames: 4, minTokens: 4, maxTokens: 4 };
  const run = runAt({ speed: 'fast' }, { ...budgets, planner: one, verifier: one });
  expect([budgetOf(run, 'planner'), budgetOf(run, 'verifier')]).toEqual([one, one]);
});

test('a frame of 720p has about half the tokens at fast, for every role', () => {
  const tokens = (budget: Budget) => {
    const { height, width } = smartResize(
      { height: 720, width: 1280 },
      { factor: 28, minPixels: budget.minTokens * 28 ** 2, maxPixels: budget.maxTokens * 28 ** 2 },
    );
    return (height / 28) * (width / 28);
  };
  const shares = roles.map(
    (role) => tokens(budgetOf(runAt({ speed: 'fast' }), role)) / tokens(budgets[role]),
  );
  for (const share of shares) expect(share).toBeLessThan(0.6);
});

test('what a benchmark fixes of the answerer is not thinned out', () => {
  const fixed = { fps: 4, maxFrames: 16, minTokens: 100, maxTokens: 200 };
  const run = runAt({ speed: 'fast', benchmark: { style: 'direct', answererBudget: fixed } });
  expect(budgetOf(run, 'answerer')).toEqual(fixed);
});
