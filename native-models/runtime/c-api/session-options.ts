import type { Address, OrtLibrary } from './library.ts';

/** How a session is made, in the words of ONNX Runtime's C API. */
export interface CSessionOptions {
  readonly threads?: number | undefined;
  /** Rewriting the graph: all, or none for one that was saved rewritten. */
  readonly optimize: boolean;
  /** Where to save the rewritten graph. */
  readonly savedGraphPath?: string | undefined;
  /** `session.…`, `optimization.…` entries. */
  readonly entries: Readonly<Record<string, string>>;
  /** What the session runs on, in front of the processor. */
  readonly provider?: CProvider | undefined;
  readonly quiet?: boolean | undefined;
}

/** A provider with options, as ONNX Runtime's C API knows it. */
export interface CProvider {
  readonly name: 'CUDA' | 'CANN';
  readonly options: Readonly<Record<string, string>>;
  /** Its name for its memory. */
  readonly memoryName: string;
}

/** `enum GraphOptimizationLevel` */
const optimizationLevels = { none: 0, all: 99 } as const;
/** `enum OrtLoggingLevel` */
const loggingLevels = { errors: 3, fatal: 4 } as const;

/** Makes session options, lets `use` have them, and releases them. */
export async function withSessionOptions<T>(
  library: OrtLibrary,
  options: CSessionOptions,
  use: (sessionOptions: Address) => Promise<T>,
): Promise<T> {
  const made = library.make('CreateSessionOptions');
  try {
    if (options.threads !== undefined) library.call('SetIntraOpNumThreads', made, options.threads);
    const level = options.optimize ? optimizationLevels.all : optimizationLevels.none;
    library.call('SetSessionGraphOptimizationLevel', made, level);
    library.call('DisableMemPattern', made); // saves memory at no cost where shapes change from call to call
    const logging = options.quiet === true ? loggingLevels.fatal : loggingLevels.errors;
    library.call('SetSessionLogSeverityLevel', made, logging);
    if (options.savedGraphPath !== undefined) {
      library.call('SetOptimizedModelFilePath', made, options.savedGraphPath);
    }
    for (const [key, value] of Object.entries(options.entries)) {
      library.call('AddSessionConfigEntry', made, key, value);
    }
    if (options.provider !== undefined) appendProvider(library, made, options.provider);
    return await use(made);
  } finally {
    library.release('ReleaseSessionOptions', made);
  }
}

/** The functions of each provider. */
const providerFunctions = {
  CUDA: {
    make: 'CreateCUDAProviderOptions',
    update: 'UpdateCUDAProviderOptions',
    append: 'SessionOptionsAppendExecutionProvider_CUDA_V2',
    release: 'ReleaseCUDAProviderOptions',
  },
  CANN: {
    make: 'CreateCANNProviderOptions',
    update: 'UpdateCANNProviderOptions',
    append: 'SessionOptionsAppendExecutionProvider_CANN',
    release: 'ReleaseCANNProviderOptions',
  },
} as const;

function appendProvider(library: OrtLibrary, sessionOptions: Address, provider: CProvider): void {
  const functions = providerFunctions[provider.name];
  const made = library.make(functions.make);
  try {
    const keys = library.texts(Object.keys(provider.options));
    const values = library.texts(Object.values(provider.options));
    library.call(functions.update, made, keys.addresses, values.addresses, keys.held.length);
    library.call(functions.append, sessionOptions, made);
  } finally {
    library.release(functions.release, made);
  }
}
