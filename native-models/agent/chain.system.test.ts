import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importCheckpoint } from '../checkpoints/import-checkpoint.ts';
import type { LoadedModel } from '../checkpoints/loaded-model.ts';
import { openPackage } from '../checkpoints/open-package.ts';
import { askRequestSchema } from '../protocol/ask-request.ts';
import type { AskRequest } from '../protocol/ask-request.ts';
import { importRequestSchema } from '../protocol/import-request.ts';
import type { RunEvent } from '../protocol/run-events.ts';
import type { RunRecord } from '../protocol/run-record.ts';
import type { PromptTrace, RunTrace } from '../protocol/run-trace.ts';
import { createAgent } from './agent.ts';
import type { Agent } from './agent.ts';
import { expectedRuns, packNames, packPath } from './test-support/reference-pack.ts';
import type { ExpectedRun, PackName } from './test-support/reference-pack.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'videomind-chain-'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

async function importPack(pack: PackName, precision: 'fp32' | 'int8'): Promise<LoadedModel> {
  const outPath = join(folder, `${pack}-${precision}`);
  const force = true;
  const request = {
    force,
    basePath: packPath(pack, 'base'),
    adaptersPath: packPath(pack, 'model'),
    outPath,
    precision,
  };
  await importCheckpoint(importRequestSchema.parse(request));
  return openPackage(outPath, { device: 'cpu', threads: 2 });
}

function requestOf(pack: PackName, run: ExpectedRun, changes: Partial<AskRequest> = {}): AskRequest {
  const { video, question, options, ground_only: groundOnly } = run.ask;
  return askRequestSchema.parse({
    videoPath: packPath(pack, `videos/${video}`),
    modelPath: folder,
    question,
    ...(options === null ? {} : { options }),
    ...(groundOnly === true ? { roles: ['planner', 'grounder', 'verifier'] } : {}),
    trace: true,
    ...changes,
  });
}

/** What a run found, without what depends on caches and clocks. */
function findings({ record, trace }: Awaited<ReturnType<Agent['ask']>>): unknown {
  const { plan, candidates, moment, answer } = record;
  return rounded({
    plan,
    candidates,
    moment,
    answer,
    trace: { ...trace, caches: undefined, transfer: undefined },
  });
}

/** Products over another number of rows may differ in the last bits. */
function rounded(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, field: unknown) =>
      typeof field === 'number' ? Number(field.toFixed(4)) : field,
    ),
  );
}

function shownAndSaid(trace: PromptTrace & { readonly outputIds?: number[] }): unknown {
  const { frameIndices, gridTHW, frameSize, text, inputIds, outputIds } = trace;
  return { frameIndices, gridTHW, frameSize, text, inputIds, outputIds };
}

