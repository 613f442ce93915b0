import { cpus, totalmem } from 'node:os';
import './no-telemetry.ts';
import * as ort from 'onnxruntime-node';
import type { Device } from '../protocol/roles.ts';
import { addedLibraries } from './devices/added-parts.ts';
import type { DeviceFacts } from './devices/device-facts.ts';
import { graphicsAdapter } from './devices/graphics-adapters.ts';
import { nvidiaGpu } from './devices/nvidia-driver.ts';
import { doublingGraph } from './doubling-graph.ts';
import { inPlainWords } from './plain-words.ts';
import type { ProbedMachine } from './probe.ts';
import type { Provider } from './provider-table.ts';
import { float32 } from './runtime.ts';
import { missingLibraries } from './shared-libraries.ts';

/** The processor, as it names itself. */
function processor(): DeviceFacts {
  const name = cpus()[0]?.model.trim() ?? process.arch;
  // A container may be given less than the machine has.
  const memoryBytes = Math.min(totalmem(), process.constrainedMemory() || Infinity);
  return { name, memoryBytes, freeBytes: process.availableMemory(), isSoftware: false };
}

/** Who says what of which device. */
const describers: Partial<Record<Device, () => DeviceFacts | undefined>> = {
  cpu: processor,
  cuda: nvidiaGpu,
  webgpu: graphicsAdapter,
};

/** The machine that the program runs on. */
export const thisMachine: ProbedMachine = {
  platform: `${process.platform}/${process.arch}`,
  backends: ort.listSupportedBackends().map((backend) => backend.name),
  missingLibraries,
  added: addedLibraries,
  facts: (device) => describers[device]?.(),
  tryProvider: async (provider) => {
    try {
      await (provider.added === undefined ? tryBinding(provider) : tryAdded(provider));
      return undefined;
    } catch (error) {
      return inPlainWords(error instanceof Error ? error.message : String(error));
    }
  },
};

async function tryBinding({ sessionOptions }: Provider): Promise<void> {
  const silent = { logSeverityLevel: 4 } as const;
  const session = await ort.InferenceSession.create(doublingGraph, { ...sessionOptions, ...silent });
  await session.run({ x: new ort.Tensor('float32', Float32Array.of(1, 2), [2]) });
  await session.release();
}

async function tryAdded({ device, added: provider }: Provider): Promise<void> {
  const libraries = addedLibraries(device);
  if (libraries === undefined) throw new Error('Its libraries were removed.');
  const { createAddedRuntime } = await import('./c-api/added-runtime.ts');
  const session = await createAddedRuntime(device, libraries, provider).createSession(doublingGraph);
  await session.run({ x: float32(Float32Array.of(1, 2), [2]) }, ['y']);
  await session.release();
}
