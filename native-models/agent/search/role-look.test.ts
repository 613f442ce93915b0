import { describe, expect, test } from 'vitest';
import { sampleFrameIndices } from '../../media/sample-frames.ts';
import { request, setUp } from '../test-support/fake-agent.ts';
import { createFakeModel } from '../test-support/fake-model.ts';
import { fakeVideo } from '../test-support/fake-video.ts';

const tenMinutes = fakeVideo({ totalFrames: 25 * 600 });
const { fps, maxFrames } = (await createFakeModel()).promptSet.budgets.verifier;
/** Half of the verifier's frames, in pairs. */
const fewerFrames = 2 * Math.ceil(maxFrames / 4);
const pairsOf = ({ frameIndices }: { readonly frameIndices: readonly number[] }) =>
  frameIndices.flatMap((frame, at) => (at % 2 === 0 ? [`${frame},${frameIndices[at + 1] ?? ''}`] : []));
const asked = async (speed: 'exact' | 'fast', changes: Parameters<typeof request>[0] = {}) => {
  const { agent, model } = await setUp(undefined, tenMinutes);
  const { trace, record } = await agent.ask(request({ ...changes, speed }));
  const { planner, grounder, verifier } = trace ?? {};
  if (planner === undefined || grounder === undefined || verifier === undefined) throw new Error('no trace');
  return { trace: { planner, grounder, verifier }, record, encoded: model.work.pairsEncoded };
};

/** What a verifier samples of its window by itself. */
const ownFrames = ({ window: [startSec, endSec] }: { readonly window: readonly number[] }) =>
  sampleFrameIndices(tenMinutes, { sampleFps: fps, maxFrames: fewerFrames, startSec, endSec });

describe('roles that look at the same stretch', async () => {
  const exact = await asked('exact');
  const fast = await asked('fast');

  test('share frame pairs at fast: the planner sees some of the grounder’s, evenly spread', () => {
    const [planner, grounder] = [pairsOf(fast.trace.planner), pairsOf(fast.trace.grounder)];
    expect(grounder).toEqual(expect.arrayContaining(planner));
    expect(planner[0]).toBe(grounder[0]);
    expect(planner.at(-1)).toBe(grounder.at(-1));
    expect(pairsOf(exact.trace.grounder)).not.toEqual(expect.arrayContaining(pairsOf(exact.trace.planner)));
  });

  test('see no more frames than their budgets at fast: the grounder as many as exactly, the planner half', () => {
    const framesOf = ({ trace }: typeof fast, role: 'planner' | 'grounder') =>
      trace[role].frameIndices.length;
    expect(fast.trace.grounder.frameIndices).toEqual(exact.trace.grounder.frameIndices);
    expect(Math.abs(2 * framesOf(fast, 'planner') - framesOf(exact, 'planner'))).toBeLessThanOrEqual(2);
    for (const { frameIndices } of fast.trace.verifier.candidates) {
      expect(frameIndices.length).toBeGreaterThanOrEqual(4);
      expect(frameIndices.length).toBeLessThanOrEqual(fewerFrames);
    }
  });

  test('leave the vision tower less to do', () => {
    expect(fast.encoded).toBeLessThan(exact.encoded);
    expect(fast.record.settings?.speed).toBe('fast');
  });
});

test('the verifier sees the grounder’s pairs or its own, never others', async () => {
  const fast = await asked('fast');
  const grounders = new Set(pairsOf(fast.trace.grounder));
  for (const each of fast.trace.verifier.candidates) {
    const isShared = pairsOf(each).every((pair) => grounders.has(pair));
    if (!isShared) expect(each.frameIndices).toEqual(ownFrames(each));
    const { window, span } = each;
    expect(Math.max(window[0], span[0])).toBeLessThan(Math.min(window[1], span[1]));
  }
});

test('what was prepared at fast is what is looked at: no frame of planner or grounder is missing', async () => {
  const { agent, reader } = await setUp(undefined, tenMinutes);
  await agent.prepare(request({ speed: 'fast' }));
  const before = reader.decoded.length;
  await agent.ask(request({ speed: 'fast', roles: ['planner', 'grounder'] }));
  expect(reader.decoded.length).toBe(before);
});

test('a verifier that looks more closely than the grounder keeps frames of its own', async () => {
  const short = { startSec: 100, endSec: 104 };
  const fast = await asked('fast', short);
  expect(fast.trace.verifier.candidates.length).toBeGreaterThan(1);
  for (const each of fast.trace.verifier.candidates) expect(each.frameIndices).toEqual(ownFrames(each));
});
