/**
 * Our engine as a contestant (contestant.ts): `engine.ts PACKAGE --threads N --prepacked FOLDER [--runtime NAME] [--kept FOLDER]`. Opens the package as
 * the engine process does and serves load, prefill {tokens}, decode {context, tokens}, vision {pairs, gridHeight,
 * gridWidth}, grounder-step {pairs, …, textTokens, generatedTokens} ask and prepare {videoPath, question, …}.
 */
import { parseArgs } from 'node:util';
import { createAgent } from '../../native-models/agent/agent.ts';
import { KeptFeatures } from '../../native-models/agent/caches/kept-features/kept-features.ts';
import { openPackage } from '../../native-models/checkpoints/open-package.ts';
import { askRequestSchema } from '../../native-models/protocol/ask-request.ts';
import type { AskRequest } from '../../native-models/protocol/ask-request.ts';
import { runtimeNameSchema, speakerSchema } from '../../native-models/protocol/roles.ts';
import { peakResidentBytes } from '../machine/process-memory.ts';
import { ModelWork } from './model-work.ts';
import { numberField, serveRequests } from './serve-requests.ts';
import type { RequestFields } from './serve-requests.ts';

/** As much as the program keeps by default. */
const keptBytes = 4 * 2 ** 30;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: 'string' },
    prepacked: { type: 'string' },
    runtime: { type: 'string' },
    kept: { type: 'string' },
  },
});
const [packagePath] = positionals;
if (packagePath === undefined || values.threads === undefined) {
  throw new Error('Usage: engine.ts PACKAGE --threads N [--prepacked FOLDER]');
}

const startMs = performance.now();
const model = await openPackage(packagePath, {
  device: 'cpu',
  threads: Number(values.threads),
  prepackedFolder: values.prepacked,
  runtime: values.runtime === undefined ? undefined : runtimeNameSchema.parse(values.runtime),
});
const openSec = secondsSince(startMs);
const work = new ModelWork(model);
await work.firstLogits();
const load = { sec: openSec, firstLogitsSec: secondsSince(startMs), loadPeakBytes: peakResidentBytes() };
/** Seconds in the vision tower, of all that was asked. */
let towerSec = 0;
const vision: typeof model.vision = {
  ...model.vision,
  encode: async (...given) => {
    const encodeStartMs = performance.now();
    const encoded = await model.vision.encode(...given);
    towerSec += secondsSince(encodeStartMs);
    return encoded;
  },
};
const keptFeatures =
  values.kept === undefined ? undefined : new KeptFeatures({ folder: values.kept, budgetBytes: keptBytes });
const agent = createAgent({ ...model, vision }, { keptFeatures });

/** The request's fields as the engine takes them. */
function askRequest(request: RequestFields): AskRequest {
  const { searchMode, roles, ...fields } = request;
  return askRequestSchema.parse({
    question: 'What is shown?',
    ...fields,
    modelPath: packagePath,
    ...(searchMode === undefined ? {} : { search: { mode: searchMode } }),
    ...(typeof roles === 'string' ? { roles: roles.split(',') } : {}),
    forcedTokens: Object.fromEntries(
      speakerSchema.options.flatMap((speaker) =>
        request[`${speaker}Tokens`] === undefined ? [] : [[speaker, request[`${speaker}Tokens`]]],
      ),
    ),
    ...(request['reasonerFrames'] === undefined
      ? {}
      : { reasoner: { maxFrames: request['reasonerFrames'], maxPixels: request['reasonerPixels'] } }),
  });
}

function secondsSince(earlierMs: number): number {
  return (performance.now() - earlierMs) / 1000;
}

async function timed(task: () => Promise<void>): Promise<{ sec: number }> {
  const taskStartMs = performance.now();
  await task();
  return { sec: secondsSince(taskStartMs) };
}

await serveRequests({
  load: () => Promise.resolve(load),
  prefill: (request) => timed(() => work.prefill(numberField(request, 'tokens'))),
  decode: (request) => work.decode(numberField(request, 'context'), numberField(request, 'tokens')),
  vision: (request) => {
    const frames = work.randomFrames(
      numberField(request, 'pairs'),
      numberField(request, 'gridHeight'),
      numberField(request, 'gridWidth'),
    );
    return timed(async () => {
      await work.encode(frames);
    });
  },
  'grounder-step': (request) => {
    const frames = work.randomFrames(
      numberField(request, 'pairs'),
      numberField(request, 'gridHeight'),
      numberField(request, 'gridWidth'),
    );
    return timed(() =>
      work.grounderStep(frames, numberField(request, 'textTokens'), numberField(request, 'generatedTokens')),
    );
  },
  prepare: async (request) => {
    const prepareStartMs = performance.now();
    towerSec = 0;
    const { pairs, encodedPairs } = await agent.prepare(askRequest(request));
    return { sec: secondsSince(prepareStartMs), towerSec, pairs, encodedPairs };
  },
  ask: async (request) => {
    const askStartMs = performance.now();
    let candidatesSec: number | undefined;
    let windows: { readonly searched: number; readonly total: number } | undefined;
    towerSec = 0;
    const ending = new AbortController();
    const { record } = await agent.ask(askRequest(request), {
      settle: ending.signal,
      onEvent: (event) => {
        if (event.type === 'grounded') candidatesSec = secondsSince(askStartMs);
        if (event.type !== 'searched') return;
        windows = { searched: event.index + 1, total: event.total };
        if (windows.searched === request['mostWindows']) ending.abort();
      },
    });
    return {
      windows,
      sec: secondsSince(askStartMs),
      candidatesSec,
      towerSec,
      timings: record.timings,
      tokens: record.tokens,
      cacheBytes: agent.memory(),
    };
  },
});
await model.dispose();
