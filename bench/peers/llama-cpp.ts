/**
 * llama.cpp beside us, as a contestant (contestants/contestant.ts): `llama-cpp.ts MODULES GGUF --threads N
 * [--adapter GGUF]`, where MODULES is the folder that setup.sh installed node-llama-cpp into.
 * Serves prefill {tokens} and decode {context, tokens}; both end with the next token sampled greedily.
 */
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { numberField, serveRequests } from '../contestants/serve-requests.ts';

/** What is used of node-llama-cpp, which is no dependency of the project. */
interface LlamaModule {
  readonly getLlama: (options: Record<string, unknown>) => Promise<{
    loadModel(options: Record<string, unknown>): Promise<{
      createContext(options: Record<string, unknown>): Promise<{ getSequence(): LlamaSequence }>;
    }>;
  }>;
}
interface LlamaSequence {
  clearHistory(): Promise<void>;
  eraseContextTokenRanges(ranges: { start: number; end: number }[]): Promise<void>;
  readonly nextTokenIndex: number;
  evaluate(tokens: number[], options: Record<string, unknown>): AsyncIterable<number>;
}

const LARGEST_CONTEXT = 6144;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { threads: { type: 'string' }, adapter: { type: 'string' } },
});
const [modules, weights] = positionals;
if (modules === undefined || weights === undefined || values.threads === undefined) {
  throw new Error('Usage: llama-cpp.ts MODULES GGUF --threads N [--adapter GGUF]');
}
const threads = Number(values.threads);
const entry = join(resolve(modules), 'node_modules/node-llama-cpp/dist/index.js');
const { getLlama } = (await import(pathToFileURL(entry).href)) as LlamaModule;

const llama = await getLlama({
  gpu: false,
  build: 'never',
  maxThreads: threads,
  logLevel: 'error',
  progressLogs: false,
});
const model = await llama.loadModel({ modelPath: resolve(weights), gpuLayers: 0, useMmap: true });
const context = await model.createContext({
  contextSize: LARGEST_CONTEXT,
  batchSize: 512,
  threads: { ideal: threads, min: threads },
  flashAttention: 'auto',
  ...(values.adapter === undefined ? {} : { lora: { adapters: [{ filePath: resolve(values.adapter) }] } }),
});
const sequence = context.getSequence();

/** Evaluates tokens, then generates `count` more; the seconds of each, the first one including the evaluation. */
async function generate(tokens: number[], count: number): Promise<{ seconds: number[]; last: number }> {
  const seconds: number[] = [];
  let last = 0;
  let startMs = performance.now();
  for await (const token of sequence.evaluate(tokens, { temperature: 0, yieldEogToken: true })) {
    seconds.push((performance.now() - startMs) / 1000);
    last = token;
    if (seconds.length >= count) break;
    startMs = performance.now();
  }
  return { seconds, last };
}

function randomTokens(count: number): number[] {
  return Array.from({ length: count }, () => Math.floor(Math.random() * 150_000));
}

async function prefill(tokens: number): Promise<{ sec: number; last: number }> {
  await sequence.clearHistory();
  const { seconds, last } = await generate(randomTokens(tokens), 1);
  return { sec: seconds[0] ?? 0, last };
}

/** The prompt that decode requests go on from. */
let kept = { context: 0, last: 0 };

await generate(randomTokens(32), 2);
await serveRequests({
  prefill: async (request) => {
    kept = { context: 0, last: 0 };
    return { sec: (await prefill(numberField(request, 'tokens'))).sec };
  },
  decode: async (request) => {
    const length = numberField(request, 'context');
    if (kept.context !== length) kept = { context: length, last: (await prefill(length)).last };
    await sequence.eraseContextTokenRanges([{ start: length, end: sequence.nextTokenIndex }]);
    const { seconds } = await generate([kept.last], numberField(request, 'tokens'));
    seconds.sort((a, b) => a - b);
    return { sec: seconds[seconds.length >> 1], totalSec: seconds.reduce((sum, sec) => sum + sec, 0) };
  },
});
// node-llama-cpp keeps threads alive.
process.exit(0);
