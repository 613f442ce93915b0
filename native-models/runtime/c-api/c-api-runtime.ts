import { toRuntimeError } from '../failures.ts';
import type { RuntimeDefaults } from '../onnxruntime.ts';
import { PrepackedSessions } from '../prepacked-session.ts';
import type { PrepackingBinding } from '../prepacked-session.ts';
import type { Runtime, SessionOptions } from '../runtime.ts';
import { prepackedName, sessionEntries } from '../session-entries.ts';
import { noTransfers, TransferMeter } from '../transfer-meter.ts';
import type { Device } from '../../protocol/roles.ts';
import { CApiDeviceMemory } from './device-memory.ts';
import { Interruption } from './interruption.ts';
import type { Address, OrtLibrary } from './library.ts';
import { openOrtLibrary } from './library.ts';
import { CApiSession } from './session.ts';
import type { CProvider, CSessionOptions } from './session-options.ts';
import { withSessionOptions } from './session-options.ts';
import { smokeTest } from './smoke-test.ts';
import { ValueMaker } from './values.ts';

/** Which library computes, on what. */
export interface CApiDevice {
  readonly device: Device;
  /** The shared library of ONNX Runtime. */
  readonly libraryPath: string;
  /** Absent: the processor. */
  readonly provider?: CProvider | undefined;
  /** Treat the processor's memory as that of a device: so this is tested without one. */
  readonly keepsOnDevice?: boolean | undefined;
}

/**
 * The binding to ONNX Runtime through its C API: runs go on in the background and can be stopped in the middle, values can stay
 * on the device, and the library is one of one's choice.
 * @throws EngineError DEVICE_UNAVAILABLE when the library does not load or does not compute as it should.
 */
export function createCApiRuntime(target: CApiDevice, defaults: RuntimeDefaults = {}): Runtime {
  const library = openOrtLibrary(target.libraryPath);
  smokeTest(library);
  const hasMemory = target.provider !== undefined || target.keepsOnDevice === true;
  const meter = hasMemory ? new TransferMeter() : undefined;
  const parts = { library, values: new ValueMaker(library), interruption: new Interruption(library), meter };
  const prepacked = new PrepackedSessions();
  const baseOptions = (options: SessionOptions): CSessionOptions => ({
    threads: options.threads ?? defaults.threads,
    optimize: true,
    entries: sessionEntries(options),
    provider: target.provider,
  });
  return {
    name: `c-api ${library.version}`,
    device: target.device,
    deviceMemory: hasMemory
      ? new CApiDeviceMemory({
          library,
          values: parts.values,
          memoryName: target.provider?.memoryName ?? 'Cpu',
          open: async (model) => new CApiSession(parts, await openSession(library, model, baseOptions({}))),
        })
      : undefined,
    get transfers() {
      return meter?.counts ?? noTransfers;
    },
    heed: (signal) => parts.interruption.heed(signal),
    async createSession(model, options = {}) {
      const sessionOptions = baseOptions(options);
      try {
        const isPrepacked =
          typeof model === 'string' && options.prepackedKey !== undefined && target.device === 'cpu';
        const session =
          isPrepacked && defaults.prepackedFolder !== undefined
            ? await prepacked.open(
                prepackingBinding(library, sessionOptions),
                model,
                defaults.prepackedFolder,
                prepackedName(library.version, options),
              )
            : await openSession(library, model, sessionOptions);
        return new CApiSession(parts, session);
      } catch (error) {
        throw toRuntimeError(error, 'load', 'PACKAGE_DAMAGED');
      }
    },
  };
}

function openSession(
  library: OrtLibrary,
  model: string | Uint8Array,
  options: CSessionOptions,
): Promise<Address> {
  return withSessionOptions(library, options, async (sessionOptions) => {
    const made = new BigUint64Array(1);
    if (typeof model === 'string') {
      await library.callInBackground('CreateSession', library.environment, model, sessionOptions, made);
    } else {
      const bytes = model.byteLength;
      await library.callInBackground(
        'CreateSessionFromArray',
        library.environment,
        model,
        bytes,
        sessionOptions,
        made,
      );
    }
    return made[0] ?? 0n;
  });
}

function prepackingBinding(library: OrtLibrary, options: CSessionOptions): PrepackingBinding<Address> {
  return {
    open: (model, { optimize }) => openSession(library, model, { ...options, optimize }),
    async save(model, { modelPath, entries }) {
      const packing = await openSession(library, model, {
        ...options,
        savedGraphPath: modelPath,
        entries: { ...options.entries, ...entries },
      });
      library.release('ReleaseSession', packing);
    },
  };
}
