import { expect, test } from 'vitest';
import type { HostEvent } from '../../../electron/host/contract/events.ts';
import type { StoredRunEvent } from '../../../electron/host/contract/runs.ts';
import type { Call } from '../../transport/connection.ts';
import { createRunViews } from './run-views.ts';

test('a run is loaded when it is shown, followed while it is, and forgotten afterwards', async () => {
  const { views, stored } = begin(3);
  const leave = views.watch('r1');
  await settle();
  expect(replyOf(views)).toBe('0 1 2 ');
  views.take([events(stored.slice(3, 5))]);
  expect(replyOf(views)).toBe('0 1 2 3 4 ');
  leave();
  expect(views.store.getState()).toEqual({});
});

test('events of a run that nobody looks at are dropped', () => {
  const { views, stored } = begin(3);
  views.take([events(stored)]);
  expect(views.store.getState()).toEqual({});
});

test('a gap in the events is filled from the host', async () => {
  const { views, stored, asked, happen } = begin(2);
  views.watch('r1');
  await settle();
  happen(6);
  views.take([events(stored.slice(4, 6))]);
  await settle();
  expect(replyOf(views)).toBe('0 1 2 3 4 5 ');
  expect(asked).toEqual([0, 2]);
});

test('the memory of two hundred shown runs is that of the last one', async () => {
  const { views } = begin(50);
  for (let run = 0; run < 200; run++) {
    const leave = views.watch(`r${run}`);
    await settle();
    leave();
  }
  expect(Object.keys(views.store.getState())).toEqual([]);
});

function begin(happened: number) {
  let known = happened;
  const asked: number[] = [];
  const stored = Array.from({ length: 60 }, (_, seq): StoredRunEvent => {
    return { seq, atMs: seq, event: { type: 'token', role: 'answerer', text: `${seq} `, tokenId: seq } };
  });
  const call = ((_method: string, params: { fromSeq: number }) => {
    asked.push(params.fromSeq);
    return Promise.resolve({ events: stored.slice(params.fromSeq, known) });
  }) as unknown as Call;
  const views = createRunViews(call, (error) => {
    throw error;
  });
  return { views, stored, asked, happen: (count: number) => (known = count) };
}

function events(list: readonly StoredRunEvent[]): HostEvent {
  return { type: 'runEvents', runId: 'r1', events: [...list] };
}

function replyOf(views: ReturnType<typeof createRunViews>): string | undefined {
  return views.store.getState()['r1']?.steps[0]?.reply;
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
}
