import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importCheckpoint } from '../../../checkpoints/import-checkpoint.ts';
import type { LoadedModel } from '../../../checkpoints/loaded-model.ts';
import { openPackage } from '../../../checkpoints/open-package.ts';
import { readPackageNetwork } from '../../../checkpoints/package-network.ts';
import { readManifest } from '../../../checkpoints/read-manifest.ts';
import { openSafetensors } from '../../../checkpoints/safetensors/weight-set.ts';
import type { WeightSet } from '../../../checkpoints/safetensors/weight-set.ts';
import { rowsInMemory } from '../../../architectures/device-rows.ts';
import type { Network } from '../../../architectures/architecture-family.ts';
import { askRequestSchema } from '../../../protocol/ask-request.ts';
import { followUp } from '../../../protocol/follow-up.ts';
import { importRequestSchema } from '../../../protocol/import-request.ts';
import type { ReasonerRequest } from '../../../protocol/reasoner-request.ts';
import { runRecordSchema } from '../../../protocol/run-record.ts';
import { runTraceSchema } from '../../../protocol/run-trace.ts';
import type { ToolLoopTrace } from '../../../protocol/run-trace.ts';
import { createAgent } from '../../agent.ts';
import type { Agent } from '../../agent.ts';
import {
  expectedLoops,
  readToolPackText,
  toolPackNames,
  toolPackPath,
} from '../../test-support/tool-pack.ts';
import type { ExpectedLoop, ToolPackName } from '../../test-support/tool-pack.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'videomind-tools-'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

async function importPack(pack: ToolPackName, precision: 'fp32' | 'int8'): Promise<LoadedModel> {
  const outPath = join(folder, `${pack}-${precision}`);
  const request = { basePath: toolPackPath(pack, 'checkpoint'), outPath, precision, force: true };
  await importCheckpoint(importRequestSchema.parse(request));
  return openPackage(outPath, { device: 'cpu', threads: 2 });
}

async function askAs(
  agent: Agent,
  pack: ToolPackName,
  { ask }: ExpectedLoop,
  changes: Partial<ReasonerRequest> = {},
) {
  const { toolRounds, maxFrames, shownPath } = ask;
  const { record, trace } = await agent.ask(
    askRequestSchema.parse({
      videoPath: toolPackPath(pack, `videos/${ask.video}`),
      modelPath: folder,
      question: ask.question,
      trace: true,
      reasoner: {
        tools: { protocol: readToolPackText(pack, 'tools.json'), shownPath, toolRounds },
        ...(maxFrames === undefined ? {} : { maxFrames }),
        ...changes,
      },
    }),
  );
  runRecordSchema.parse(record);
  return { record, trace: runTraceSchema.parse(trace).reasoner as ToolLoopTrace };
}

/** What the reference gives; the lead of a choice is a number of its own arithmetic. */
function comparable({ turns, stop, response, answer, ...trace }: ToolLoopTrace): Partial<ToolLoopTrace> {
  const { prompt, totalFrames, fps, durationSec, frameIndices, frameSec, frameSize } = trace;
  return {
    ...{ prompt, totalFrames, fps, durationSec, frameIndices, frameSec, frameSize },
    ...{ turns, stop, response, answer },
  };
}

describe.each(toolPackNames)('%s in fp32', (pack) => {
  let model: LoadedModel;
  let agent: Agent;
  beforeAll(async () => {
    model = await importPack(pack, 'fp32');
    agent = createAgent(model);
  });
  afterAll(async () => model.dispose());

  test.each(expectedLoops(pack))(
    'agrees with the reference in every field of every turn: $ask.video, $ask.question',
    async (expected) => {
      const { record, trace } = await askAs(agent, pack, expected);
      expect(comparable(trace)).toEqual(comparable(expected));
      expect(trace.minMargin).toBeCloseTo(expected.minMargin ?? 0, 2);
      expect(record.answer?.text ?? null).toBe(expected.answer);
      expect(record.stop).toBe(expected.stop);
    },
  );

  test('with a repetition penalty, over prompt and reply', async () => {
    for (const expected of expectedLoops(pack)) {
      const { repetitionPenalty, outputIds, stop, answer } = expected.penalized;
      const { trace } = await askAs(agent, pack, expected, { repetitionPenalty });
      expect(trace.turns.map((turn) => turn.outputIds)).toEqual(outputIds);
      expect([trace.stop, trace.answer]).toEqual([stop, answer]);
    }
  });

  test('a turn after a call reads only what is new, and encodes no frame twice', async () => {
    agent.dropCaches();
    const [expected] = expectedLoops(pack);
    const [first, second] = (await askAs(agent, pack, expected!)).record.turns!;
    // All but the end of the call, which is written anew, and what the tool gave.
    expect(second!.tokens.reused).toBeGreaterThanOrEqual(first!.tokens.prompt + 10);
    expect(second!.tokens.prompt - second!.tokens.reused).toBeLessThan(130);
    const again = await askAs(agent, pack, {
      ...expected!,
      ask: { ...expected!.ask, question: 'What else?' },
    });
    expect(again.record.turns![0]!.tokens.reused).toBeGreaterThan(first!.tokens.prompt / 2);
  });

  test('a question that goes on from another reads its own text alone, and looks at no frame again', async () => {
    agent.dropCaches();
    const loops = expectedLoops(pack);
    const called = loops.find(({ turns }) => turns.length === 3)!;
    const first = await askAs(agent, pack, called);
    const { reasoner } = followUp(first.record);
    const { conversation } = reasoner!;
    const { record } = await askAs(
      agent,
      pack,
      { ...called, ask: { ...called.ask, question: 'And then?' } },
      { conversation },
    );
    const [turn] = record.turns!;
    const last = first.record.turns!.at(-1)!;
    // All that was shown, called and said before, up to the end of the last reply.
    expect(turn!.tokens.reused).toBeGreaterThanOrEqual(last.tokens.prompt + last.tokens.generated - 1);
    expect(turn!.tokens.prompt - turn!.tokens.reused).toBeLessThan(90);
    expect(turn!.tokens.prompt).toBeGreaterThan(640);
  });

  test.each([0, 1])('computes the patches, features, states and logits of turn %i', async (turn) => {
    const [expected] = expectedLoops(pack);
    const tensors = await openSafetensors(toolPackPath(pack, `expected/0.${turn}.safetensors`));
    const manifest = await readManifest(model.path);
    const seen = await watchedTurn(
      model,
      readPackageNetwork(manifest, model.path).network,
      pack,
      expected!,
      turn,
    );
    const first = await tensors.readFloat32('firstPatches');
    expect(difference(seen.patches.slice(0, first.length), first)).toBeLessThan(1e-5);
    // The last merged cell: those before it stand in the order of windows.
    const last = (await tensors.readFloat32('lastPatches')).slice(-first.length / 2);
    expect(difference(seen.patches.slice(-last.length), last)).toBeLessThan(1e-5);
    for (const [level, rows] of seen.levels.entries()) {
      const wanted = await tensors.readFloat32(level === 0 ? 'visionFeatures' : `deepstack.${level - 1}`);
      expect(difference(rows, wanted), `level ${level}`).toBeLessThan(1e-4);
    }
    expect(seen.positions).toEqual(Array.from(await readInts(tensors, 'positionIds')));
    expect(difference(seen.states, await tensors.readFloat32('prefillStates'))).toBeLessThan(1e-4);
    expect(difference(seen.logits, await tensors.readFloat32('lastLogits'))).toBeLessThan(1e-4);
  });
});

