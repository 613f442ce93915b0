/**
 * Our engine as a contestant (contestant.ts): `engine.ts PACKAGE --threads N --prepacked FOLDER [--runtime NAME]`. Opens the package as
 * the engine process does and serves load, prefill {tokens}, decode {context, tokens}, vision {pairs, gridHeight,
 * gridWidth}, grounder-step {pairs, …, textTokens, generatedTokens} and ask {videoPath, question, …}.
 */
import { parseArgs } from 'node:util';
import { createAgent } from '../../native-models/agent/agent.ts';
import { openPackage } from '../../native-models/checkpoints/open-package.ts';
import { askRequestSchema } from '../../native-models/protocol/ask-request.ts';
import { runtimeNameSchema, speakerSchema } from '../../native-models/protocol/roles.ts';
import { peakResidentBytes } from '../machine/process-memory.ts';
import { ModelWork } from './model-work.ts';
import { numberField, serveRequests } from './serve-requests.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { threads: { type: 'string' }, prepacked: { type: 'string' }, runtime: { type: 'string' } },
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
const agent = createAgent(model);

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
  ask: async (request) => {
    const askStartMs = performance.now();
    let candidatesSec: number | undefined;
    const { record } = await agent.ask(
      askRequestSchema.parse({
        videoPath: request['videoPath'],
        question: request['question'],
        modelPath: packagePath,
        forcedTokens: Object.fromEntries(
          speakerSchema.options.flatMap((speaker) =>
            request[`${speaker}Tokens`] === undefined ? [] : [[speaker, request[`${speaker}Tokens`]]],
          ),
        ),
        ...(request['reasonerFrames'] === undefined
          ? {}
          : {
              reasoner: {
                maxFrames: request['reasonerFrames'],
                maxPixels: request['reasonerPixels'],
              },
            }),
      }),
      {
        onEvent: (event) => {
          if (event.type === 'grounded') candidatesSec = secondsSince(askStartMs);
        },
      },
    );
    return {
      sec: secondsSince(askStartMs),
      candidatesSec,
      timings: record.timings,
      tokens: record.tokens,
      cacheBytes: agent.memory(),
    };
  },
});
await model.dispose();
