/**
 * `bench/devices/check [PACKAGE…] [--devices cpu,cuda,webgpu] [--precisions fp16,int4] [--shape 2b] [--context N] [--tokens N]
 * [--no-parity] [--no-peers]`: what this machine's devices do, without a network. First every question of the reference packs on
 * each device; then prefill, decode, vision, a whole chain, memory and bytes moved a token, of the packages that are named or else
 * of a random checkpoint that is made here at the shape of a published one; beside it, where Python has them, transformers on the
 * same GPU in bfloat16.
 */
import { access, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { devicesPath } from '../../electron/host/paths.ts';
import { importCheckpoint } from '../../native-models/checkpoints/import-checkpoint.ts';
import { openPackage } from '../../native-models/checkpoints/open-package.ts';
import { importRequestSchema } from '../../native-models/protocol/import-request.ts';
import { runningDeviceSchema, precisionSchema } from '../../native-models/protocol/roles.ts';
import type { Precision } from '../../native-models/protocol/roles.ts';
import { devicesFor } from '../../native-models/runtime/provider-table.ts';
import { checkpointShapes, isCheckpointShapeName } from '../checkpoint/network-shape.ts';
import { checkpointFolders, writeRandomCheckpoint } from '../checkpoint/write-random-checkpoint.ts';
import { benchPaths } from '../preparation/paths.ts';
import { deviceFigures, gpuBytesInUse } from './figures.ts';
import { packParity } from './parity.ts';
import { torchFigures } from './torch.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: {
    devices: { type: 'string', default: 'cpu,cuda,cann,webgpu' },
    precisions: { type: 'string', default: 'fp16,int4' },
    shape: { type: 'string', default: '2b' },
    context: { type: 'string', default: '512' },
    tokens: { type: 'string', default: '32' },
    parity: { type: 'boolean', default: true },
    peers: { type: 'boolean', default: true },
  },
});
// Libraries that `devices add` put into the data folder.
process.env['VIDEOMIND_DEVICES_DIR'] ??= devicesPath();
const devices = values.devices.split(',').map((name) => runningDeviceSchema.parse(name));
const precisions = values.precisions.split(',').map((name) => precisionSchema.parse(name));
const { shape } = values;
if (!isCheckpointShapeName(shape)) throw new Error(`Unknown shape: ${shape}`);
const paths = benchPaths(shape);
const lengths = { context: Number(values.context), tokens: Number(values.tokens) };
/** Why something was not run where it was asked for: once each. */
const notes = new Set<string>();

if (values.parity) await printParity();
await printFigures(positionals.length > 0 ? positionals : await makePackages());
for (const note of notes) console.log(`\n${note}`);

async function printParity(): Promise<void> {
  printRow('pack', 'precision', 'asked for', 'ran on', 'agree', 'largest difference of a score');
  printRow('---', '---', '---', '---', '---', '---');
  for (const device of devices) {
    for (const precision of ['fp32', ...precisions.filter((name) => name !== 'fp32')] as const) {
      if (!devicesFor(precision).includes(device)) continue;
      for (const { pack, ranOn, agreeing, asked, scoreDifference } of await packParity(device, precision)) {
        printRow(
          ...[pack, precision, device, ranOn, `${agreeing} of ${asked}`],
          scoreDifference === undefined ? '' : scoreDifference.toExponential(1),
        );
      }
    }
  }
  console.log();
}

async function printFigures(packages: readonly string[]): Promise<void> {
  printRow(
    ...['package', 'ran on', 'prefill ms', 'decode ms a token', 'vision ms a pair', 'chain s'],
    ...['GPU GB', 'bytes moved a token'],
  );
  printRow(...Array.from({ length: 8 }, () => '---'));
  for (const packagePath of packages) {
    for (const device of devices) {
      const before = gpuBytesInUse();
      const model = await openPackage(packagePath, { device });
      const name = `${model.name} ${model.precision}`;
      for (const { code, message } of model.warnings)
        if (code === 'DEVICE_FALLBACK') notes.add(`${name}, ${device}: ${message}`);
      // What fell back to the processor says so and is not measured again.
      if (model.device === device) {
        const figures = await deviceFigures(model, lengths, before);
        printRow(
          ...[name, `${device}: ${model.deviceName}`],
          ...[figures.prefillMs, figures.decodeMs, figures.visionMs].map((ms) => ms.toFixed(1)),
          figures.chainSec.toFixed(1),
          figures.gpuBytes === undefined ? '' : (figures.gpuBytes / 1e9).toFixed(2),
          figures.bytesAToken.toFixed(0),
        );
      }
      await model.dispose();
    }
  }
  if (!values.peers) return;
  const torch = await torchFigures(paths, lengths);
  if (typeof torch === 'string') notes.add(`transformers: ${torch}`);
  else
    printRow(
      ...['transformers bf16', torch.ranOn],
      ...[torch.prefillMs, torch.decodeMs, torch.visionMs].map((ms) => ms.toFixed(1)),
      ...['', torch.gpuBytes === undefined ? '' : (torch.gpuBytes / 1e9).toFixed(2), ''],
    );
}

/** A random checkpoint and a package of it at each precision; what is there from an earlier run is used as it is. */
async function makePackages(): Promise<string[]> {
  await mkdir(paths.work, { recursive: true });
  if (!(await exists(paths.checkpoint))) {
    console.error(`writing a random checkpoint of ${shape} size`);
    await writeRandomCheckpoint(paths.checkpoint, { shape: checkpointShapes[shape as '2b'] });
  }
  const packages: string[] = [];
  for (const precision of precisions) packages.push(await makePackage(precision));
  return packages;
}

async function makePackage(precision: Precision): Promise<string> {
  const outPath = path.join(paths.work, `package-${shape}-${precision}`);
  if (!(await exists(path.join(outPath, 'manifest.json')))) {
    console.error(`importing it at ${precision}`);
    const request = { ...checkpointFolders(paths.checkpoint), outPath, precision, force: true };
    await importCheckpoint(importRequestSchema.parse(request));
  }
  return outPath;
}

function printRow(...cells: readonly string[]): void {
  console.log(`| ${cells.join(' | ')} |`);
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
