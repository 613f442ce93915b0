/**
 * `bench/devices/placement` (which starts this one beside stand-ins of NVIDIA's libraries): opens every graph that a package is run
 * with on CUDA in the very library that `videomind devices add cuda` brings, so that it fails where a node has no kernel there; then
 * has it read the package's self-check, so that it fails where a kernel does not take what it is given. Of all four reference packs in
 * all precisions for CUDA; and, so that it is seen to find what it should, of graphs that there are no kernels for. Nothing is
 * computed: memory, buffers, shapes and types are real, numbers are not. `--where`: the folder of the libraries.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { devicesPath } from '../../electron/host/paths.ts';
import { packCheckpoints } from '../../native-models/agent/test-support/pack-checkpoints.ts';
import { smallGraphs } from '../../native-models/architectures/operator-facts/small-graphs.ts';
import { dialectFor, type Dialect } from '../../native-models/architectures/layers/dialect.ts';
import { DeviceGraphs } from '../../native-models/checkpoints/device-graphs.ts';
import { importCheckpoint } from '../../native-models/checkpoints/import-checkpoint.ts';
import { packageFiles } from '../../native-models/checkpoints/package-layout.ts';
import { readPackageNetwork } from '../../native-models/checkpoints/package-network.ts';
import { openPackage } from '../../native-models/checkpoints/open-package.ts';
import { readManifest } from '../../native-models/checkpoints/read-manifest.ts';
import { importRequestSchema } from '../../native-models/protocol/import-request.ts';
import type { Precision } from '../../native-models/protocol/roles.ts';
import { createAddedRuntime } from '../../native-models/runtime/c-api/added-runtime.ts';
import { addedLibraries } from '../../native-models/runtime/devices/added-parts.ts';
import { providerOf } from '../../native-models/runtime/provider-table.ts';
import type { Runtime } from '../../native-models/runtime/runtime.ts';

const isAskedWhere = process.argv.includes('--where');
const libraries = addedLibraries('cuda', isAskedWhere ? devicesPath() : undefined);
if (libraries === undefined) throw new Error('First: videomind devices add cuda');
if (isAskedWhere) {
  console.log(libraries.folder);
  process.exit();
}
const provider = providerOf('cuda');
const runtime = createAddedRuntime('cuda', libraries, provider.added);
/** Graphs that were taken. */
let taken = 0;
const counting: Runtime = {
  ...runtime,
  async createSession(model, options = {}) {
    const session = await runtime.createSession(model, { ...options, onDeviceOnly: true });
    taken++;
    return session;
  },
};

const folder = await mkdtemp(path.join(tmpdir(), 'videomind-placement-'));
try {
  console.log(`${runtime.name}, CUDA's kernels`);
  for (const { pack, checkpoint } of packCheckpoints) {
    for (const precision of provider.packages) {
      const outPath = path.join(folder, `${pack}-${precision}`);
      await importCheckpoint(importRequestSchema.parse({ ...checkpoint, outPath, precision }));
      taken = 0;
      await openAll(outPath, precision);
      await runThrough(outPath);
      console.log(
        `${pack} ${precision}: ${taken} graphs, every node has a kernel; its self-check is read to the end`,
      );
    }
  }
  taken = 0;
  for (const model of await smallGraphs()) await counting.createSession(model);
  console.log(`rows, values and choices of tokens: ${taken} graphs, every node has a kernel`);
  await refuseOthers();
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Opens all graphs of a package as they are written for CUDA. */
async function openAll(packagePath: string, precision: Precision): Promise<void> {
  const dialect = dialectFor('cuda', precision === 'fp32' ? 'float32' : 'float16');
  const { graphs, manifest, groundingHeadConfig } = await graphsOf(packagePath, dialect);
  const opened: { release(): Promise<void> }[] = [await graphs.decoder(0), await graphs.tower(0)];
  if (manifest.groundingHead !== undefined && groundingHeadConfig !== undefined) {
    const head = graphs.groundingHead(manifest.groundingHead, groundingHeadConfig);
    for (let levels = 1; levels <= groundingHeadConfig.levels; levels++) await head.prepare({ levels });
    opened.push(head);
  }
  for (const file of new Set(Object.values(manifest.heads))) opened.push(await graphs.openHead(file));
  for (const graph of opened) await graph.release();
}

/**
 * Pictures, a prompt and single tokens through all kernels, as when a package is first used on a device. What comes of it is wrong, and
 * that is said; the grounding head, which comes last, fails where cuDNN would plan its convolutions, since there is none.
 */
async function runThrough(packagePath: string): Promise<void> {
  const { groundingHead } = await readManifest(packagePath);
  const end = groundingHead === undefined ? 'It computes wrongly' : 'Conv';
  const said = await openPackage(packagePath, { device: 'cuda', onDeviceOnly: true }).then(
    (model) => `used as ${model.device}`,
    (error: unknown) => String(error),
  );
  if (!said.includes(end)) throw new Error(`Its self-check did not come to its end: ${said}`);
}

/** WebGPU's decoder keeps its cache in float32, and the processor's graphs multiply integers: CUDA has kernels for neither. */
async function refuseOthers(): Promise<void> {
  const outPath = path.join(folder, 'int8');
  await importCheckpoint(
    importRequestSchema.parse({ ...packCheckpoints[0]?.checkpoint, outPath, precision: 'int8' }),
  );
  const others = {
    'WebGPU’s decoder in float32': () =>
      graphsOf(path.join(folder, `${packCheckpoints[0]?.pack}-fp32`), dialectFor('webgpu', 'float32')).then(
        ({ graphs }) => graphs.decoder(0),
      ),
    'the processor’s decoder in int8': () => counting.createSession(path.join(outPath, packageFiles.decoder)),
    'the processor’s tower in int8': () => counting.createSession(path.join(outPath, packageFiles.vision)),
  };
  for (const [name, open] of Object.entries(others)) {
    const refused = await open().then(
      () => false,
      (error: unknown) => String(error).includes('assigned to the default CPU EP'),
    );
    if (!refused) throw new Error(`${name} was taken: this check finds nothing.`);
    console.log(`${name}: refused, as it has to be`);
  }
}

async function graphsOf(packagePath: string, dialect: Dialect) {
  const manifest = await readManifest(packagePath);
  const { network, groundingHeadConfig } = readPackageNetwork(manifest, packagePath);
  const graphs = new DeviceGraphs({ folder: packagePath, manifest, network }, counting, dialect, true);
  return { graphs, manifest, groundingHeadConfig };
}