describe.each(toolPackNames)('%s in int8', (pack) => {
  test('makes the same calls and gives the same answers', async () => {
    const model = await importPack(pack, 'int8');
    const agent = createAgent(model);
    for (const expected of expectedLoops(pack)) {
      const { trace } = await askAs(agent, pack, expected);
      expect(trace.turns.map(({ calls }) => calls)).toEqual(expected.turns.map(({ calls }) => calls));
      expect(trace.answer).toBe(expected.answer);
    }
    await model.dispose();
  });
});

/** Everything that the network meets when a turn's prompt is read from its beginning. */
async function watchedTurn(
  model: LoadedModel,
  network: Network,
  pack: ToolPackName,
  expected: ExpectedLoop,
  turn: number,
) {
  const patches: number[] = [];
  const features: Float32Array[] = [];
  let states: number[] = [];
  let positions: Int32Array[] = [];
  let lastState: Float32Array | undefined;
  let prompt = 0;
  const { length: wanted } = expected.turns[turn]!.inputIds;
  const watched: LoadedModel = {
    ...model,
    vision: {
      ...model.vision,
      encode: async (role, frames, size) => {
        for (const value of network.patches(frames, size)) patches.push(value);
        const encoded = await model.vision.encode(role, frames, size);
        features.push(...encoded.map(rowsInMemory));
        return encoded;
      },
    },
    language: {
      ...model.language,
      forward: async (...call) => {
        if (call[3].length === 0) [states, positions] = [[], []];
        const result = await model.language.forward(...call);
        if (states.length < wanted * model.network.hiddenSize) {
          states.push(...rowsInMemory(result.preNormStates));
          positions.push(call[2]);
          prompt = states.length / model.network.hiddenSize;
          if (prompt === wanted) lastState = rowsInMemory(result.lastState).slice();
        }
        return result;
      },
    },
  };
  const agent = createAgent(watched);
  // Read from its beginning: nothing of the turn before is kept.
  await askAs(turn === 0 ? agent : forgetful(agent), pack, {
    ...expected,
    ask: { ...expected.ask, toolRounds: turn },
  });
  expect(prompt).toBe(wanted);
  const { deepstackLevels } = model.network;
  const levels = Array.from({ length: 1 + deepstackLevels }, (_, level) =>
    features.flatMap((rows) => {
      const size = rows.length / (1 + deepstackLevels);
      return [...rows.subarray(level * size, (level + 1) * size)];
    }),
  );
  return {
    ...{ patches, levels, states },
    positions: [0, 1, 2].flatMap((row) =>
      positions.flatMap((part) => [...part.subarray((row * part.length) / 3, ((row + 1) * part.length) / 3)]),
    ),
    logits: await model.language.logits('answerer', lastState!),
  };
}

/** An agent whose prompts are all read from their beginning. */
function forgetful(agent: Agent): Agent {
  const { prefixes } = agent.workspace;
  const acquire = prefixes.acquire.bind(prefixes);
  prefixes.acquire = (content, rule) => {
    prefixes.clear();
    return acquire(content, rule);
  };
  return agent;
}

async function readInts(tensors: WeightSet, name: string): Promise<Int32Array> {
  const bytes = await tensors.readBytes(name);
  return new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/** Largest difference, relative to the largest value wanted. */
function difference(given: ArrayLike<number>, wanted: Float32Array): number {
  expect(given.length).toBe(wanted.length);
  let largest = 0;
  let most = 0;
  for (let index = 0; index < wanted.length; index++) {
    largest = Math.max(largest, Math.abs(wanted[index]!));
    most = Math.max(most, Math.abs(given[index]! - wanted[index]!));
  }
  return most / largest;
}
