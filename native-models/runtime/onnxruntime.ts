import './no-telemetry.ts';
import * as ort from 'onnxruntime-node';
import { toRuntimeError } from './failures.ts';
import type { DeviceChoice } from './providers.ts';
import { heldTensor, OnnxruntimeDeviceMemory, type DeviceBinding } from './onnxruntime-device-memory.ts';
import type { PrepackingBinding } from './prepacked-session.ts';
import { PrepackedSessions } from './prepacked-session.ts';
import { fedFromProcess, isInProcess, keepInProcess, ProcessMemory } from './process-memory.ts';
import { isOnDevice } from './runtime.ts';
import type {
  DeviceMemory,
  DeviceTensor,
  ElementArrays,
  PlacedTensor,
  PlacedFeeds,
  Runtime,
  Session,
  SessionOptions,
  Tensor,
} from './runtime.ts';
import { prepackedName, sessionEntries } from './session-entries.ts';
import { noTransfers, TransferMeter } from './transfer-meter.ts';

/** The device that a runtime's sessions run on. */
export type DeviceOfSessions = Pick<DeviceChoice, 'device' | 'sessionOptions'>;

export interface RuntimeDefaults {
  /** Threads of a run; default: all cores. */
  readonly threads?: number | undefined;
  /** Folder for prepacked weights of this machine. */
  readonly prepackedFolder?: string | undefined;
  /** Treat the processor's memory as that of a device. */
  readonly keepsOnDevice?: boolean | undefined;
}

/** The binding to ONNX Runtime through onnxruntime-node. */
export function createOnnxRuntime(provider: DeviceOfSessions, defaults: RuntimeDefaults = {}): Runtime {
  const onnxruntimeVersion = ort.env.versions.node ?? '';
  const name = `onnxruntime-node ${onnxruntimeVersion}`.trim();
  const prepacked = new PrepackedSessions();
  const meter = provider.device === 'cpu' ? undefined : new TransferMeter();
  return {
    name,
    device: provider.device,
    deviceMemory: memoryOf(provider, defaults, meter),
    get transfers() {
      return meter?.counts ?? noTransfers;
    },
    async createSession(model, options = {}) {
      const sessionOptions = toOrtOptions(provider, { threads: defaults.threads, ...options });
      try {
        const session =
          typeof model !== 'string'
            ? await ort.InferenceSession.create(model, sessionOptions)
            : options.prepackedKey === undefined ||
                defaults.prepackedFolder === undefined ||
                provider.device !== 'cpu'
              ? await ort.InferenceSession.create(model, sessionOptions)
              : await prepacked.open(
                  prepackingBinding(sessionOptions),
                  model,
                  defaults.prepackedFolder,
                  prepackedName(onnxruntimeVersion, options),
                );
        return wrapSession(session, meter);
      } catch (error) {
        throw toRuntimeError(error, 'load', 'PACKAGE_DAMAGED');
      }
    },
  };
}

/** The binding knows tensors on a device for WebGPU alone; other devices read and write this process's memory. */
function memoryOf(
  provider: DeviceOfSessions,
  { keepsOnDevice }: RuntimeDefaults,
  meter: TransferMeter | undefined,
): DeviceMemory | undefined {
  if (provider.device === 'webgpu' && meter !== undefined)
    return new OnnxruntimeDeviceMemory(deviceBinding(provider), meter);
  return meter !== undefined || keepsOnDevice === true ? new ProcessMemory() : undefined;
}

function prepackingBinding(
  options: ort.InferenceSession.SessionOptions,
): PrepackingBinding<ort.InferenceSession> {
  return {
    open: (model, { optimize }) =>
      ort.InferenceSession.create(model, {
        ...options,
        ...(optimize ? {} : { graphOptimizationLevel: 'disabled' }),
      }),
    async save(model, { modelPath, entries }) {
      const packing = await ort.InferenceSession.create(model, {
        ...options,
        optimizedModelFilePath: modelPath,
        extra: { ...options.extra, ...entries },
      });
      // It holds the weights twice, in private memory; the copy on disk is mapped.
      await packing.release();
    },
  };
}

