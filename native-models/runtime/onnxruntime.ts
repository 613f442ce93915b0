import { stat } from 'node:fs/promises';
import './no-telemetry.ts';
import * as ort from 'onnxruntime-node';
import { EngineError } from '../protocol/errors.ts';
import type { DeviceChoice } from './providers.ts';
import type { PrepackedEntry } from './prepacked-cache.ts';
import { dropPrepacked, isPrepacked, makePrepacked, prepackedEntry } from './prepacked-cache.ts';
import { heldTensor, OnnxruntimeDeviceMemory, type DeviceBinding } from './onnxruntime-device-memory.ts';
import { isOnDevice } from './runtime.ts';
import type {
  DeviceTensor,
  ElementArrays,
  PlacedTensor,
  PlacedFeeds,
  Runtime,
  Session,
  SessionOptions,
  Tensor,
} from './runtime.ts';
import { noTransfers, TransferMeter } from './transfer-meter.ts';

/** The device that a runtime's sessions run on. */
export type DeviceOfSessions = Pick<DeviceChoice, 'device' | 'sessionOptions'>;

export interface RuntimeDefaults {
  /** Threads of a run; default: all cores. */
  readonly threads?: number | undefined;
  /** Folder for prepacked weights of this machine. */
  readonly prepackedFolder?: string | undefined;
}

/** The binding to ONNX Runtime through onnxruntime-node. */
export function createOnnxRuntime(provider: DeviceOfSessions, defaults: RuntimeDefaults = {}): Runtime {
  const name = `onnxruntime-node ${ort.env.versions.node ?? ''}`.trim();
  const packings = new OneAtATime();
  // The binding knows tensors on a device for WebGPU alone; what runs on others goes through memory (c-api).
  const meter = provider.device === 'webgpu' ? new TransferMeter() : undefined;
  return {
    name,
    device: provider.device,
    deviceMemory: meter && new OnnxruntimeDeviceMemory(deviceBinding(provider), meter),
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
              : await createPrepacked(
                  model,
                  sessionOptions,
                  defaults.prepackedFolder,
                  `${name} ${options.pairLimited === true ? 'limited pairs' : 'exact sums'} ${options.prepackedKey}`,
                  packings,
                );
        return wrapSession(session, meter);
      } catch (error) {
        throw toRuntimeError(error, 'load', 'PACKAGE_DAMAGED');
      }
    },
  };
}

/** Smaller weights are packed faster than a copy of them is found. */
const smallestWorthwhileBytes = 64e6;

/** Does one piece of work after the other. */
class OneAtATime {
  #last: Promise<void> = Promise.resolve();

  run(work: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(work, work);
    return this.#last;
  }
}

/** Loads a graph from its prepacked copy, which is made first where there is none. */
async function createPrepacked(
  model: string,
  options: ort.InferenceSession.SessionOptions,
  cacheFolder: string,
  key: string,
  packings: OneAtATime,
): Promise<ort.InferenceSession> {
  const entry = prepackedEntry(cacheFolder, key);
  const prepacked = await openPrepacked(entry, options);
  if (prepacked !== undefined) return prepacked;
  const weightBytes = (await stat(model.replace(/\.onnx$/, '.weights'))).size;
  if (weightBytes >= smallestWorthwhileBytes) {
    // While weights are packed they are in memory twice: one graph after the other.
    const pack = async (modelPath: string, weightsFile: string): Promise<void> => {
      const packing = await ort.InferenceSession.create(model, {
        ...options,
        optimizedModelFilePath: modelPath,
        extra: {
          ...options.extra,
          session: {
            ...(options.extra?.['session'] as Record<string, unknown>),
            save_external_prepacked_constant_initializers: '1',
            optimized_model_external_initializers_file_name: weightsFile,
            optimized_model_external_initializers_min_size_in_bytes: '1024',
          },
        },
      });
      // It holds the weights twice, in private memory; the copy on disk is mapped.
      await packing.release();
    };
    await packings.run(() => makePrepacked(cacheFolder, entry, weightBytes, pack));
  }
  return (await openPrepacked(entry, options)) ?? (await ort.InferenceSession.create(model, options));
}

/** Undefined where there is no copy, or one that does not load, which is then deleted. */
async function openPrepacked(
  entry: PrepackedEntry,
  options: ort.InferenceSession.SessionOptions,
): Promise<ort.InferenceSession | undefined> {
  if (!(await isPrepacked(entry))) return undefined;
  try {
    // The copy is already optimized; doing it again would undo the packing.
    return await ort.InferenceSession.create(entry.modelPath, {
      ...options,
      graphOptimizationLevel: 'disabled',
    });
  } catch {
    await dropPrepacked(entry);
    return undefined;
  }
}

/**
 * How long an idle thread spins before it sleeps, in microseconds. Waking threads costs a decode step about an eighth of its
 * time, but threads that spin on take the processor from the sessions that work meanwhile: this is longer than the gaps
 * within a step and shorter than those between sessions.
 */
const spinDurationUs = 200;

/**
 * Processors with AVX2 but without VNNI add two products of 8-bit integers in 16 bits, which overflow: features came out 8 %
 * off. With this ONNX Runtime takes a slower kernel for them that does not; on others it changes nothing. Pair-limited weights
 * do not need it.
 */
const exactIntegerSums = '1';

function toOrtOptions(
  provider: DeviceOfSessions,
  options: SessionOptions,
): ort.InferenceSession.SessionOptions {
  return {
    ...provider.sessionOptions,
    ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
    graphOptimizationLevel: 'all',
    enableMemPattern: false, // saves memory at no cost where shapes change from call to call
    logSeverityLevel: 3,
    extra: {
      session: {
        intra_op: { allow_spinning: '1', spin_duration_us: String(spinDurationUs) },
        ...(options.pairLimited === true ? {} : { x64quantprecision: exactIntegerSums }),
        ...(options.weightFolder === undefined
          ? {}
          : { model_external_initializers_file_folder_path: options.weightFolder }),
        ...(options.onDeviceOnly === true ? { disable_cpu_ep_fallback: '1' } : {}),
      },
      ...(options.disabledOptimizers === undefined
        ? {}
        : { optimization: { disable_specified_optimizers: options.disabledOptimizers.join(';') } }),
    },
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
        ortFeeds[name] = isOnDevice(tensor) ? heldTensor(tensor) : toOrtTensor(tensor);
      }
      const bound = Object.entries(into).map(([name, tensor]) => [name, heldTensor(tensor)] as const);
      const fetches = Object.fromEntries<ort.Tensor | null>([
        ...outputs.map((name) => [name, null] as const),
        ...bound,
      ]);
      try {
        const results = await session.run(ortFeeds, bound.length === 0 ? outputs : fetches);
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

function toRuntimeError(
  error: unknown,
  doing: 'load' | 'run',
  code: 'PACKAGE_DAMAGED' | 'INTERNAL',
): EngineError {
  const message = error instanceof Error ? error.message : String(error);
  if (/bad_alloc|failed to allocate|out of memory/i.test(message)) {
    return new EngineError('OUT_OF_MEMORY', `Not enough memory to ${doing} the model: ${message}`, {
      cause: error,
    });
  }
  return new EngineError(code, `ONNX Runtime could not ${doing} the model: ${message}`, { cause: error });
}
