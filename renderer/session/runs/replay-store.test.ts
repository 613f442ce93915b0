import { expect, test } from 'vitest';
import type { StoredRunEvent } from '../../../electron/host/contract/runs.ts';
import { createReplayStore, rolesReplayed } from './replay-store.ts';

const events = ['a', 'b', 'c', 'd'].map((text, seq): StoredRunEvent => {
  return { seq, atMs: seq * 100, event: { type: 'token', role: 'answerer', text, tokenId: seq } };
});

test('a replay shows the run as it was at each time, forwards and back', () => {
  const replay = createReplayStore();
  replay.begin('r1', events);
  const replyAt = (atMs: number): string | undefined => {
    replay.goTo(atMs);
    return replay.getState().view.steps[0]?.reply;
  };
  expect([0, 150, 300, 100, 1000].map(replyAt)).toEqual(['a', 'ab', 'abcd', 'ab', 'abcd']);
});

test('it stops at its end, and leaves nothing behind when it is ended', () => {
  const replay = createReplayStore();
  replay.begin('r1', events);
  replay.goTo(299);
  expect(replay.getState().playing).toBe(true);
  replay.goTo(320);
  expect(replay.getState()).toMatchObject({ playing: false, atMs: 300 });
  replay.end();
  expect(replay.getState()).toMatchObject({ runId: null, events: [] });
});

test('it tells which roles are done at the time that is shown, of its own run alone', () => {
  const replay = createReplayStore();
  const found: StoredRunEvent = {
    seq: 1,
    atMs: 100,
    event: { type: 'grounded', found: true, candidates: [] },
  };
  replay.begin('r1', [{ seq: 0, atMs: 0, event: { type: 'grounding', query: 'q' } }, found]);
  expect(rolesReplayed(replay.getState(), 'r1')).toBe('');
  replay.goTo(100);
  expect(rolesReplayed(replay.getState(), 'r1')).toBe('grounder');
  expect(rolesReplayed(replay.getState(), 'r2')).toBeUndefined();
});
