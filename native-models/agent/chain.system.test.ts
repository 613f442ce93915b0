import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importCheckpoint } from '../checkpoints/import-checkpoint.ts';
import type { LoadedModel } from '../checkpoints/loaded-model.ts';
import { openPackage } from '../checkpoints/open-package.ts';
import type { AskRequest } from '../protocol/ask-request.ts';
import { importRequestSchema } from '../protocol/import-request.ts';
import type { RunEvent } from '../protocol/run-events.ts';
import { createAgent } from './agent.ts';
import type { Agent } from './agent.ts';
import {
  exactAgreement,
  expectRoundedAgreement,
  requestOf as packRequest,
} from './test-support/chain-agreement.ts';
import type { Asked } from './test-support/chain-agreement.ts';
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
  return packRequest(pack, folder, run, changes);
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

describe.each(packNames)('%s in fp32', (pack) => {
  let model: LoadedModel;
  let agent: Agent;
  beforeAll(async () => {
    model = await importPack(pack, 'fp32');
    agent = createAgent(model);
  });
  afterAll(async () => model.dispose());

  describe.each(expectedRuns(pack))('agrees with the reference: $ask.question', (expected) => {
    let asked: Asked;
    beforeAll(async () => {
      agent.dropCaches();
      const { record, trace } = await agent.ask(requestOf(pack, expected));
      asked = { record, trace: trace! };
    });

    test.each(Object.entries(exactAgreement))('%s', (_, agrees) => agrees(expected, asked));
  });
});

describe.each(packNames)('%s in int8', (pack) => {
  test('agrees in plan, route and answer in all asks but one at most', async () => {
    const model = await importPack(pack, 'int8');
    await expectRoundedAgreement(createAgent(model), pack, folder);
    await model.dispose();
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

  test('moments that are given are judged as those that were found are, and nothing but the verifier runs', async () => {
    const run = expectedRuns('pack-2b').find(({ verifier }) => verifier !== undefined)!;
    agent.dropCaches();
    const { candidates } = (await agent.ask(requestOf('pack-2b', run))).record;
    const claims = candidates.map(({ startSec, endSec }) => ({ startSec, endSec })).reverse();
    const judged = await agent.ask(requestOf('pack-2b', run, { claims }));
    expect(judged.record.roles).toEqual(['verifier']);
    expect(Object.keys(judged.trace!)).not.toContain('grounder');
    const scored = (list: typeof candidates) =>
      rounded(list.map(({ startSec, endSec, verifierScore }) => ({ startSec, endSec, verifierScore })));
    expect(scored(judged.record.candidates)).toEqual(scored(candidates));
    const single = await agent.ask(requestOf('pack-2b', run, { claims: claims.slice(0, 1) }));
    expect(single.record.candidates[0]?.verifierScore).toBeDefined();
    const beyond = agent.ask(requestOf('pack-2b', run, { claims: [{ startSec: 1, endSec: 999 }] }));
    await expect(beyond).rejects.toMatchObject({ code: 'RANGE_INVALID' });
  });

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
