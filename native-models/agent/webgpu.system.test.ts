import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { chunkRows } from '../architectures/decoder/language-model.ts';
import { importCheckpoint } from '../checkpoints/import-checkpoint.ts';
import type { LoadedModel } from '../checkpoints/loaded-model.ts';
import { packageFiles } from '../checkpoints/package-layout.ts';
import { deviationBounds, problemOf } from '../checkpoints/self-check/bounds.ts';
import { runSelfCheck } from '../checkpoints/self-check/run-self-check.ts';
import { readSelfCheck } from '../checkpoints/self-check/self-check.ts';
import { openPackage } from '../checkpoints/open-package.ts';
import { importRequestSchema } from '../protocol/import-request.ts';
import type { Precision, Speaker } from '../protocol/roles.ts';
import type { RoleTransfer, RunTrace } from '../protocol/run-trace.ts';
import { createAgent } from './agent.ts';
import { exactAgreement, expectRoundedAgreement, requestOf } from './test-support/chain-agreement.ts';
import type { Asked } from './test-support/chain-agreement.ts';
import { answerOf, askAs, comparable } from './test-support/reasoner-agreement.ts';
import { packCheckpoints } from './test-support/pack-checkpoints.ts';
import { expectedReplies, reasonerPackNames, reasonerPackPath } from './test-support/reasoner-pack.ts';
import { expectedRuns, packNames, packPath } from './test-support/reference-pack.ts';

/** The software Vulkan driver that .ci/software-vulkan puts there. */
const driver = fileURLToPath(new URL('../../.cache/software-vulkan/icd.json', import.meta.url));
const hasDriver = existsSync(driver);
if (hasDriver) process.env['VK_ICD_FILENAMES'] = driver;
else process.stdout.write('Left out: WebGPU on software Vulkan (run .ci/software-vulkan first).\n');

/** The most that may cross the bus for a token, in either direction together: no keys, no values. */
const mostBytesPerStep = 64 * 1024;

