import { join } from 'node:path';
import type { GroundingHeadConfig } from '../architectures/grounding-head/graph.ts';
import { createGroundingHead } from '../architectures/grounding-head/grounding-head.ts';
import { toEngineError } from '../protocol/errors.ts';
import type { DeviceChoice } from '../runtime/providers.ts';
import { cpuInstead } from '../runtime/providers.ts';
import type { Runtime, Session, SessionOptions } from '../runtime/runtime.ts';
import type { LoadedModel } from './loaded-model.ts';
import type { Manifest } from './manifest.ts';
import { packageFiles, weightFileOf } from './package-layout.ts';

/** The graphs of a package that every question needs. */
export interface OpenedGraphs {
  readonly runtime: Runtime;
  readonly decoder: Session;
  readonly vision: Session;
  readonly groundingHead: LoadedModel['groundingHead'];
  /** What they really run on. */
  readonly device: DeviceChoice;
}

/**
 * Opens the graphs on the chosen device. A device that took a small graph when it was probed may still refuse these (an
 * operator that it lacks, too little memory): then all of them are opened on the CPU, with a warning.
 * @throws EngineError PACKAGE_DAMAGED, OUT_OF_MEMORY when the CPU cannot open them either.
 */
export async function openGraphs(
  folder: string,
  manifest: Manifest,
  groundingHeadConfig: GroundingHeadConfig | undefined,
  choice: DeviceChoice,
  createRuntime: (choice: DeviceChoice) => Promise<Runtime>,
): Promise<OpenedGraphs> {
  try {
    return await openAll(folder, manifest, groundingHeadConfig, choice, await createRuntime(choice));
  } catch (thrown) {
    if (choice.device === 'cpu') throw thrown;
    const cpu = cpuInstead(choice.device, toEngineError(thrown).message);
    return await openAll(folder, manifest, groundingHeadConfig, cpu, await createRuntime(cpu));
  }
}

async function openAll(
  folder: string,
  manifest: Manifest,
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
