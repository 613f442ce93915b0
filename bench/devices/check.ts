/**
 * `bench/devices/check [PACKAGE…] [--devices cpu,cuda,webgpu] [--context N] [--tokens N]`: for each package and device a row with
 * what it really ran on, prefill, decode, vision, memory, and how far the logits of one prompt are from the processor's. Without
 * a package the bundled example, which shows that it works and nothing of a device's speed. Needs no network.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openPackage } from '../../native-models/checkpoints/open-package.ts';
import type { LoadedModel } from '../../native-models/checkpoints/loaded-model.ts';
import { deviceSchema } from '../../native-models/protocol/roles.ts';
import { devicesPath, programPath } from '../../electron/host/paths.ts';
import { ModelWork } from '../contestants/model-work.ts';
import { largestDifference } from './largest-difference.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    devices: { type: 'string', default: 'cpu,cuda,cann,webgpu' },
    context: { type: 'string', default: '512' },
    tokens: { type: 'string', default: '32' },
  },
});
// Libraries that `devices add` put into the data folder.
process.env['VIDEOMIND_DEVICES_DIR'] ??= devicesPath();
const packages = positionals.length > 0 ? positionals : [path.join(programPath, 'assets/example/package')];
const devices = values.devices.split(',').map((name) => deviceSchema.parse(name));
const [context, tokens] = [Number(values.context), Number(values.tokens)];

console.log(
  '| package | asked for | ran on | prefill ms | decode ms a token | vision ms a pair | resident GB | logits |',
);
console.log('|---|---|---|---|---|---|---|---|');
const notes: string[] = [];
for (const packagePath of packages) {
  let ofProcessor: Float32Array | undefined;
  for (const device of devices) {
    const model = await openPackage(packagePath, { device });
    const logits = await firstLogits(model);
    if (model.device === 'cpu') ofProcessor ??= logits;
    // What fell back to the processor says so and is not measured again.
    const isMeasured = device === model.device;
    const figures = isMeasured ? await measure(model) : ['', '', ''];
    const difference =
      ofProcessor === undefined ? '' : largestDifference(logits, ofProcessor).toExponential(1);
    const resident = (process.memoryUsage().rss / 1e9).toFixed(2);
    console.log(
      `| ${[`${model.name} ${model.precision}`, device, `${model.device}: ${model.deviceName}`, ...figures, resident, difference].join(' | ')} |`,
    );
    for (const { code, message } of model.warnings) {
      if (code === 'DEVICE_FALLBACK') notes.push(`${model.name}, ${device}: ${message}`);
    }
    await model.dispose();
  }
}
for (const note of notes) console.log(`\n${note}`);

/** Milliseconds of a prompt, of a token after it, and of a pair of frames (16 × 16 patches). */
async function measure(model: LoadedModel): Promise<string[]> {
  const work = new ModelWork(model);
  await work.prefill(context); // the first run compiles and packs
  const prefillMs = await milliseconds(() => work.prefill(context));
  const { sec } = await work.decode(context, tokens);
  const frames = work.randomFrames(1, 16, 16);
  await work.encode(frames);
  const visionMs = await milliseconds(() => work.encode(frames));
  return [prefillMs, sec * 1000, visionMs].map((ms) => ms.toFixed(1));
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

/** Logits after one fixed prompt of sixteen tokens. */
async function firstLogits({ language }: LoadedModel): Promise<Float32Array> {
  const ids = Array.from({ length: 16 }, (_, index) => index + 10);
  const cache = language.createCache(ids.length);
  const positions = Int32Array.from({ length: 3 * ids.length }, (_, index) => index % ids.length);
  const { lastState } = await language.forward(
    'answerer',
    await language.embed('answerer', ids),
    positions,
    cache,
  );
  return language.logits('answerer', lastState);
}
