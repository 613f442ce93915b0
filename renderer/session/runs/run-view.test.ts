import { expect, test } from 'vitest';
import type { RunEvent } from '../../../native-models/protocol/run-events.ts';
import { emptyRunView, endRunView, foldRunEvents, hasGap, tellingView } from './run-view.ts';

const plan = { response: '[…]', query: 'a man opens the door', grounding: true };
const first = { startSec: 1, endSec: 3, confidence: 0.9 };
const second = { startSec: 7, endSec: 9, confidence: 0.4 };
const wholeChain: RunEvent[] = [
  { type: 'started', roles: ['planner', 'grounder', 'verifier', 'answerer'], durationSec: 24 },
  { type: 'planning' },
  { type: 'progress', role: 'planner', stage: 'frames', done: 8, total: 8 },
  { type: 'token', role: 'planner', text: '[', tokenId: 1 },
  { type: 'token', role: 'planner', text: '…]', tokenId: 2 },
  { type: 'planned', plan },
  { type: 'grounding', query: plan.query },
  { type: 'grounded', candidates: [first, second], found: true },
  { type: 'verifying', index: 0, total: 2 },
  { type: 'verified', index: 0, total: 2, candidate: { ...first, verifierScore: 0.4 } },
  { type: 'verifying', index: 1, total: 2 },
  { type: 'verified', index: 1, total: 2, candidate: { ...second, verifierScore: 0.7 } },
  {
    type: 'ranked',
    candidates: [
      { ...second, verifierScore: 0.7 },
      { ...first, verifierScore: 0.4 },
    ],
    moment: { startSec: 7, endSec: 9 },
  },
  { type: 'answering', span: { startSec: 5, endSec: 11 } },
  { type: 'token', role: 'answerer', text: '(B) blue', tokenId: 3 },
  { type: 'answered', text: '(B) blue', option: 'B' },
];

test('a chain becomes steps with replies and times, scored candidates and an answer', () => {
  const view = fold(wholeChain);
  expect(view.steps.map(({ role, startedMs, endedMs }) => [role, startedMs, endedMs])).toEqual([
    ['planner', 10, 50],
    ['grounder', 60, 70],
    ['verifier', 80, 120],
    ['answerer', 130, 150],
  ]);
  expect(view.steps[0]).toMatchObject({ reply: '[…]', frames: { done: 8, total: 8 } });
  expect(view.candidates.map(({ verifierScore, state }) => [verifierScore, state])).toEqual([
    [0.4, 'verified'],
    [0.7, 'verified'],
  ]);
  expect(view.moment).toEqual({ startSec: 7, endSec: 9 });
  expect(view.span).toEqual({ startSec: 5, endSec: 11 });
  expect(view.answer).toEqual({ text: '(B) blue', option: 'B' });
});

test('scores arrive one by one: the candidate that is looked at says so', () => {
  expect(fold(wholeChain.slice(0, 11)).candidates.map(({ state }) => state)).toEqual([
    'verified',
    'verifying',
  ]);
});

test('a search tells which windows it has looked at and the candidates up to now', () => {
  const window = (startSec: number) => ({ startSec, endSec: startSec + 60 });
  const candidate = { startSec: 70, endSec: 75, confidence: 0.5 };
  const view = fold([
    { type: 'started', roles: ['grounder'], durationSec: 600 },
    { type: 'grounding', query: 'a shape rises' },
    { type: 'token', role: 'grounder', text: 'first', tokenId: 1 },
    { type: 'searched', index: 0, total: 10, window: window(300), candidates: [] },
    { type: 'token', role: 'grounder', text: 'second', tokenId: 1 },
    { type: 'searched', index: 1, total: 10, window: window(60), candidates: [candidate] },
  ]);
  expect(view.searched).toEqual([window(300), window(60)]);
  expect(view.searchTotal).toBe(10);
  expect(view.candidates).toEqual([{ ...candidate, state: 'found' }]);
  expect(view.steps).toHaveLength(1);
  expect(view.steps[0]!.reply).toBe('');
});

test('live and replayed runs look alike, however the events were batched', () => {
  let live = emptyRunView;
  for (const stored of store(wholeChain)) live = foldRunEvents(live, [stored]);
  expect(live).toEqual(fold(wholeChain));
});

test('events that came twice count once, and a gap stops the folding until it is filled', () => {
  const events = store(wholeChain);
  const half = foldRunEvents(emptyRunView, events.slice(0, 5));
  expect(foldRunEvents(half, events.slice(2, 5))).toEqual(half);
  expect(hasGap(half, events.slice(7))).toBe(true);
  expect(foldRunEvents(half, events.slice(7))).toEqual(half);
  expect(foldRunEvents(half, events)).toEqual(fold(wholeChain));
});

