import { expect, it } from 'vitest';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { HostContext } from '../host-context.ts';
import type { RunQueue } from './run-queue.ts';
import { takeUpQueue } from './take-up-queue.ts';

it('a question whose model is gone has failed, and those behind it go on', async () => {
  const question = { projectId: 'p', videoId: 'v', modelId: 'm' };
  const queued = [
    { id: 'gone', question: { ...question, modelId: 'removed' } },
    { id: 'there', question },
  ];
  const told: unknown[] = [];
  const answers: Readonly<Record<string, unknown>> = {
    takeUpRuns: { interruptedRunIds: ['cut off'], queued },
    findProject: { videoIds: ['v'] },
    findVideo: { id: 'v', path: '/v.mp4', subtitles: [] },
  };
  const call = (name: string, params: unknown) => {
    if (name === 'progressRun') told.push(params);
    return Promise.resolve(answers[name]);
  };
  const context = { store: { call }, now: () => 7 } as unknown as HostContext;
  const added: string[] = [];
  const queue = { add: ({ id }: { readonly id: string }) => added.push(id) } as unknown as RunQueue;
  const interrupted = await takeUpQueue(context, queue, (id) =>
    id === 'removed'
      ? Promise.reject(new EngineError('NOT_FOUND', 'There is no such model.'))
      : Promise.resolve({ path: '/m' } as never),
  );
  expect(interrupted).toEqual(['cut off']);
  expect(added).toEqual(['there']);
  expect(told).toMatchObject([{ id: 'gone', state: 'failed', endedAtMs: 7, error: { code: 'NOT_FOUND' } }]);
});
