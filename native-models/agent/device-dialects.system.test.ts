import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { importCheckpoint } from '../checkpoints/import-checkpoint.ts';
import type { LoadedModel } from '../checkpoints/loaded-model.ts';
import { openPackage } from '../checkpoints/open-package.ts';
import { importRequestSchema } from '../protocol/import-request.ts';
import type { Precision, RuntimeName } from '../protocol/roles.ts';
import type { RunTrace } from '../protocol/run-trace.ts';
import { createAgent } from './agent.ts';
import { exactAgreement, expectRoundedAgreement, requestOf } from './test-support/chain-agreement.ts';
import { answerOf, askAs, comparable } from './test-support/reasoner-agreement.ts';
import { expectedReplies, reasonerPackNames, reasonerPackPath } from './test-support/reasoner-pack.ts';
import { expectedRuns, packNames, packPath } from './test-support/reference-pack.ts';

/**
 * Graphs as they are written for devices, in the processor's memory as if it were a device's. Packages that agree exactly, and
 * those that agree as int8 does on the processor; how many questions of each pack are asked.
 */
const forms = [
  // CUDA keeps keys and values in float16 whatever the package is.
  {
    device: 'cuda',
    runtime: 'c-api',
    exact: [],
    rounded: ['fp32', 'fp16', 'int8-blocks', 'int4'],
    most: Infinity,
  },
  { device: 'cann', runtime: 'c-api', exact: ['fp32'], rounded: ['fp16'], most: Infinity },
  { device: 'directml', runtime: 'onnxruntime-node', exact: ['fp32'], rounded: [], most: 1 },
] as const;
type Form = Pick<(typeof forms)[number], 'device' | 'runtime'>;

let folder = '';
let model: LoadedModel | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'videomind-dialects-'));
});
afterEach(async () => {
  await model?.dispose();
  model = undefined;
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

/** Packages that were made: several forms open the same. */
const made = new Map<string, Promise<unknown>>();

async function open(
  checkpoint: { readonly basePath: string; readonly adaptersPath?: string },
  precision: Precision,
  { device, runtime }: { readonly device: Form['device']; readonly runtime: RuntimeName },
): Promise<LoadedModel> {
  const outPath = join(folder, `${checkpoint.basePath.replaceAll(/\W+/g, '-')}-${precision}`);
  const request = importRequestSchema.parse({ ...checkpoint, outPath, precision });
  const making = made.get(outPath) ?? importCheckpoint(request);
  made.set(outPath, making);
  await making;
  model = await openPackage(outPath, { device: 'cpu', runtime, threads: 2, asDevice: device });
  expect(model.runtime).toBe(runtime);
  expect(model.language.device).toBeDefined();
  return model;
}

/** The most that may cross the bus for a token, in either direction together: no keys, no values. */
const mostBytesPerStep = 64 * 1024;

function expectLittleTransfer(transfer: RunTrace['transfer']): void {
  for (const { toDevice, fromDevice, steps } of Object.values(transfer ?? {}))
    expect((toDevice.bytes + fromDevice.bytes) / steps).toBeLessThan(mostBytesPerStep);
}

describe.each(forms)('as $device through $runtime', ({ exact, rounded, most, ...form }) => {
  describe.each(packNames)('%s', (pack) => {
    const checkpoint = { basePath: packPath(pack, 'base'), adaptersPath: packPath(pack, 'model') };

    test.each(exact)('every question agrees with the reference in %s', async (precision) => {
      const agent = createAgent(await open(checkpoint, precision, form));
      for (const expected of expectedRuns(pack).slice(0, most)) {
        agent.dropCaches();
        const { record, trace } = await agent.ask(requestOf(pack, folder, expected));
        expectLittleTransfer(trace!.transfer);
        for (const agrees of Object.values(exactAgreement)) agrees(expected, { record, trace: trace! });
      }
    });

    test.each(rounded)('every question but one at most agrees in %s', async (precision) => {
      const agent = createAgent(await open(checkpoint, precision, form));
      await expectRoundedAgreement(agent, pack, folder, ({ trace }) => expectLittleTransfer(trace.transfer));
    });
  });

  describe.each(reasonerPackNames)('%s', (pack) => {
    const checkpoint = { basePath: reasonerPackPath(pack, 'checkpoint') };

    test.each(exact)('every reply is the reference’s in %s, to the last token', async (precision) => {
      const agent = createAgent(await open(checkpoint, precision, form));
      for (const expected of expectedReplies(pack).slice(0, most)) {
        const trace = await askAs(agent, pack, expected, { secondsPerPair: 'whole' });
        expect(comparable(trace)).toEqual(comparable(expected));
      }
    });

    test.each(rounded)('gives the same answers in %s to all questions but one at most', async (precision) => {
      const agent = createAgent(await open(checkpoint, precision, form));
      const different: string[] = [];
      for (const expected of expectedReplies(pack)) {
        const { response } = await askAs(agent, pack, expected);
        const wanted = (expected.fraction ?? expected).response;
        if (answerOf(response) !== answerOf(wanted)) different.push(`${wanted} → ${response}`);
      }
      expect(different.length, different.join(' | ')).toBeLessThanOrEqual(1);
    });
  });
});

test('replies that are drawn are the processor’s for the same seed, and their logits stay', async () => {
  const checkpoint = { basePath: packPath('pack-2b', 'base'), adaptersPath: packPath('pack-2b', 'model') };
  const [question] = expectedRuns('pack-2b');
  const asking = requestOf('pack-2b', folder, question!, { temperature: 3, seed: 5 });
  const onDevice = await open(checkpoint, 'fp32', { device: 'cann', runtime: 'c-api' });
  const { trace } = await createAgent(onDevice).ask(asking);
  expectLittleTransfer(trace!.transfer);
  const processor = await openPackage(onDevice.path, { device: 'cpu', threads: 2 });
  try {
    const { trace: expected } = await createAgent(processor).ask(asking);
    for (const role of ['planner', 'answerer'] as const)
      expect(trace![role]!.outputIds).toEqual(expected![role]!.outputIds);
    expect(trace!.planner!.outputIds).not.toEqual(question!.planner!.outputIds);
  } finally {
    await processor.dispose();
  }
});

test('a cache of a compiled capacity goes on where it was once a longer one was needed', async () => {
  const checkpoint = { basePath: packPath('pack-2b', 'base'), adaptersPath: packPath('pack-2b', 'model') };
  const { language } = await open(checkpoint, 'fp32', { device: 'cann', runtime: 'c-api' });
  const read = async (cache: ReturnType<typeof language.createCache>, ids: readonly number[]) => {
    const positions = Int32Array.from(
      { length: 3 * ids.length },
      (_, index) => cache.length + (index % ids.length),
    );
    const embeddings = await language.embed('grounder', ids);
    const { lastState } = await language.forward('grounder', embeddings, positions, cache);
    return language.logits('grounder', lastState);
  };
  const [short, long] = [language.createCache(16), language.createCache(1500)];
  await read(short, [10, 11, 12, 13, 14]);
  const bytesBefore = short.bytes;
  // What the longer one reads after the same five tokens, by graphs compiled for both.
  await read(long, [10, 11, 12, 13, 14]);
  expect(await read(short, [15])).toEqual(await read(long, [15]));
  expect(short.bytes).toBe(2 * bytesBefore);
  short.truncate(3);
  long.truncate(3);
  expect(await read(short, [16])).toEqual(await read(long, [16]));
  short.release();
  long.release();
});