describe.each(packNames)('%s in fp32', (pack) => {
  let model: LoadedModel;
  let agent: Agent;
  beforeAll(async () => {
    model = await importPack(pack, 'fp32');
    agent = createAgent(model);
  });
  afterAll(async () => model.dispose());

  describe.each(expectedRuns(pack))('agrees with the reference: $ask.question', (expected) => {
    let record: RunRecord;
    let trace: RunTrace;
    beforeAll(async () => {
      agent.dropCaches();
      const result = await agent.ask(requestOf(pack, expected));
      record = result.record;
      trace = result.trace!;
    });
    const { planner, grounder, verifier, answerer } = expected;

    test('the same roles run, on the same video', () => {
      const roles = Object.keys(trace).filter((role) => role !== 'caches' && role !== 'transfer');
      expect(roles).toEqual(
        Object.keys(expected).filter((key) => ['planner', 'grounder', 'verifier', 'answerer'].includes(key)),
      );
      expect(record.video).toMatchObject({ totalFrames: expected.totalFrames, fps: expected.fps });
      // The verifier says No of every candidate where the reference's does.
      const saysNo = verifier?.candidates.every(({ yesProb, noProb }) => noProb > yesProb) ?? false;
      expect(record.warnings.map(({ code }) => code)).toEqual(saysNo ? ['CANDIDATES_DOUBTED'] : []);
    });

    test('the planner is shown and says the same', () => {
      if (planner === undefined) {
        expect(trace.planner).toBeUndefined();
        return;
      }
      expect(shownAndSaid(trace.planner!)).toEqual(shownAndSaid(planner));
      const { response, query, grounding } = planner;
      expect(record.plan).toEqual({ response, query, grounding });
      expect(trace.planner).toMatchObject({ response, query, grounding });
    });

    test('the grounder is shown and says the same, and its best rows are within 0.05 s and 0.01', () => {
      if (grounder === undefined) {
        expect(trace.grounder).toBeUndefined();
        return;
      }
      expect(shownAndSaid(trace.grounder!)).toEqual(shownAndSaid(grounder));
      expect(trace.grounder).toMatchObject({ success: true, response: grounder.response });
      expect(trace.grounder!.rows).toHaveLength(grounder.rows.length);
      expect(trace.grounder!.saliency).toHaveLength(grounder.saliency.length);
      for (const best of [0, 1, 2]) {
        const [start, end] = grounder.pred[best]!;
        expect(Math.abs(trace.grounder!.pred[best]![0] - start)).toBeLessThan(0.05);
        expect(Math.abs(trace.grounder!.pred[best]![1] - end)).toBeLessThan(0.05);
        expect(Math.abs(trace.grounder!.conf[best]! - grounder.conf[best]!)).toBeLessThan(0.01);
      }
    });

    test('the verifier is shown the same, and its scores are within 0.005', () => {
      if (verifier === undefined) {
        expect(trace.verifier).toBeUndefined();
        return;
      }
      expect(trace.verifier!.candidates.map(shownAndSaid)).toEqual(verifier.candidates.map(shownAndSaid));
      verifier.candidates.forEach((candidate, index) => {
        const found = trace.verifier!.candidates[index]!;
        expect(Math.abs(found.score - candidate.score)).toBeLessThan(0.005);
        expect(Math.abs(found.yesProb - candidate.yesProb)).toBeLessThan(0.01);
        expect(Math.abs(found.noProb - candidate.noProb)).toBeLessThan(0.01);
        expect(Math.abs(found.window[0] - candidate.window[0])).toBeLessThan(0.1);
        expect(Math.abs(found.window[1] - candidate.window[1])).toBeLessThan(0.1);
      });
    });

    test('candidates rank the same where the scores of the reference differ by more than 0.01', () => {
      if (verifier === undefined) {
        expect(trace.verifier).toBeUndefined();
        return;
      }
      const scores = verifier.candidates.map((candidate) => candidate.score);
      const place = (candidate: number) => trace.verifier!.ranks.indexOf(candidate);
      for (const [better, betterScore] of scores.entries()) {
        for (const [worse, worseScore] of scores.entries()) {
          if (betterScore - worseScore > 0.01) expect(place(better)).toBeLessThan(place(worse));
        }
      }
      expect(record.candidates.map((candidate) => candidate.verifierScore)).toEqual(
        trace.verifier!.ranks.map((rank) => trace.verifier!.candidates[rank]!.score),
      );
    });

    test('the answerer is shown and says the same', () => {
      if (answerer === undefined) {
        expect(trace.answerer).toBeUndefined();
        return;
      }
      expect(shownAndSaid(trace.answerer!)).toEqual(shownAndSaid(answerer));
      expect(record.answer!.text).toBe(answerer.response);
      const letter = expected.ask.options === null ? undefined : answerer.response[0];
      expect(record.answer!.option).toBe(letter);
      expect(Math.abs(trace.answerer!.span[0] - answerer.span[0])).toBeLessThan(0.05);
      expect(Math.abs(trace.answerer!.span[1] - answerer.span[1])).toBeLessThan(0.05);
    });
  });
});

describe.each(packNames)('%s in int8', (pack) => {
  test('agrees in plan, route and answer in all asks but one at most', async () => {
    const model = await importPack(pack, 'int8');
    const agent = createAgent(model);
    const different: string[] = [];
    for (const expected of expectedRuns(pack)) {
      const { record, trace } = await agent.ask(requestOf(pack, expected));
      const { planner, grounder, verifier, answerer } = expected;
      const agrees =
        record.plan?.query === planner?.query &&
        record.plan?.grounding === planner?.grounding &&
        record.answer?.text === answerer?.response;
      if (!agrees) {
        different.push(expected.ask.question);
        continue;
      }
      if (grounder === undefined) continue;
      expect(Math.abs(trace!.grounder!.pred[0]![0] - grounder.pred[0]![0])).toBeLessThan(0.5);
      expect(Math.abs(trace!.grounder!.pred[0]![1] - grounder.pred[0]![1])).toBeLessThan(0.5);
      expect(Math.abs(trace!.grounder!.conf[0]! - grounder.conf[0]!)).toBeLessThan(0.1);
      const { score } = verifier!.candidates[0]!;
      expect(Math.abs(trace!.verifier!.candidates[0]!.score - score)).toBeLessThan(0.08);
    }
    await model.dispose();
    expect(different.length, different.join(' | ')).toBeLessThanOrEqual(1);
  });
});

