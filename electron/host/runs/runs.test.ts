import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { RunTrace } from '../../../native-models/protocol/run-trace.ts';
import { TestHost, hostPatienceMs } from '../testing/test-host.ts';
import { scriptedRecord, untilCancelled } from '../testing/scripted-parts.ts';
import type { AskScript } from '../testing/scripted-parts.ts';
import type { Run } from '../contract/runs.ts';

let host: TestHost;
let ids: { readonly projectId: string; readonly videoId: string };
beforeEach(async () => {
  host = await TestHost.open();
  ids = await host.project();
}, hostPatienceMs);
afterEach(() => host.remove(), hostPatienceMs);

const ask = (question: string, changes: object = {}): Promise<Run> =>
  host.window.call('runsAsk', { ...ids, modelId: 'demo', question, ...changes });
const ended = async (id: string): Promise<Run> =>
  (
    await host.window.heard(
      'runChanged',
      ({ run }) => run.id === id && !['queued', 'running'].includes(run.state),
    )
  ).run;

describe('a question', () => {
  it('is queued, asked of the engine by paths, and kept with its events and record', async () => {
    let asked: AskScript['request'] | undefined;
    const answer = host.engine.onAsk;
    host.engine.onAsk = (script) => {
      asked = script.request;
      return answer(script);
    };
    const run = await ask('What is red?', { options: ['a', 'b'], candidates: 3 });
    expect(run).toMatchObject({ state: 'queued', modelName: 'demo', review: 'open' });
    expect(await ended(run.id)).toMatchObject({ state: 'done', record: { answer: { text: 'Red' } } });
    expect(asked).toMatchObject({
      question: 'What is red?',
      candidates: 3,
      options: ['a', 'b'],
      trace: true,
    });
    expect(asked?.videoPath).toContain('clip.mp4');
    await host.restart();
    const { runs } = await host.window.call('runsList', ids);
    expect(runs).toMatchObject([{ id: run.id, state: 'done' }]);
    const { events } = await host.window.call('runsEvents', { id: run.id });
    expect(events.map(({ seq, event }) => [seq, event.type])).toEqual([
      [0, 'started'],
      [1, 'token'],
    ]);
  });

  it('streams tokens in batches, each event stored before it is told, without gaps', async () => {
    host.engine.onAsk = async ({ report, request }) => {
      for (let index = 0; index < 500; index++) {
        report({ type: 'token', role: 'answerer', text: `${index} `, tokenId: index });
        if (index % 100 === 0) await nextTurn();
      }
      report({ type: 'planning' });
      for (let index = 0; index < 500; index++)
        report({ type: 'token', role: 'planner', text: '.', tokenId: 1 });
      return { record: scriptedRecord(request.question) };
    };
    const run = await ask('Many');
    await ended(run.id);
    const { events } = await host.window.call('runsEvents', { id: run.id });
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index));
    const said = (role: string): string =>
      events.map(({ event }) => (event.type === 'token' && event.role === role ? event.text : '')).join('');
    expect(said('answerer')).toBe(Array.from({ length: 500 }, (_, index) => `${index} `).join(''));
    expect(said('planner')).toBe('.'.repeat(500));
    expect(events.length).toBeLessThan(20);
    const told = host.window.events.flatMap((event) => (event.type === 'runEvents' ? event.events : []));
    expect(told).toEqual(events);
  });

  it('waits its turn behind others, and leaves the queue when it is cancelled', async () => {
    host.engine.onAsk = ({ signal }) => untilCancelled(signal);
    const [first, second, third] = [await ask('1'), await ask('2'), await ask('3')];
    await host.window.heard('runChanged', ({ run }) => run.id === first.id && run.state === 'running');
    expect(await host.window.call('runsCancel', { id: second.id })).toMatchObject({ state: 'cancelled' });
    expect(await host.window.call('runsCancel', { id: first.id })).toMatchObject({ state: 'cancelled' });
    await host.window.heard('runChanged', ({ run }) => run.id === third.id && run.state === 'running');
    const states = host.window.events.flatMap((event) =>
      event.type === 'runChanged' && event.run.id === second.id ? event.run.state : [],
    );
    expect(states).toEqual(['queued', 'cancelled']);
    await host.window.call('runsCancel', { id: third.id });
    expect(await host.window.call('runsCancel', { id: first.id })).toMatchObject({ state: 'cancelled' });
  });

  it('that the engine dies of has failed with the reason, and the next one works', async () => {
    const answer = host.engine.onAsk;
    host.engine.onAsk = () => Promise.reject(new EngineError('ENGINE_CRASHED', 'The engine ended.'));
    expect(await ended((await ask('1')).id)).toMatchObject({
      state: 'failed',
      error: { code: 'ENGINE_CRASHED' },
    });
    await host.window.heard('engineChanged', ({ engine }) => engine.state === 'crashed');
    host.engine.onAsk = answer;
    expect(await ended((await ask('2')).id)).toMatchObject({ state: 'done' });
    await host.window.heard('engineChanged', ({ engine }) => engine.state === 'idle');
  });

  it('that the program ended on shows as interrupted at the next start, and can be asked again', async () => {
    const answer = host.engine.onAsk;
    host.engine.onAsk = ({ signal, report }) => {
      report({ type: 'planning' });
      return untilCancelled(signal);
    };
    const running = await ask('1');
    await host.window.heard('runEvents');
    await host.restart();
    const { interruptedRunIds } = await host.window.call('snapshot', {});
    expect(interruptedRunIds).toEqual([running.id]);
    const { runs } = await host.window.call('runsList', ids);
    expect(runs.map(({ state }) => state)).toEqual(['interrupted']);
    expect((await host.window.call('runsEvents', { id: running.id })).events).toHaveLength(1);
    host.engine.onAsk = answer;
    const again = await ask('1', { rerunOf: running.id });
    expect(await ended(again.id)).toMatchObject({ state: 'done', rerunOf: running.id });
  });

  it('that waited when the program ended goes on at the next start, in the order that a person gave', async () => {
    const answer = host.engine.onAsk;
    host.engine.onAsk = ({ signal, report }) => {
      report({ type: 'planning' });
      return untilCancelled(signal);
    };
    const [, second, third, fourth] = [await ask('1'), await ask('2'), await ask('3'), await ask('4')];
    await host.window.heard('runEvents');
    const { runs: order } = await host.window.call('runsMove', { id: fourth.id, beforeId: second.id });
    expect(order.map(({ id }) => id)).toEqual([fourth.id, second.id, third.id]);
    await host.window.call('runsMove', { id: second.id, beforeId: null });
    const asked: string[] = [];
    const { promise: connected, resolve: onConnected } = Promise.withResolvers<undefined>();
    host.engine.onAsk = async (parts) => {
      await connected;
      asked.push(parts.request.question);
      return answer(parts);
    };
    await host.restart();
    expect((await host.window.call('snapshot', {})).interruptedRunIds).toHaveLength(1);
    onConnected(undefined);
    expect(await ended(second.id)).toMatchObject({ state: 'done' });
    expect(asked).toEqual(['4', '3', '2']);
  });

  it('that is one of several videos is begun anew after a restart, before the others, without the events of before', async () => {
    const answer = host.engine.onAsk;
    host.engine.onAsk = ({ signal, report }) => {
      report({ type: 'planning' });
      return untilCancelled(signal);
    };
    const first = await ask('1', { togetherId: 'all' });
    await ask('2', { togetherId: 'all' });
    await host.window.heard('runEvents');
    const { promise: connected, resolve: onConnected } = Promise.withResolvers<undefined>();
    host.engine.onAsk = async (parts) => {
      await connected;
      return answer(parts);
    };
    await host.restart();
    expect((await host.window.call('snapshot', {})).interruptedRunIds).toEqual([]);
    onConnected(undefined);
    expect(await ended(first.id)).toMatchObject({ state: 'done' });
    const { events } = await host.window.call('runsEvents', { id: first.id });
    expect(events[0]).toMatchObject({ seq: 0, event: { type: 'started' } });
  });

  it('that is moved before one that began meanwhile is the next, and before one that is gone stays where it is', async () => {
    host.engine.onAsk = ({ signal }) => untilCancelled(signal);
    const [running, second, third] = [await ask('1'), await ask('2'), await ask('3')];
    await host.window.heard('runChanged', ({ run }) => run.id === running.id && run.state === 'running');
    const order = async (id: string, beforeId: string) =>
      (await host.window.call('runsMove', { id, beforeId })).runs.map((run) => run.id);
    expect(await order(third.id, running.id)).toEqual([third.id, second.id]);
    expect(await order(third.id, 'gone')).toEqual([third.id, second.id]);
  });

  it('that has begun, or is gone, stays where it is when it is moved', async () => {
    host.engine.onAsk = ({ signal }) => untilCancelled(signal);
    const [running, waiting] = [await ask('1'), await ask('2')];
    await host.window.heard('runChanged', ({ run }) => run.id === running.id && run.state === 'running');
    const moved = await host.window.call('runsMove', { id: running.id, beforeId: null });
    expect(moved.runs.map(({ id }) => id)).toEqual([waiting.id]);
  });

  it.each([
    ['project', { projectId: 'nobody' }],
    ['video', { videoId: 'nobody' }],
    ['model', { modelId: 'nobody' }],
    ['subtitles', { subtitlesId: 'nobody' }],
  ])('about an unknown %s is refused', async (_what, changes) => {
    await expect(ask('?', changes)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a run', () => {
  it('says which frames each role saw, and the saliency with its times', async () => {
    const prompt = { gridTHW: [2, 4, 4], frameSize: [28, 28] as [number, number], text: '', inputIds: [] };
    const reply = { ...prompt, outputIds: [], response: '' };
    const trace: RunTrace = {
      grounder: {
        ...reply,
        ...{ frameIndices: [0, 25, 50, 75], success: true, rows: [], pred: [], conf: [] },
        saliency: [0.1, 0.9, 0.4],
      },
      verifier: {
        ranks: [0, 1],
        candidates: [
          [25, 50],
          [0, 25],
        ].map((frameIndices) => ({
          ...{ ...prompt, frameIndices, yesLogit: 0, noLogit: 0, yesProb: 0, noProb: 0, score: 0.5 },
          ...{
            candidate: [0, 1] as [number, number],
            span: [0, 2] as [number, number],
            window: [0, 3] as [number, number],
          },
        })),
      },
    };
    host.engine.onAsk = ({ request }) => Promise.resolve({ record: scriptedRecord(request.question), trace });
    const run = await ask('Seen');
    await ended(run.id);
    await host.restart();
    expect(await host.window.call('runsSeen', { id: run.id })).toMatchObject({
      frameTimesSec: { grounder: [0, 1, 2, 3], verifier: [0, 1, 2] },
      // The first two scores are the finest level, one per frame pair.
      saliency: { timesSec: [0.5, 2.5], values: [0.1, 0.9] },
    });
  });

  it('is reviewed, and removed with its events', async () => {
    const run = await ask('1');
    await ended(run.id);
    const reviewed = await host.window.call('runsReview', { id: run.id, review: 'accepted', note: 'good' });
    expect(reviewed).toMatchObject({ review: 'accepted', note: 'good' });
    await host.window.call('runsRemove', { id: run.id });
    await host.window.heard('runRemoved', ({ runId }) => runId === run.id);
    await expect(host.window.call('runsEvents', { id: run.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('stops when its video is taken out of the project', async () => {
    host.engine.onAsk = ({ signal }) => untilCancelled(signal);
    const run = await ask('1');
    await host.window.heard('runChanged', ({ run: changed }) => changed.state === 'running');
    await host.window.call('videosRemove', { id: ids.videoId, projectId: ids.projectId });
    await host.window.heard('runRemoved', ({ runId }) => runId === run.id);
    await host.window.heard('videoRemoved', ({ videoId }) => videoId === ids.videoId);
    const { videos, projects } = await host.window.call('snapshot', {});
    expect(videos).toEqual([]);
    expect(projects).toMatchObject([{ videoIds: [], counts: { runs: 0 } }]);
  });
});
