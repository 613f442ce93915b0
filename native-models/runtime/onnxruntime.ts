import { stat } from 'node:fs/promises';
import './no-telemetry.ts';
import * as ort from 'onnxruntime-node';
import { EngineError } from '../protocol/errors.ts';
import type { DeviceChoice } from './providers.ts';
import type { PrepackedEntry } from './prepacked-cache.ts';
import { dropPrepacked, isPrepacked, makePrepacked, prepackedEntry } from './prepacked-cache.ts';
import type { ElementArrays, Feeds, Runtime, Session, SessionOptions, Tensor } from './runtime.ts';

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
  return {
    name,
    device: provider.device,
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
        return wrapSession(session);
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
      },
      ...(options.disabledOptimizers === undefined
        ? {}
        : { optimization: { disable_specified_optimizers: options.disabledOptimizers.join(';') } }),
    },
  };
}

function wrapSession(session: ort.InferenceSession): Session {
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    async run(feeds: Feeds, outputs: readonly string[]) {
      const ortFeeds: Record<string, ort.Tensor> = {};
      for (const name in feeds) ortFeeds[name] = toOrtTensor(feeds[name] as Tensor);
      try {
        const results = await session.run(ortFeeds, outputs);
        return Object.fromEntries(
          Object.entries(results).map(([name, tensor]) => [name, fromOrtTensor(tensor)]),
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