describe('what is kept between questions, and what is cut short', () => {
  let model: LoadedModel;
  let agent: Agent;
  beforeAll(async () => {
    model = await importPack('pack-2b', 'fp32');
    agent = createAgent(model);
  });
  afterAll(async () => model.dispose());

  test('a second question on the same video is spared most of the work and finds the same', async () => {
    const [first, second] = expectedRuns('pack-2b');
    agent.dropCaches();
    const cold = await agent.ask(requestOf('pack-2b', second!));
    agent.dropCaches();
    await agent.ask(requestOf('pack-2b', first!));
    const warm = await agent.ask(requestOf('pack-2b', second!));
    expect(findings(warm)).toEqual(findings(cold));
    for (const role of ['planner', 'grounder'] as const) {
      const { prompt, reused } = warm.record.tokens[role]!;
      expect(reused).toBeGreaterThan(prompt / 2);
      expect(cold.record.tokens[role]!.reused).toBe(0);
    }
    expect(warm.trace!.caches!.visionFeatures.hits).toBeGreaterThan(0);
    expect(warm.trace!.caches!.prefixes.hits).toBeGreaterThanOrEqual(2);
  });

  test('a cache budget that holds next to nothing changes no finding', async () => {
    const tight = createAgent(model, { cacheBudgetBytes: 300_000 });
    for (const expected of expectedRuns('pack-2b')) {
      agent.dropCaches();
      const request = requestOf('pack-2b', expected);
      expect(findings(await tight.ask(request))).toEqual(findings(await agent.ask(request)));
      const { visionFeatureBytes, prefixBytes } = tight.memory();
      expect(visionFeatureBytes + prefixBytes).toBeLessThanOrEqual(300_000);
    }
  });

  test('a run cancelled at any kind of event ends at once, and the next one finds what it should', async () => {
    const request = requestOf('pack-2b', expectedRuns('pack-2b')[0]!);
    agent.dropCaches();
    const told = new Set<string>();
    const kindOf = (event: RunEvent) =>
      [event.type, 'role' in event ? event.role : '', 'stage' in event ? event.stage : ''].join(' ');
    const expected = findings(await agent.ask(request, { onEvent: (event) => told.add(kindOf(event)) }));
    told.delete('answered  ');
    for (const kind of told) {
      agent.dropCaches();
      const controller = new AbortController();
      let after = 0;
      const onEvent = (event: RunEvent) => {
        if (controller.signal.aborted) after++;
        else if (kindOf(event) === kind) controller.abort();
      };
      await expect(agent.ask(request, { onEvent, signal: controller.signal })).rejects.toMatchObject({
        code: 'CANCELLED',
      });
      expect(after).toBeLessThanOrEqual(2);
    }
    expect(told.size).toBeGreaterThan(15);
    expect(findings(await agent.ask(request))).toEqual(expected);
  });

  test('frames are saved as each role saw them, kept features or not', async () => {
    agent.dropCaches();
    const expected = expectedRuns('pack-2b')[0]!;
    await agent.ask(requestOf('pack-2b', expected));
    const saveFramesPath = join(folder, 'frames');
    const { trace } = await agent.ask(requestOf('pack-2b', expected, { saveFramesPath }));
    const shown = [
      ...trace!.planner!.frameIndices.map((frame) => `planner-${frame}.png`),
      ...trace!.grounder!.frameIndices.map((frame) => `grounder-${frame}.png`),
      ...trace!.verifier!.candidates.flatMap(({ frameIndices }) =>
        frameIndices.map((frame) => `verifier-${frame}.png`),
      ),
      ...trace!.answerer!.frameIndices.map((frame) => `answerer-${frame}.png`),
    ];
    expect((await readdir(saveFramesPath)).sort()).toEqual([...new Set(shown)].sort());
    const { height, width } = PNG.sync.read(await readFile(join(saveFramesPath, 'planner-0.png')));
    expect([height, width]).toEqual(trace!.planner!.frameSize);
  });
});
