import koffi from 'koffi';
import '../no-telemetry.ts';
import { EngineError } from '../../protocol/errors.ts';
import { functionTable, headerApiVersion } from './function-table.ts';
import type { PassedAs } from './parse-header.ts';

/**
 * The version of the C API that is asked for. A library offers its own version and every one before it; this is the one of
 * the oldest library that the program uses (ONNX Runtime's build for Ascend, 1.24).
 */
export const apiVersion = 24;

/** The last function that is used; what comes behind it in the table may be missing from a library of `apiVersion`. */
const lastUsedFunction = 'CopyTensors';

type TableRow = (typeof functionTable)[number];
/** A function of `struct OrtApi`. */
export type FunctionName = TableRow[0];

/** An address in the library's memory. */
export type Address = bigint;
/** What crosses to C: addresses, numbers, text, and memory of ours that is read or written. */
export type Argument = Address | number | string | boolean | NodeJS.TypedArray | null;

/** ONNX Runtime's C API, loaded from a shared library. */
export interface OrtLibrary {
  readonly path: string;
  /** For example `1.30.0`. */
  readonly version: string;
  /** The process's one environment. */
  readonly environment: Address;
  /** Calls a function that may fail. @throws EngineError as `toError` says. */
  call(name: FunctionName, ...parameters: Argument[]): void;
  /** The same on a thread of its own; what is passed has to stay where it is until it is done. */
  callInBackground(name: FunctionName, ...parameters: Argument[]): Promise<void>;
  /** Calls one that makes something and writes its address to its last parameter. */
  make(name: FunctionName, ...parameters: Argument[]): Address;
  /** Calls one that cannot fail (`Release…`). */
  release(name: FunctionName, address: Address): void;
  /** Copies bytes out of the library's memory. */
  read(address: Address, bytes: number): Uint8Array<ArrayBuffer>;
  readText(address: Address): string;
  /** An array of texts as C has it. */
  texts(list: readonly string[]): TextArray;
}

/** Texts in memory of ours, for as long as this object is held. */
export interface TextArray {
  readonly addresses: BigUint64Array;
  readonly held: readonly Uint8Array[];
}

/** A failed call: ONNX Runtime's own code and message. */
export class OrtFailure extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const slots = new Map<string, number>(functionTable.map(([name], slot) => [name, slot]));
const lastUsedSlot = slots.get(lastUsedFunction) ?? 0;
const pointerBytes = 8;

const koffiTypes: Readonly<Record<PassedAs, string>> = {
  void: 'void',
  pointer: 'void *',
  string: 'str',
  path: process.platform === 'win32' ? 'str16' : 'str',
  int: 'int',
  uint32: 'uint32_t',
  int64: 'int64_t',
  uint64: 'uint64_t',
  size: 'size_t',
  float: 'float',
  bool: 'bool',
};

type ForeignFunction = ((...parameters: unknown[]) => unknown) & {
  async: (...parameters: unknown[]) => void;
};

const loaded = new Map<string, OrtLibrary>();

/**
 * Loads ONNX Runtime from a shared library. A library stays loaded until the process ends.
 * @throws EngineError DEVICE_UNAVAILABLE when it cannot be loaded, is not ONNX Runtime, or is older than `apiVersion`.
 */
export function openOrtLibrary(path: string): OrtLibrary {
  const known = loaded.get(path);
  if (known !== undefined) return known;
  const library = load(path);
  loaded.set(path, library);
  return library;
}

function load(path: string): OrtLibrary {
  let base: Address;
  try {
    base = koffi.load(path).func('OrtGetApiBase', 'void *', [])() as Address;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError('DEVICE_UNAVAILABLE', `ONNX Runtime does not load from ${path}: ${message}`, {
      cause,
    });
  }
  // struct OrtApiBase: GetApi, GetVersionString
  const getApi = functionAt(readAddress(base, 0), 'pointer', ['uint32']);
  const version = functionAt(readAddress(base, 1), 'string', [])() as string;
  const api = getApi(apiVersion) as Address | null;
  if (api === null) {
    throw new EngineError(
      'DEVICE_UNAVAILABLE',
      `${path} is ONNX Runtime ${version}; the C API of 1.${apiVersion} or newer is needed.`,
    );
  }
  return new LoadedLibrary(path, version, api);
}

class LoadedLibrary implements OrtLibrary {
  readonly path: string;
  readonly version: string;
  readonly environment: Address;
  readonly #api: Address;
  readonly #functions = new Map<FunctionName, ForeignFunction>();

  constructor(path: string, version: string, api: Address) {
    this.path = path;
    this.version = version;
    this.#api = api;
    const warnings = 2;
    this.environment = this.make('CreateEnv', warnings, 'videomind');
    this.call('DisableTelemetryEvents', this.environment);
  }

  call(name: FunctionName, ...parameters: Argument[]): void {
    this.#check(this.#function(name)(...parameters) as Address | null);
  }

  async callInBackground(name: FunctionName, ...parameters: Argument[]): Promise<void> {
    const status = await new Promise<Address | null>((resolve, reject) => {
      this.#function(name).async(...parameters, (error: Error | null, result: Address | null) => {
        if (error === null) resolve(result);
        else reject(error);
      });
    });
    this.#check(status);
  }

  make(name: FunctionName, ...parameters: Argument[]): Address {
    const made = new BigUint64Array(1);
    this.call(name, ...parameters, made);
    return made[0] ?? 0n;
  }

  release(name: FunctionName, address: Address): void {
    this.#function(name)(address);
  }

  read(address: Address, bytes: number): Uint8Array<ArrayBuffer> {
    return bytes === 0
      ? new Uint8Array(0)
      : (koffi.decode(address, 'uint8_t', bytes) as Uint8Array<ArrayBuffer>);
  }

  readText(address: Address): string {
    return koffi.decode.string(address);
  }

  texts(list: readonly string[]): TextArray {
    const held = list.map((text) => new Uint8Array(Buffer.from(`${text}\0`)));
    return { held, addresses: BigUint64Array.from(held, (bytes) => koffi.address(bytes)) };
  }

  #function(name: FunctionName): ForeignFunction {
    const known = this.#functions.get(name);
    if (known !== undefined) return known;
    const slot = slots.get(name) ?? lastUsedSlot + 1;
    const row = functionTable[slot];
    if (row === undefined || slot > lastUsedSlot) {
      throw new EngineError('INTERNAL', `${name} is not in every library with API version ${apiVersion}.`);
    }
    const parameters = row[2] === '' ? [] : (row[2].split(' ') as PassedAs[]);
    const made = functionAt(readAddress(this.#api, slot), row[1], parameters);
    this.#functions.set(name, made);
    return made;
  }

  #check(status: Address | null): void {
    if (status === null) return;
    const code = this.#function('GetErrorCode')(status) as number;
    const message = this.#function('GetErrorMessage')(status) as string;
    this.release('ReleaseStatus', status);
    throw new OrtFailure(code, message);
  }
}

/** The address that is kept in place `index` of a list of addresses. */
function readAddress(list: Address, index: number): Address {
  return BigInt(koffi.decode(list, index * pointerBytes, 'uint64_t') as number | bigint);
}

function functionAt(address: Address, result: PassedAs, parameters: readonly PassedAs[]): ForeignFunction {
  const prototype = koffi.proto(
    koffiTypes[result],
    parameters.map((parameter) => koffiTypes[parameter]),
  );
  return koffi.decode(address, prototype) as ForeignFunction;
}

/** What the header is of that the table was made from, for reports. */
export const tableVersion = headerApiVersion;
