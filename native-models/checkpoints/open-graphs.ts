import { join } from 'node:path';
import type { Network } from '../architectures/architecture-family.ts';
import type { GroundingHeadConfig } from '../architectures/grounding-head/graph.ts';
import {
  createDeviceGroundingHead,
  createGroundingHead,
} from '../architectures/grounding-head/grounding-head.ts';
import { toEngineError } from '../protocol/errors.ts';
import type { DeviceChoice } from '../runtime/providers.ts';
import { cpuInstead } from '../runtime/providers.ts';
import type { DeviceMemory, Runtime, Session, SessionOptions } from '../runtime/runtime.ts';
import { gpuDialect } from '../architectures/layers/dialect.ts';
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
  readonly decoder: Session;
  readonly vision: Session;
  readonly groundingHead: LoadedModel['groundingHead'];
  /** The graphs' form for devices, where they are opened on one. */
  readonly onDevice: { readonly graphs: DeviceGraphs; readonly memory: DeviceMemory } | undefined;
  /** Opens a vocabulary head, by its file in the package. */
  openHead(file: string): Promise<Session>;
  /** Lets all graphs go that were opened here. */
  release(): Promise<void>;
  /** What they really run on. */
  readonly device: DeviceChoice;
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
  { onDeviceOnly = false }: { readonly onDeviceOnly?: boolean | undefined } = {},
): Promise<OpenedGraphs> {
  try {
    const runtime = await createRuntime(choice);
    const { deviceMemory: memory } = runtime;
    if (memory === undefined) return await openAll(place, groundingHeadConfig, choice, runtime);
    return await openOnDevice(place, groundingHeadConfig, choice, { runtime, memory, onDeviceOnly });
  } catch (thrown) {
    if (choice.device === 'cpu' || onDeviceOnly) throw thrown;
    const cpu = cpuInstead(choice.device, toEngineError(thrown).message);
    return await openAll(place, groundingHeadConfig, cpu, await createRuntime(cpu));
  }
}

/** Opens the graphs in the dialect of a device: in float16 where the package is not float32 and the device computes with it. */
async function openOnDevice(
  place: PackagePlace,
  groundingHeadConfig: GroundingHeadConfig | undefined,
  device: DeviceChoice,
  {
    runtime,
    memory,
    onDeviceOnly,
  }: { readonly runtime: Runtime; readonly memory: DeviceMemory; readonly onDeviceOnly: boolean },
): Promise<OpenedGraphs> {
  const { manifest } = place;
  const isHalf = manifest.precision !== 'fp32' && (await memory.computesFloat16());
  // See rowsOfExactAttention.
  const isFused = runtime.device !== 'webgpu';
  const dialect = gpuDialect(isHalf ? 'float16' : 'float32', isFused);
  const graphs = new DeviceGraphs(place, runtime, dialect, onDeviceOnly);
  const decoder = await graphs.openDecoder();
  let vision: Session;
  try {
    vision = await graphs.openTower();
  } catch (thrown) {
    await decoder.release();
    throw thrown;
  }
  const headFile = manifest.groundingHead;
  const groundingHead =
    headFile === undefined || groundingHeadConfig === undefined
      ? undefined
      : createDeviceGroundingHead(
          (levels) => graphs.openGroundingHead(headFile, groundingHeadConfig, levels),
          groundingHeadConfig,
        );
  return {
    runtime,
    device,
    decoder,
    vision,
    groundingHead,
    onDevice: { graphs, memory },
    openHead: (file) => graphs.openHead(file),
    async release() {
      await Promise.all([decoder.release(), vision.release(), groundingHead?.release()]);
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
    decoder: decoder.value,
    vision: vision.value,
    groundingHead: head.value && groundingHeadConfig && createGroundingHead(head.value, groundingHeadConfig),
    onDevice: undefined,
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
