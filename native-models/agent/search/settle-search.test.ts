import { expect, test } from 'vitest';
import { request, setUp } from '../test-support/fake-agent.ts';
import { fakeVideo } from '../test-support/fake-video.ts';
import { stretchesLeftOut } from './left-out.ts';

const tenMinutes = fakeVideo({ totalFrames: 25 * 600 });
const windows = { mode: 'windows', windowSec: 24, sampleFps: 1 } as const;

/** Asks, and has the run go on with what it has once so many windows were searched, or so many candidates verified. */
async function settledAfter(counted: 'searched' | 'verified', many: number) {
  const { agent } = await setUp(undefined, tenMinutes);
  const settle = new AbortController();
  let count = 0;
  const { record, trace } = await agent.ask(request({ search: windows }), {
    settle: settle.signal,
    onEvent: ({ type }) => {
      if (type === counted && ++count === many) settle.abort();
    },
  });
  return { agent, record, trace: trace! };
}

test('a search that is ended early keeps what it found, answers, and says what it left out', async () => {
  const { record, trace } = await settledAfter('searched', 3);
  expect(record.search!.windows).toHaveLength(3);
  expect(record.candidates.length).toBeGreaterThan(0);
  expect(record.answer?.text).toBe('B) Blue');
  expect(record.warnings.map(({ code }) => code)).toContain('SEARCH_ENDED_EARLY');
  const seenSec = record.search!.windows.reduce((sum, { startSec, endSec }) => sum + endSec - startSec, 0);
  const leftSec = record.search!.leftOut.reduce((sum, { startSec, endSec }) => sum + endSec - startSec, 0);
  expect(seenSec + leftSec).toBeGreaterThanOrEqual(599 - 3);
  expect(leftSec).toBeGreaterThan(500);
  expect(trace.search).toMatchObject(record.search!);
  expect(trace.search!.confidences).toHaveLength(3);
  // One at least is judged, so that an answer stands on it; the others stay behind it as they were found.
  expect(record.candidates[0]!.verifierScore).toBeDefined();
  expect(trace.verifier!.candidates).toHaveLength(1);
});

test('candidates that are not verified any more stay, behind those that are', async () => {
  const { record, trace } = await settledAfter('verified', 2);
  expect(record.search!.leftOut).toEqual([]);
  expect(trace.verifier!.candidates).toHaveLength(2);
  expect(record.candidates).toHaveLength(5);
  expect(record.candidates.map(({ verifierScore }) => verifierScore !== undefined)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('a search that goes on looks at the rest alone, and ranks what was found before along with it', async () => {
  const { agent, record } = await settledAfter('searched', 3);
  const { windows: searched } = record.search!;
  const goOn = { searched, candidates: record.candidates };
  const events: string[] = [];
  const { record: further } = await agent.ask(request({ search: { ...windows, goOn } }), {
    onEvent: ({ type }) => events.push(type),
  });
  const { record: all } = await (await setUp(undefined, tenMinutes)).agent.ask(request({ search: windows }));
  expect(events.filter((type) => type === 'searched')).toHaveLength(all.search!.windows.length - 3);
  expect(further.search!.leftOut).toEqual([]);
  expect(further.search!.windows.slice(0, 3)).toEqual(searched);
  expect(new Set(further.search!.windows.map(({ startSec }) => startSec))).toEqual(
    new Set(all.search!.windows.map(({ startSec }) => startSec)),
  );
});

test('what is cancelled is cancelled, also after it was to go on with what it had', async () => {
  const { agent } = await setUp(undefined, tenMinutes);
  const [settle, cancel] = [new AbortController(), new AbortController()];
  const asking = agent.ask(request({ search: windows }), {
    ...{ settle: settle.signal, signal: cancel.signal },
    onEvent: ({ type }) => {
      if (type !== 'searched') return;
      settle.abort();
      cancel.abort();
    },
  });
  await expect(asking).rejects.toMatchObject({ code: 'CANCELLED' });
});

test('what is left out is what no window shows', () => {
  const all = { startSec: 0, endSec: 100 };
  expect(stretchesLeftOut(all, [])).toEqual([all]);
  expect(
    stretchesLeftOut(all, [
      { startSec: 60, endSec: 80 },
      { startSec: 10, endSec: 30 },
      { startSec: 20, endSec: 40 },
    ]),
  ).toEqual([
    { startSec: 0, endSec: 10 },
    { startSec: 40, endSec: 60 },
    { startSec: 80, endSec: 100 },
  ]);
  expect(stretchesLeftOut(all, [{ startSec: 0.5, endSec: 99.5 }])).toEqual([]);
});