let folder = '';
let model: LoadedModel | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'videomind-webgpu-'));
});
afterEach(async () => {
  await model?.dispose();
  model = undefined;
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

/** Choices that need more than the likeliest token, on a device with all its logits. */
const sampled = { sampling: { temperature: 3, seed: 11 }, repetitionPenalty: 1.2 };

/** Opens a checkpoint on WebGPU, so that it fails where an operator would run elsewhere. */
async function open(
  name: string,
  checkpoint: { readonly basePath: string; readonly adaptersPath?: string },
  precision: Precision,
): Promise<LoadedModel> {
  const outPath = join(folder, `${name}-${precision}`);
  if (!existsSync(outPath))
    await importCheckpoint(importRequestSchema.parse({ ...checkpoint, outPath, precision }));
  model = await openPackage(outPath, { device: 'webgpu', threads: 2, onDeviceOnly: true });
  expect(model.device).toBe('webgpu');
  return model;
}

/**
 * A device that computes wrongly: WebGPU's attention from 32 rows on, which is why the program reads fewer at once there
 * (rowsOfExactAttention).
 */
function withWrongAttention(of: LoadedModel): LoadedModel {
  return { ...of, language: { ...of.language, chunkRows } };
}

function bytesOf({ toDevice, fromDevice }: RoleTransfer): number {
  return toDevice.bytes + fromDevice.bytes;
}

function expectLittleTransfer(transfer: RunTrace['transfer']): void {
  expect(transfer).toBeDefined();
  for (const moved of Object.values(transfer!))
    expect(bytesOf(moved) / moved.steps).toBeLessThan(mostBytesPerStep);
}

/** Holds replies of a role against each other: a token moves as many bytes after a short prompt as after a long one. */
function expectEqualTransfer(replies: readonly RoleTransfer[]): void {
  const [shortest, ...others] = replies.toSorted((one, other) => one.steps - other.steps);
  const perToken = others
    .filter(({ steps }) => steps > shortest!.steps)
    .map((reply) => (bytesOf(reply) - bytesOf(shortest!)) / (reply.steps - shortest!.steps));
  expect(perToken.length).toBeGreaterThan(0);
  expect(new Set(perToken).size, perToken.join(' ')).toBe(1);
}

describe.skipIf(!hasDriver).each(packNames)('%s on WebGPU, no operator elsewhere', (pack) => {
  const checkpoint = { basePath: packPath(pack, 'base'), adaptersPath: packPath(pack, 'model') };
  const check = ({ record, trace }: Asked) => {
    expect(record).toMatchObject({ device: 'webgpu' });
    expectLittleTransfer(trace.transfer);
  };

  test('every question agrees with the reference in fp32, as on the processor, and moves the same a token in any context', async () => {
    const agent = createAgent(await open(pack, checkpoint, 'fp32'));
    const transfers: Partial<Record<Speaker, RoleTransfer[]>> = {};
    for (const expected of expectedRuns(pack)) {
      const { record, trace } = await agent.ask(requestOf(pack, folder, expected));
      const asked = { record, trace: trace! };
      check(asked);
      for (const agrees of Object.values(exactAgreement)) agrees(expected, asked);
      for (const [role, moved] of Object.entries(asked.trace.transfer!))
        (transfers[role as Speaker] ??= []).push(moved);
    }
    for (const role of ['planner', 'answerer'] as const) expectEqualTransfer(transfers[role]!);
    // These say about the same each time: as many tokens move as many bytes, whatever they were shown.
    for (const role of ['grounder', 'verifier'] as const) {
      const perToken = transfers[role]!.map((moved) => bytesOf(moved) / moved.steps);
      expect(perToken.length).toBeGreaterThan(1);
      expect(new Set(perToken).size, `${role}: ${perToken.join(' ')}`).toBe(1);
    }
  });

  test.each(['fp16', 'int8-blocks', 'int4'] as const)(
    'every question but one at most agrees in %s, as int8 does on the processor',
    async (precision) => {
      const agent = createAgent(await open(pack, checkpoint, precision));
      await expectRoundedAgreement(agent, pack, folder, check);
    },
  );
});

describe.skipIf(!hasDriver).each(reasonerPackNames)('%s on WebGPU, no operator elsewhere', (pack) => {
  const checkpoint = { basePath: reasonerPackPath(pack, 'checkpoint') };
  const onTransfer = expectLittleTransfer;

  test('every reply is the reference’s in fp32, to the last token', async () => {
    const agent = createAgent(await open(pack, checkpoint, 'fp32'));
    const transfers: RoleTransfer[] = [];
    for (const expected of expectedReplies(pack)) {
      const trace = await askAs(agent, pack, expected, {
        secondsPerPair: 'whole',
        onTransfer: (transfer) => {
          onTransfer(transfer);
          transfers.push(transfer.reasoner!);
        },
      });
      expect(comparable(trace)).toEqual(comparable(expected));
    }
    expectEqualTransfer(transfers);
  });

  test('a reply that is drawn, and penalized, is the processor’s for the same seed, and its logits stay', async () => {
    const [expected] = expectedReplies(pack);
    const replyOf = (of: LoadedModel) => askAs(createAgent(of), pack, expected!, { ...sampled, onTransfer });
    const onDevice = await replyOf(await open(pack, checkpoint, 'fp32'));
    const onProcessor = await openPackage(model!.path, { device: 'cpu', threads: 2 });
    try {
      expect(onDevice.outputIds).toEqual((await replyOf(onProcessor)).outputIds);
    } finally {
      await onProcessor.dispose();
    }
    expect(onDevice.outputIds).not.toEqual(expected!.outputIds);
  });

  test.each(['fp16', 'int8-blocks', 'int4'] as const)(
    'gives the same answers in %s to all questions but one at most',
    async (precision) => {
      const agent = createAgent(await open(pack, checkpoint, precision));
      const different: string[] = [];
      for (const expected of expectedReplies(pack)) {
        const { response } = await askAs(agent, pack, expected, { onTransfer });
        const wanted = (expected.fraction ?? expected).response;
        if (answerOf(response) !== answerOf(wanted)) different.push(`${wanted} → ${response}`);
      }
      expect(different.length, different.join(' | ')).toBeLessThanOrEqual(1);
    },
  );
});

describe.skipIf(!hasDriver).each(packCheckpoints)('the self-check of $pack', ({ pack, checkpoint }) => {
  test.each(['fp16', 'int8-blocks', 'int4'] as const)(
    'passes what is right and finds attention that is wrong in %s',
    async (precision) => {
      const opened = await open(`checked-${pack}`, checkpoint, precision);
      expect(opened.deviceReason).toContain('It reproduced the package’s self-check');
      const check = await readSelfCheck(join(opened.path, packageFiles.selfCheck));
      const problem = problemOf(
        await runSelfCheck(withWrongAttention(opened), check),
        deviationBounds(opened, check.rounding),
      );
      expect(problem).toMatch(/^It computes wrongly: the decoder’s states \d\.\d % off/);
    },
  );
});
