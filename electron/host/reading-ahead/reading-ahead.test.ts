import { afterEach, beforeEach, expect, test } from 'vitest';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { ParamsInput } from '../../../native-models/protocol/methods.ts';
import { TestHost, hostPatienceMs } from '../testing/test-host.ts';

let host: TestHost;
let onBattery = false;
beforeEach(async () => {
  onBattery = false;
  host = await TestHost.open({ isOnBattery: () => Promise.resolve(onBattery) });
}, hostPatienceMs);
afterEach(() => host.remove(), hostPatienceMs);

const ended = (id: string) =>
  host.window.heard('jobChanged', ({ job }) => job.id === id && job.state === 'done');

test('a video is read ahead while the engine is idle: all of it at once, then window by window', async () => {
  const prepared: ParamsInput<'prepare'>[] = [];
  host.engine.onPrepare = (request, report) => {
    prepared.push(request);
    report({ donePairs: 4, totalPairs: 8 });
    return Promise.resolve();
  };
  const { videoId } = await host.project();
  const job = await host.window.call('videosReadAhead', { id: videoId, modelId: 'demo' });
  expect(job).toMatchObject({ kind: 'read-ahead', title: 'Read ahead: clip.mp4', videoId, modelId: 'demo' });
  await ended(job.id);
  expect(prepared.map(({ search, whenIdle }) => [search?.mode, whenIdle])).toEqual([
    ['whole', true],
    ['windows', true],
  ]);
});

test('what was read is read once more, as the same job: the cache may have been emptied, the file may be another', async () => {
  let prepared = 0;
  host.engine.onPrepare = () => {
    prepared++;
    return Promise.resolve();
  };
  const { videoId } = await host.project();
  const readIt = () => host.window.call('videosReadAhead', { id: videoId, modelId: 'demo' });
  const first = await readIt();
  await ended(first.id);
  host.window.events.length = 0;
  const again = await readIt();
  expect(again).toMatchObject({ id: first.id, done: 0 });
  await ended(first.id);
  expect(prepared).toBe(4);
  const { jobs } = await host.window.call('snapshot', {});
  expect(jobs.filter(({ kind }) => kind === 'read-ahead')).toHaveLength(1);
});

test('two calls at once are one job', async () => {
  const { videoId } = await host.project();
  host.engine.onPrepare = () => Promise.resolve();
  const asked = [1, 2].map(() => host.window.call('videosReadAhead', { id: videoId, modelId: 'demo' }));
  const [one, other] = await Promise.all(asked);
  expect(other!.id).toBe(one!.id);
  await ended(one!.id);
});

test('work that the end of the program cut off begins again at the next start', async () => {
  const begun = Promise.withResolvers<undefined>();
  const untilCut = (signal: AbortSignal) =>
    new Promise<void>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new EngineError('CANCELLED', 'Cancelled.')));
    });
  host.engine.onPrepare = (_request, _report, signal) => {
    begun.resolve(undefined);
    return untilCut(signal);
  };
  const { videoId } = await host.project();
  const job = await host.window.call('videosReadAhead', { id: videoId, modelId: 'demo' });
  await begun.promise;
  const again = Promise.withResolvers<undefined>();
  await host.stop();
  host.engine.onPrepare = ({ search }, _report, signal) => {
    if (search?.mode !== 'windows') return Promise.resolve();
    again.resolve(undefined);
    return untilCut(signal);
  };
  await host.start();
  await again.promise;
  expect((await host.window.call('videosReadAhead', { id: videoId, modelId: 'demo' })).id).toBe(job.id);
});

test('on battery nothing is read, and it can be cancelled while it waits', async () => {
  onBattery = true;
  let prepared = 0;
  host.engine.onPrepare = () => {
    prepared++;
    return Promise.resolve();
  };
  const { videoId } = await host.project();
  const job = await host.window.call('videosReadAhead', { id: videoId, modelId: 'demo' });
  await host.window.heard(
    'jobChanged',
    (event) => event.job.id === job.id && /plugged/u.test(event.job.detail),
  );
  expect(await host.window.call('jobsCancel', { id: job.id })).toMatchObject({ state: 'cancelled' });
  expect(prepared).toBe(0);
});