test('a role that was stopped is not shown as done, and one that was done stays so', () => {
  const begun = fold(wholeChain.slice(0, 4));
  const last = begun.steps.at(-1);
  expect(last?.endedMs).toBeUndefined();
  expect(endRunView(begun).steps.map(({ wasStopped }) => wasStopped)).toEqual([
    ...begun.steps.slice(1).map(() => undefined),
    true,
  ]);
  expect(endRunView(fold(wholeChain)).steps.every(({ wasStopped }) => wasStopped === undefined)).toBe(true);
});

test('a run that was stopped leaves nothing at work', () => {
  const ended = endRunView(fold(wholeChain.slice(0, 9)));
  expect(ended.steps.every(({ endedMs }) => endedMs !== undefined)).toBe(true);
  expect(ended.candidates.map(({ state }) => state)).toEqual(['found', 'found']);
});

test('a reasoner: thoughts apart from the answer, the moments that it named kept as said', () => {
  const said = { startSec: 4, endSec: 5, text: 'at 00:04', saidIn: 'reasoning' as const };
  const view = fold([
    { type: 'started', roles: ['reasoner'], durationSec: 24 },
    { type: 'answering', span: { startSec: 0, endSec: 24 } },
    { type: 'token', role: 'reasoner', text: 'I look at 00:04.', tokenId: 1, part: 'reasoning' },
    { type: 'token', role: 'reasoner', text: 'Blue.', tokenId: 2, part: 'answer' },
    { type: 'reasoned', reasoning: 'I look at 00:04.', moments: [said] },
    { type: 'answered', text: 'Blue.' },
  ]);
  expect(view.steps).toHaveLength(1);
  expect(view.steps[0]).toMatchObject({ role: 'reasoner', reasoning: 'I look at 00:04.', reply: 'Blue.' });
  expect(view.saidMoments).toEqual([said]);
});

test('a moment that a model named has the score of the verifier that looked at it', () => {
  const said = { startSec: 4, endSec: 5, text: 'at 00:04', saidIn: 'reasoning' as const };
  const other = { ...said, startSec: 8, endSec: 9 };
  const candidate = { startSec: 4, endSec: 5, confidence: 0, verifierScore: 0.7 };
  const view = fold([
    { type: 'started', roles: ['reasoner', 'verifier'], durationSec: 24 },
    { type: 'reasoned', reasoning: 'I look at 00:04.', moments: [said, other] },
    { type: 'verifying', index: 0, total: 2 },
    { type: 'verified', index: 0, total: 2, candidate },
  ]);
  expect(view.saidMoments).toEqual([{ ...said, verifierScore: 0.7 }, other]);
});

test('ten thousand tokens are one growing reply', () => {
  const tokens = Array.from({ length: 10_000 }, (_, tokenId): RunEvent => {
    return { type: 'token', role: 'answerer', text: 'word ', tokenId };
  });
  const view = fold(tokens);
  expect(view.steps).toHaveLength(1);
  expect(view.steps[0]?.reply).toHaveLength(50_000);
});

function store(events: readonly RunEvent[]) {
  return events.map((event, seq) => ({ seq, atMs: seq * 10, event }));
}

function fold(events: readonly RunEvent[]) {
  return foldRunEvents(emptyRunView, store(events));
}

test('a model that calls tools is shown piece by piece: what it thinks, calls and is told, in order', () => {
  const call = { name: 'crop', arguments: '{}', ok: true, text: 'Two frames.', kind: 'crop' as const };
  const token = (turn: number, part: 'reasoning' | 'call' | 'answer', text: string) =>
    ({ type: 'token', role: 'reasoner', tokenId: 1, turn, part, text }) as const;
  const told = [
    token(0, 'reasoning', 'I look '),
    token(0, 'reasoning', 'again.'),
    token(0, 'call', '{"name"'),
    { type: 'calling', turn: 0, index: 0, name: 'crop', arguments: '{}' },
    { type: 'called', turn: 0, index: 0, call },
    token(1, 'reasoning', 'A square.'),
    token(1, 'answer', 'square'),
  ] as const;
  const view = foldRunEvents(
    emptyRunView,
    told.map((event, seq) => ({ seq, atMs: seq, event })),
  );
  expect(view.steps).toHaveLength(1);
  expect(view.steps[0]).toMatchObject({ reasoning: 'I look again.\n\nA square.', reply: 'square' });
  expect(view.steps[0]!.pieces).toEqual([
    { type: 'reasoning', turn: 0, text: 'I look again.' },
    { type: 'call', turn: 0, index: 0, name: 'crop', arguments: '{}', result: call },
    { type: 'reasoning', turn: 1, text: 'A square.' },
  ]);
});

test('a view without events tells nothing of a run that is over: its record does', () => {
  expect(tellingView(emptyRunView, false)).toBeUndefined();
  expect(tellingView(emptyRunView, true)).toBe(emptyRunView);
  const begun = { ...emptyRunView, nextSeq: 1 };
  expect(tellingView(begun, false)).toBe(begun);
});
