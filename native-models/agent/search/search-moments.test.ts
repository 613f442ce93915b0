import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../protocol/run-events.ts';
import { runRecordSchema } from '../../protocol/run-record.ts';
import { findings, request, setUp } from '../test-support/fake-agent.ts';
import { fakeVideo } from '../test-support/fake-video.ts';

const tenMinutes = fakeVideo({ totalFrames: 25 * 600 });
const windows = { mode: 'windows', windowSec: 24, sampleFps: 1 } as const;

describe('a search window by window', async () => {
  const { agent, reader } = await setUp(undefined, tenMinutes);
  const events: RunEvent[] = [];
  const { record, trace } = await agent.ask(request({ search: windows, candidates: 3 }), {
    onEvent: (event) => events.push(event),
  });
  const searched = events.filter((event) => event.type === 'searched');

  test('looks at all of the video and says so in the record', () => {
    expect(runRecordSchema.parse(record)).toEqual(record);
    expect(record.search).toMatchObject({ mode: 'windows', framesSeen: 600, leftOut: [] });
    expect(record.settings?.search).toEqual(windows);
    const byStart = record.search!.windows.toSorted((one, other) => one.startSec - other.startSec);
    expect(byStart[0]!.startSec).toBe(0);
    expect(byStart.at(-1)!.endSec).toBe(599);
    for (const [at, next] of byStart.slice(1).entries())
      expect(next.startSec).toBeLessThan(byStart[at]!.endSec);
  });

  test('decodes no frame of the grid twice, although windows overlap', () => {
    const onGrid = reader.decoded.filter((frame) => frame % 25 === 0);
    // The planner and the verifier look by budgets of their own; the grounder's grid is whole seconds.
    expect(new Set(onGrid).size).toBe(600);
    expect(trace!.caches!.visionFeatures.misses).toBeLessThan(600);
  });

  test('tells the candidates up to now after each window', () => {
    expect(searched.map(({ index }) => index)).toEqual(searched.map((_, at) => at));
    expect(searched).toHaveLength(record.search!.windows.length);
    for (const { candidates, total } of searched) {
      expect(total).toBe(searched.length);
      const confidences = candidates.map(({ confidence }) => confidence);
      expect(confidences).toEqual([...confidences].sort((one, other) => other - one));
    }
  });

  test('lets the verifier judge more moments than were asked for, and keeps as many as were', () => {
    expect(record.candidates).toHaveLength(3);
    expect(trace!.verifier!.candidates.length).toBeGreaterThan(3);
    expect(trace!.verifier!.candidates.length).toBeLessThanOrEqual(12);
    const best = trace!.verifier!.candidates[trace!.verifier!.ranks[0]!]!;
    expect(record.candidates[0]!.verifierScore).toBe(best.score);
  });
});

test('moments of a benchmark are written on its annotated length from every window', async () => {
  const ask = async (benchmark?: { times: { roundingUnitSec: number; durationSec?: number } }) => {
    const { agent } = await setUp(undefined, tenMinutes);
    const asked = benchmark === undefined ? {} : { benchmark: { style: 'mcq' as const, ...benchmark } };
    const { record } = await agent.ask(request({ search: windows, roles: ['grounder'], ...asked }));
    return record.candidates.flatMap(({ startSec, endSec }) => [startSec, endSec]);
  };
  const shown = await ask();
  expect(Math.max(...shown)).toBeGreaterThan(24);
  const written = await ask({ times: { roundingUnitSec: 0.001 } });
  const annotated = await ask({ times: { roundingUnitSec: 0.001, durationSec: 1200 } });
  for (const [index, second] of shown.entries()) {
    expect(written[index]).toBeCloseTo(second, 2);
    expect(annotated[index]).toBeCloseTo(second * 2, 2);
  }
});

test('asked again, the same windows are found in what was kept', async () => {
  const { agent, reader } = await setUp(undefined, tenMinutes);
  await agent.ask(request({ search: windows }));
  const before = reader.decoded.length;
  const again = await agent.ask(request({ search: windows }));
  expect(reader.decoded.length).toBe(before);
  const { prompt, reused } = again.record.tokens.grounder!;
  expect(reused / prompt).toBeGreaterThan(0.5);
});

test('a video that fits into one window is looked at whole, the published way', async () => {
  const [plain, closely] = [await setUp(), await setUp()];
  const whole = await plain.agent.ask(request());
  const searched = await closely.agent.ask(request({ search: { mode: 'windows' } }));
  expect(searched.record.search).toMatchObject({ mode: 'whole', windows: [{ startSec: 0, endSec: 24 }] });
  const alike = ({ record, trace }: typeof whole) =>
    findings({ record: { ...record, search: undefined, settings: undefined }, trace: trace! });
  expect(alike(searched)).toEqual(alike(whole));
});

test('a grounder that names no moment in any window leaves the whole stretch to the answerer', async () => {
  const { agent, model } = await setUp(undefined, tenMinutes);
  model.replies.grounder = 'Nothing.';
  const { record } = await agent.ask(request({ search: windows }));
  expect(record.candidates).toEqual([]);
  expect(record.answer?.text).toBe('B) Blue');
});

test('windows of more frames than the grounder was made for are refused with the longest that is possible', async () => {
  const { agent } = await setUp(undefined, tenMinutes);
  const asking = agent.ask(request({ search: { mode: 'windows', windowSec: 10_000 } }));
  await expect(asking).rejects.toMatchObject({ code: 'ARGUMENT_INVALID', remedy: /at most \d+ s/u });
});

test('a search is cancelled between windows', async () => {
  const { agent } = await setUp(undefined, tenMinutes);
  const cancel = new AbortController();
  const asking = agent.ask(request({ search: windows }), {
    signal: cancel.signal,
    onEvent: ({ type }) => {
      if (type === 'searched') cancel.abort();
    },
  });
  await expect(asking).rejects.toMatchObject({ code: 'CANCELLED' });
});
