import { join } from 'node:path';
import type { Network } from '../architectures/architecture-family.ts';
import type { GroundingHeadConfig } from '../architectures/grounding-head/graph.ts';
import {
  createDeviceGroundingHead,
  createGroundingHead,
} from '../architectures/grounding-head/grounding-head.ts';
import { dialectFor, type Dialect } from '../architectures/layers/dialect.ts';
import type { SizedGraph } from '../architectures/sized-graph.ts';
import { toEngineError } from '../protocol/errors.ts';
import type { Device } from '../protocol/roles.ts';
import type { DeviceChoice } from '../runtime/providers.ts';
import { cpuInstead } from '../runtime/providers.ts';
import type { DeviceMemory, Runtime, Session, SessionOptions } from '../runtime/runtime.ts';
import { DeviceGraphs } from './device-graphs.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { Manifest } from './manifest.ts';
import { packageFiles, weightFileOf } from './package-layout.ts';

/** A package and the network that its manifest describes. */
export interface PackagePlace {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly network: Network;
}

/** The graphs of a package that every question needs. */
export interface OpenedGraphs {
  readonly runtime: Runtime;
  readonly groundingHead: LoadedModel['groundingHead'];
  /** Decoder and tower: where they work in the process's memory, or on a device in a form for devices. */
  readonly trunk:
    | { readonly place: 'memory'; readonly decoder: Session; readonly vision: Session }
    | {
        readonly place: 'device';
        readonly decoder: SizedGraph;
        readonly vision: SizedGraph;
        readonly memory: DeviceMemory;
        readonly dialect: Dialect;
      };
  /** Opens a vocabulary head, by its file in the package. */
  openHead(file: string): Promise<Session>;
  /** Lets all graphs go that were opened here. */
  release(): Promise<void>;
  /** What they really run on. */
  readonly device: DeviceChoice;
}

/** How graphs are opened on a device. */
export interface DeviceGraphOptions {
  /** Fail where an operator would run on the processor instead of the device (tests). */
  readonly onDeviceOnly?: boolean | undefined;
  /** The largest rank of the package's adapters. */
  readonly adapterRank?: number;
  /** The device that graphs are written for; default: the one that was chosen. */
  readonly asDevice?: Device | undefined;
}

/**
 * Opens the graphs on the chosen device. A device that took a small graph when it was probed may still refuse these (an
 * operator that it lacks, too little memory): then all of them are opened on the CPU, with a warning.
 * @throws EngineError PACKAGE_DAMAGED, OUT_OF_MEMORY when the CPU cannot open them either.
 */
export async function openGraphs(
  place: PackagePlace,
  groundingHeadConfig: GroundingHeadConfig | undefined,
  choice: DeviceChoice,
  createRuntime: (choice: DeviceChoice) => Promise<Runtime>,
  { onDeviceOnly = false, adapterRank = 0, asDevice = choice.device }: DeviceGraphOptions = {},
): Promise<OpenedGraphs> {
  try {
    const runtime = await createRuntime(choice);
    const { deviceMemory: memory } = runtime;
    if (memory === undefined) return await openAll(place, groundingHeadConfig, choice, runtime);
    // In float16 where the package is not float32 and the device computes with it.
    const isHalf = place.manifest.precision !== 'fp32' && (await memory.computesFloat16());
    const dialect = dialectFor(asDevice, isHalf ? 'float16' : 'float32');
    const graphs = new DeviceGraphs(place, runtime, dialect, onDeviceOnly);
    return await openOnDevice(graphs, place, groundingHeadConfig, choice, { runtime, memory, adapterRank });
  } catch (thrown) {
    if (choice.device === 'cpu' || onDeviceOnly) throw thrown;
    const cpu = cpuInstead(choice.device, toEngineError(thrown).message);
    return await openAll(place, groundingHeadConfig, cpu, await createRuntime(cpu));
  }
}

/** Opens the graphs in the dialect of a device. */
async function openOnDevice(
  graphs: DeviceGraphs,
  { manifest }: PackagePlace,
  groundingHeadConfig: GroundingHeadConfig | undefined,
  device: DeviceChoice,
  {
    runtime,
    memory,
    adapterRank,
  }: { readonly runtime: Runtime; readonly memory: DeviceMemory; readonly adapterRank: number },
): Promise<OpenedGraphs> {
  const decoder = await graphs.decoder(adapterRank);
  let vision: SizedGraph;
  try {
    vision = await graphs.tower(adapterRank);
  } catch (thrown) {
    await decoder.release();
    throw thrown;
  }
  const headFile = manifest.groundingHead;
  const head =
    headFile === undefined || groundingHeadConfig === undefined
      ? undefined
      : graphs.groundingHead(headFile, groundingHeadConfig);
  const { dialect } = graphs;
  return {
    runtime,
    device,
    groundingHead:
      head && groundingHeadConfig && createDeviceGroundingHead(head, groundingHeadConfig, dialect),
    trunk: { place: 'device', decoder, vision, memory, dialect },
    openHead: (file) => graphs.openHead(file),
    async release() {
      await Promise.all([decoder.release(), vision.release(), head?.release()]);
    },
  };
}

async function openAll(
  { folder, manifest }: PackagePlace,
  groundingHeadConfig: GroundingHeadConfig | undefined,
  device: DeviceChoice,
  runtime: Runtime,
): Promise<OpenedGraphs> {
  const opened: Session[] = [];
  const open = async (...parameters: Parameters<Runtime['createSession']>): Promise<Session> => {
    const session = await runtime.createSession(...parameters);
    opened.push(session);
    return session;
  };
  const all = await Promise.allSettled([
    open(join(folder, packageFiles.decoder), {
      ...sumsOf(manifest, packageFiles.decoder),
      prepackedKey: fileChecksums(manifest, packageFiles.decoder),
    }),
    // ONNX Runtime's fusion of addition and norm is slower than the two of them in this tower.
    open(join(folder, packageFiles.vision), {
      disabledOptimizers: ['SkipLayerNormFusion'],
      ...sumsOf(manifest, packageFiles.vision),
      prepackedKey: fileChecksums(manifest, packageFiles.vision),
    }),
    manifest.groundingHead === undefined || groundingHeadConfig === undefined
      ? undefined
      : open(join(folder, manifest.groundingHead)),
  ]);
  const [decoder, vision, head] = all;
  if (decoder.status === 'rejected' || vision.status === 'rejected' || head.status === 'rejected') {
    await Promise.all(opened.map((session) => session.release()));
    throw all.find((each) => each.status === 'rejected')?.reason;
  }
  return {
    runtime,
    device,
    trunk: { place: 'memory', decoder: decoder.value, vision: vision.value },
    groundingHead: head.value && groundingHeadConfig && createGroundingHead(head.value, groundingHeadConfig),
    openHead: (file) =>
      runtime.createSession(join(folder, file), { prepackedKey: fileChecksums(manifest, file) }),
    async release() {
      await Promise.all(opened.map((session) => session.release()));
    },
  };
}

function sumsOf({ pairLimited }: Manifest, modelFile: string): Pick<SessionOptions, 'pairLimited'> {
  return { pairLimited: pairLimited?.includes(modelFile) === true };
}

/** Names a graph by the checksums of its two files. */
export function fileChecksums(manifest: Manifest, modelFile: string): string {
  return manifest.files
    .filter(({ path }) => path === modelFile || path === weightFileOf(modelFile))
    .map(({ sha256 }) => sha256)
    .join('+');
}
