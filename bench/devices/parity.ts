import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createAgent } from '../../native-models/agent/agent.ts';
import { askAs, answerOf } from '../../native-models/agent/test-support/reasoner-agreement.ts';
import {
  expectedReplies,
  reasonerPackNames,
  reasonerPackPath,
} from '../../native-models/agent/test-support/reasoner-pack.ts';
import { expectedRuns, packNames, packPath } from '../../native-models/agent/test-support/reference-pack.ts';
import { importCheckpoint } from '../../native-models/checkpoints/import-checkpoint.ts';
import type { LoadedModel } from '../../native-models/checkpoints/loaded-model.ts';
import { openPackage } from '../../native-models/checkpoints/open-package.ts';
import { askRequestSchema } from '../../native-models/protocol/ask-request.ts';
import { importRequestSchema } from '../../native-models/protocol/import-request.ts';
import type { Device, Precision } from '../../native-models/protocol/roles.ts';

/** How a device's answers to a pack of reference questions compare. */
export interface Parity {
  readonly pack: string;
  readonly ranOn: string;
  /** Questions whose plan, route and answer (of models that reason aloud: answer) are the reference's. */
  readonly agreeing: number;
  readonly asked: number;
  /** The largest difference of a first candidate's score; models that reason aloud have none. */
  readonly scoreDifference: number | undefined;
}

/** Asks every question of the packs on a device, each pack imported at `precision`. */
export async function packParity(device: Device, precision: Precision): Promise<Parity[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'videomind-parity-'));
  const results: Parity[] = [];
  try {
    for (const pack of packNames) {
      const checkpoint = { basePath: packPath(pack, 'base'), adaptersPath: packPath(pack, 'model') };
      const model = await openPack(path.join(folder, pack), checkpoint, device, precision);
      results.push({ pack, ranOn: model.device, ...(await chainParity(pack, model)) });
      await model.dispose();
    }
    for (const pack of reasonerPackNames) {
      const checkpoint = { basePath: reasonerPackPath(pack, 'checkpoint') };
      const model = await openPack(path.join(folder, pack), checkpoint, device, precision);
      const agent = createAgent(model);
      const expected = expectedReplies(pack);
      let agreeing = 0;
      for (const reply of expected) {
        const { response } = await askAs(agent, pack, reply);
        if (answerOf(response) === answerOf((reply.fraction ?? reply).response)) agreeing++;
      }
      const asked = expected.length;
      results.push({ pack, ranOn: model.device, agreeing, asked, scoreDifference: undefined });
      await model.dispose();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return results;
}

async function openPack(
  outPath: string,
  checkpoint: { readonly basePath: string; readonly adaptersPath?: string },
  device: Device,
  precision: Precision,
): Promise<LoadedModel> {
  await importCheckpoint(importRequestSchema.parse({ ...checkpoint, outPath, precision }));
  return openPackage(outPath, { device });
}

async function chainParity(
  pack: (typeof packNames)[number],
  model: LoadedModel,
): Promise<Pick<Parity, 'agreeing' | 'asked' | 'scoreDifference'>> {
  const agent = createAgent(model);
  let [agreeing, scoreDifference] = [0, 0];
  const expected = expectedRuns(pack);
  for (const { ask, planner, verifier, answerer } of expected) {
    const { record, trace } = await agent.ask(
      askRequestSchema.parse({
        videoPath: packPath(pack, `videos/${ask.video}`),
        modelPath: model.path,
        question: ask.question,
        ...(ask.options === null ? {} : { options: ask.options }),
        ...(ask.ground_only === true ? { roles: ['planner', 'grounder', 'verifier'] } : {}),
        trace: true,
      }),
    );
    const isSame =
      record.plan?.query === planner?.query &&
      record.plan?.grounding === planner?.grounding &&
      record.answer?.text === answerer?.response;
    if (!isSame) continue;
    agreeing++;
    const [wanted, found] = [verifier?.candidates[0]?.score, trace?.verifier?.candidates[0]?.score];
    if (wanted !== undefined && found !== undefined)
      scoreDifference = Math.max(scoreDifference, Math.abs(wanted - found));
  }
  return { agreeing, asked: expected.length, scoreDifference };
}