function toOrtOptions(
  provider: DeviceOfSessions,
  options: SessionOptions,
): ort.InferenceSession.SessionOptions {
  return {
    ...provider.sessionOptions,
    // Naming the processor would allow what is forbidden.
    ...(options.onDeviceOnly === true
      ? {
          executionProviders:
            provider.sessionOptions.executionProviders?.filter((name) => name !== 'cpu') ?? [],
        }
      : {}),
    ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
    graphOptimizationLevel: 'all',
    enableMemPattern: false, // saves memory at no cost where shapes change from call to call
    logSeverityLevel: 3,
    extra: sessionEntries(options),
  };
}

function deviceBinding(provider: DeviceOfSessions): DeviceBinding {
  return {
    open: (model, { keepOutputs }) =>
      ort.InferenceSession.create(model, {
        ...toOrtOptions(provider, {}),
        ...(keepOutputs ? { preferredOutputLocation: 'gpu-buffer' } : {}),
      }),
    wrap: (tensor) => new ort.Tensor(tensor.type, tensor.data as ort.Tensor.DataType, tensor.dims),
    shape: (dims) => new ort.Tensor('int64', BigInt64Array.from(dims, BigInt), [dims.length]),
  };
}

/** @param meter Counts what crosses the bus; absent where nothing does. */
function wrapSession(session: ort.InferenceSession, meter?: TransferMeter): Session {
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    async run(
      feeds: PlacedFeeds,
      outputs: readonly string[],
      into: Readonly<Record<string, DeviceTensor>> = {},
    ) {
      const ortFeeds: Record<string, ort.Tensor> = {};
      for (const name in feeds) {
        const tensor = feeds[name] as PlacedTensor;
        if (!isOnDevice(tensor)) meter?.countToDevice(tensor.data.byteLength);
        else if (isInProcess(tensor)) meter?.countToDevice(tensor.bytes);
        ortFeeds[name] = isOnDevice(tensor)
          ? (fedFromProcess(tensor) ?? heldTensor(tensor))
          : toOrtTensor(tensor);
      }
      const inProcess = Object.entries(into).filter(([, tensor]) => isInProcess(tensor));
      const bound = Object.entries(into).filter(([, tensor]) => !isInProcess(tensor));
      const fetches = Object.fromEntries<ort.Tensor | null>([
        ...[...outputs, ...inProcess.map(([name]) => name)].map((name) => [name, null] as const),
        ...bound.map(([name, tensor]) => [name, heldTensor(tensor)] as const),
      ]);
      try {
        const isPlaced = bound.length + inProcess.length > 0;
        const results = await session.run(ortFeeds, isPlaced ? fetches : outputs);
        for (const [name, tensor] of inProcess) {
          keepInProcess(results[name] as ort.Tensor, tensor);
          meter?.countFromDevice(tensor.bytes);
        }
        return Object.fromEntries(
          outputs.map((name) => [name, received(results[name] as ort.Tensor, meter)]),
        );
      } catch (error) {
        throw toRuntimeError(error, 'run', 'INTERNAL');
      }
    },
    release: () => session.release(),
  };
}

/** Adapter matrices, hundreds of them, are fed again with every token. */
const ortTensors = new WeakMap<Tensor, ort.Tensor>();

function toOrtTensor(tensor: Tensor): ort.Tensor {
  const known = ortTensors.get(tensor);
  if (known !== undefined) return known;
  const made = new ort.Tensor(tensor.type, tensor.data as ort.Tensor.DataType, tensor.dims);
  ortTensors.set(tensor, made);
  return made;
}

function received(result: ort.Tensor, meter: TransferMeter | undefined): Tensor {
  const tensor = fromOrtTensor(result);
  meter?.countFromDevice(tensor.data.byteLength);
  return tensor;
}

function fromOrtTensor(tensor: ort.Tensor): Tensor {
  const type = tensor.type as keyof ElementArrays;
  return { type, dims: tensor.dims, data: tensor.data as ElementArrays[typeof type] };
}
