import path from 'node:path';
import { programPath } from '../../electron/host/paths.ts';
import { createAgent } from '../../native-models/agent/agent.ts';
import { releaseRows } from '../../native-models/architectures/device-rows.ts';
import type { LoadedModel } from '../../native-models/checkpoints/loaded-model.ts';
import { askRequestSchema } from '../../native-models/protocol/ask-request.ts';
import { nvidiaGpu } from '../../native-models/runtime/devices/nvidia-driver.ts';
import { ModelWork } from '../contestants/model-work.ts';

/** What a model does on a device. */
export interface DeviceFigures {
  readonly prefillMs: number;
  readonly decodeMs: number;
  readonly visionMs: number;
  /** A whole question about the demo's first clip, replies of settled length. */
  readonly chainSec: number;
  /** Bytes that cross the bus for a generated token, both directions. */
  readonly bytesAToken: number;
  /** Memory of an NVIDIA GPU that is in use beside what was before, as the driver says; undefined elsewhere. */
  readonly gpuBytes: number | undefined;
}

/** Bytes in use on the NVIDIA GPU; undefined without one. */
export function gpuBytesInUse(): number | undefined {
  const gpu = nvidiaGpu();
  return gpu?.memoryBytes === undefined || gpu.freeBytes === undefined
    ? undefined
    : gpu.memoryBytes - gpu.freeBytes;
}

/** Measures an open model. @param gpuBytesBefore What was in use before it was opened. */
export async function deviceFigures(
  model: LoadedModel,
  { context, tokens }: { readonly context: number; readonly tokens: number },
  gpuBytesBefore: number | undefined,
): Promise<DeviceFigures> {
  const work = new ModelWork(model);
  await work.prefill(context); // the first run compiles and packs
  const prefillMs = await milliseconds(() => work.prefill(context));
  await work.decode(context, 2);
  const before = bytesMoved(model);
  const { sec } = await work.decode(context, tokens);
  const bytesAToken = (bytesMoved(model) - before) / tokens;
  const clip = work.randomFrames(1, 16, 16);
  const encode = async () => {
    for (const rows of await work.encode(clip)) releaseRows(rows);
  };
  await encode();
  const visionMs = await milliseconds(encode);
  work.release();
  const chainMs = await milliseconds(() => askOnce(model));
  const gpuBytes = gpuBytesInUse();
  return {
    ...{ prefillMs, decodeMs: sec * 1000, visionMs, chainSec: chainMs / 1000, bytesAToken },
    gpuBytes: gpuBytes === undefined ? undefined : gpuBytes - (gpuBytesBefore ?? 0),
  };
}

function bytesMoved(model: LoadedModel): number {
  const { toDevice, fromDevice } = model.transfers();
  return toDevice.bytes + fromDevice.bytes;
}

async function askOnce(model: LoadedModel): Promise<void> {
  await createAgent(model).ask(
    askRequestSchema.parse({
      videoPath: path.join(programPath, 'assets/demo/shapes-01.mp4'),
      modelPath: model.path,
      question: 'Tell me what shape the blue thing is that goes out.',
      // Random weights do not stop by themselves.
      forcedTokens: { planner: 32, grounder: 8, answerer: 64 },
    }),
  );
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}
