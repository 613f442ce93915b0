import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../protocol/run-events.ts';
import { createAgent } from './agent.ts';
import type { VideoReader } from './run.ts';
import { findings, request, setUp } from './test-support/fake-agent.ts';

describe('what is kept between questions', () => {
  test('spares a second question all but its text, and changes nothing of what it finds', async () => {
    const warm = await setUp();
    const cold = await setUp();
    await warm.agent.ask(request());
    const second = request({ question: 'What colour is the shape that rises, please?' });
    const before = { ...warm.model.work };
    const decodedBefore = warm.reader.decoded.length;
    const again = await warm.agent.ask(second);
    const fresh = await cold.agent.ask(second);
    expect(findings(again)).toEqual(findings(fresh));
    expect(again.record.tokens.planner!.reused).toBeGreaterThan(50);
    expect(again.record.tokens.grounder!.reused).toBeGreaterThan(50);
    expect(fresh.record.tokens.planner!.reused).toBe(0);
    expect(again.trace!.caches!.visionFeatures.hits).toBeGreaterThan(0);
    expect(again.trace!.caches!.prefixes).toMatchObject({ hits: 2, misses: 1, evictions: 0 });
    expect(warm.model.work.rowsRead - before.rowsRead).toBeLessThan(cold.model.work.rowsRead);
    expect(warm.reader.decoded.length - decodedBefore).toBeLessThan(cold.reader.decoded.length);
  });

  test('spares the same question everything but the verifier', async () => {
    const { agent, reader, model } = await setUp();
    const first = await agent.ask(request());
    const [decoded, encoded] = [reader.decoded.length, model.work.pairsEncoded];
    const second = await agent.ask(request());
    expect(findings(second)).toEqual(findings(first));
    expect([reader.decoded.length, model.work.pairsEncoded]).toEqual([decoded, encoded]);
    expect(second.record.tokens.grounder!.reused).toBe(second.record.tokens.grounder!.prompt - 1);
  });

  test.each([0, 2_000, 8_000])('may be as little as %i bytes', async (budgetBytes) => {
    const tight = await setUp(budgetBytes);
    const roomy = await setUp();
    for (const changes of [{}, { videoPath: '/other.mp4' }, { question: 'Which shape?' }]) {
      const asked = request(changes);
      expect(findings(await tight.agent.ask(asked))).toEqual(findings(await roomy.agent.ask(asked)));
      const { visionFeatureBytes, prefixBytes } = tight.agent.memory();
      expect(visionFeatureBytes + prefixBytes).toBeLessThanOrEqual(budgetBytes);
    }
  });

  test('does not mix videos, and can be dropped', async () => {
    const { agent } = await setUp();
    const first = await agent.ask(request());
    await agent.ask(request({ videoPath: '/other.mp4' }));
    expect(findings(await agent.ask(request()))).toEqual(findings(first));
    agent.dropCaches();
    expect(agent.memory()).toMatchObject({ visionFeatureBytes: 0, prefixBytes: 0 });
    const cold = await agent.ask(request());
    expect(findings(cold)).toEqual(findings(first));
    expect(cold.record.tokens.planner!.reused).toBe(0);
  });
});

test('a run cancelled at any event ends with CANCELLED, and the next finds what it should', async () => {
  const expected = findings(await (await setUp()).agent.ask(request()));
  const { agent } = await setUp();
  let cancelled = 0;
  for (let eventsUntilCancel = 1; ; eventsUntilCancel += 7) {
    const controller = new AbortController();
    let events = 0;
    let after = 0;
    const asked = agent.ask(request(), {
      signal: controller.signal,
      onEvent: () => {
        if (controller.signal.aborted) after++;
        if (++events === eventsUntilCancel) controller.abort();
      },
    });
    const outcome = await asked.catch((error: unknown) => error);
    if (!controller.signal.aborted) break;
    if (!(outcome instanceof Error)) continue;
    cancelled++;
    expect(outcome).toMatchObject({ code: 'CANCELLED' });
    expect(after).toBeLessThanOrEqual(2);
    agent.dropCaches();
  }
  expect(cancelled).toBeGreaterThan(10);
  expect(findings(await agent.ask(request()))).toEqual(expected);
});

test('what a cancelled run has read is kept for the next one', async () => {
  const { agent } = await setUp();
  const controller = new AbortController();
  const stop = (event: RunEvent) => {
    if (
      event.type === 'progress' &&
      event.role === 'grounder' &&
      event.stage === 'prefill' &&
      event.done > 40
    )
      controller.abort();
  };
  const expected = findings(await (await setUp()).agent.ask(request()));
  await expect(agent.ask(request(), { signal: controller.signal, onEvent: stop })).rejects.toMatchObject({
    code: 'CANCELLED',
  });
  const next = await agent.ask(request());
  expect(next.record.tokens.grounder!.reused).toBeGreaterThan(30);
  expect(findings(next)).toEqual(expected);
});

test('a damaged video is warned about each time, and nothing of it is kept', async () => {
  const { model, reader } = await setUp();
  const warning = { code: 'VIDEO_DECODE_FAILED', message: 'Frames are missing.' };
  const damaged: VideoReader = {
    ...reader,
    readFrames: async function* (video, frameIndices, size, options) {
      yield* reader.readFrames(video, frameIndices, size, options);
      options.onWarning?.(warning);
    },
  };
  const agent = createAgent(model, { reader: damaged });
  for (const question of ['First?', 'Second?']) {
    const { record } = await agent.ask(request({ question }));
    expect(record.warnings).toEqual([warning]);
    expect(agent.memory()).toMatchObject({ visionFeatureBytes: 0, prefixBytes: 0 });
  }
});
