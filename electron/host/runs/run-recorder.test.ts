import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { StoredRunEvent } from '../contract/runs.ts';
import type { Run } from '../contract/runs.ts';
import { RunRecorder } from './run-recorder.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A store that is full while `isFull`. */
function setUp() {
  const disk = { isFull: false, events: [] as StoredRunEvent[], finished: [] as object[] };
  const told: StoredRunEvent[] = [];
  const blocked = vi.fn();
  const write = (events: readonly StoredRunEvent[]): Promise<void> => {
    if (disk.isFull) return Promise.reject(new EngineError('DISK_FULL', 'No room.'));
    disk.events.push(...events);
    return Promise.resolve();
  };
  const recorder = new RunRecorder({
    append: write,
    progress: async (change) => {
      await write(change.events ?? []);
      disk.finished.push(change);
      return {} as Run;
    },
    onStored: (events) => told.push(...events),
    onBlocked: blocked,
  });
  return { disk, told, blocked, recorder };
}

const token = (text: string) => ({ type: 'token', role: 'answerer', text, tokenId: 0 }) as const;

it('lets tokens wait a tenth of a second at most, and nothing else', async () => {
  const { disk, recorder } = setUp();
  recorder.add(token('a'));
  recorder.add(token('b'));
  await vi.advanceTimersByTimeAsync(99);
  expect(disk.events).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(disk.events).toMatchObject([{ seq: 0, event: { text: 'ab' } }]);
  recorder.add(token('c'));
  recorder.add({ type: 'planning' });
  await vi.advanceTimersByTimeAsync(0);
  expect(disk.events.map(({ seq, event }) => [seq, event.type])).toEqual([
    [0, 'token'],
    [1, 'token'],
    [2, 'planning'],
  ]);
});

it('keeps events while the disk is full, says so once, and writes them when there is room', async () => {
  const { disk, told, blocked, recorder } = setUp();
  disk.isFull = true;
  recorder.add({ type: 'planning' });
  recorder.add(token('a'));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(blocked).toHaveBeenCalledOnce();
  expect(told).toEqual([]);
  const finished = recorder.finish({ state: 'done' }, () => undefined);
  await vi.advanceTimersByTimeAsync(5_000);
  disk.isFull = false;
  await vi.advanceTimersByTimeAsync(1_000);
  await finished;
  expect(disk.events.map(({ seq }) => seq)).toEqual([0, 1]);
  expect(told).toEqual(disk.events);
  expect(disk.finished).toHaveLength(1);
});

it('gives up when it is abandoned', async () => {
  const { disk, recorder } = setUp();
  disk.isFull = true;
  const finished = recorder.finish({ state: 'done' }, () => undefined);
  const refused = expect(finished).rejects.toMatchObject({ code: 'DISK_FULL' });
  await vi.advanceTimersByTimeAsync(0);
  recorder.abandon();
  await vi.advanceTimersByTimeAsync(0);
  await refused;
});
