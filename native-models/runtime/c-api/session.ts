import { EngineError } from '../../protocol/errors.ts';
import type { DeviceTensor, PlacedFeeds, PlacedTensor, Session, Tensor } from '../runtime.ts';
import { isOnDevice } from '../runtime.ts';
import type { TransferMeter } from '../transfer-meter.ts';
import { allocatedValue } from './device-memory.ts';
import type { Interruption } from './interruption.ts';
import type { Address, OrtLibrary, TextArray } from './library.ts';
import { toRuntimeError } from '../failures.ts';
import type { ValueMaker } from './values.ts';

/** What the sessions of one runtime share. */
export interface SessionParts {
  readonly library: OrtLibrary;
  readonly values: ValueMaker;
  readonly interruption: Interruption;
  /** Counts what crosses the bus; absent where nothing does. */
  readonly meter: TransferMeter | undefined;
}

/** One loaded graph, through the C API: it runs on a thread of its own and can be stopped in the middle. */
export class CApiSession implements Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly #parts: SessionParts;
  readonly #inputs: ReadonlySet<string>;
  /** What ONNX Runtime holds of it. */
  readonly address: Address;
  /** Names in C's form, by the names joined: a decoder is asked for the same hundreds of them with every token. */
  readonly #texts = new Map<string, TextArray>();
  #isReleased = false;

  constructor(parts: SessionParts, session: Address) {
    this.#parts = parts;
    this.address = session;
    this.inputNames = this.#names('Input');
    this.#inputs = new Set(this.inputNames);
    this.outputNames = this.#names('Output');
  }

  async run(
    feeds: PlacedFeeds,
    outputs: readonly string[],
    into: Readonly<Record<string, DeviceTensor>> = {},
  ): Promise<Record<string, Tensor>> {
    const { library, values, meter } = this.#parts;
    // As the other binding does: what a graph has no input for (the bias of windows that are all alike) is left out.
    const taken = Object.entries(feeds).filter(([name]) => this.#inputs.has(name));
    const names = taken.map(([name]) => name);
    const fed = taken.map(([, tensor]) => this.#valueOf(tensor));
    const isPlaced = Object.keys(into).length > 0 || taken.some(([, tensor]) => isOnDevice(tensor));
    let results: BigUint64Array = new BigUint64Array(0);
    try {
      const inputs = fed.map(({ value }) => value);
      results = isPlaced
        ? await this.#runBound(names, inputs, outputs, into)
        : await this.#runInMemory(names, inputs, outputs);
      return Object.fromEntries(
        outputs.map((name, index) => {
          const tensor = values.read(results[index] ?? 0n);
          meter?.countFromDevice(tensor.data.byteLength);
          return [name, tensor];
        }),
      );
    } catch (error) {
      throw toRuntimeError(error, 'run', 'INTERNAL');
    } finally {
      for (const { value, isKept } of fed) if (!isKept) library.release('ReleaseValue', value);
      for (const result of results) if (result !== 0n) library.release('ReleaseValue', result);
    }
  }

  #valueOf(tensor: PlacedTensor): { readonly value: Address; readonly isKept: boolean } {
    if (isOnDevice(tensor)) return { value: allocatedValue(tensor), isKept: true };
    this.#parts.meter?.countToDevice(tensor.data.byteLength);
    return this.#parts.values.wrap(tensor);
  }

  async #runInMemory(
    names: readonly string[],
    inputs: readonly Address[],
    outputs: readonly string[],
  ): Promise<BigUint64Array> {
    const { library, interruption } = this.#parts;
    const [inputNames, outputNames] = [this.#textsOf(names), this.#textsOf(outputs)];
    const values = BigUint64Array.from(inputs);
    const results = new BigUint64Array(outputs.length);
    await interruption.whileRunning((runOptions) =>
      library.callInBackground(
        'Run',
        this.address,
        runOptions,
        inputNames.addresses,
        values,
        values.length,
        outputNames.addresses,
        outputs.length,
        results,
      ),
    );
    return results;
  }

  /** Through a binding, which says of each value where it is and of each output where it goes. */
  async #runBound(
    names: readonly string[],
    inputs: readonly Address[],
    outputs: readonly string[],
    into: Readonly<Record<string, DeviceTensor>>,
  ): Promise<BigUint64Array> {
    const { library, values, interruption } = this.#parts;
    const binding = library.make('CreateIoBinding', this.address);
    try {
      for (const [index, name] of names.entries()) {
        library.call('BindInput', binding, name, inputs[index] ?? 0n);
      }
      for (const name of outputs) library.call('BindOutputToDevice', binding, name, values.memory);
      for (const [name, tensor] of Object.entries(into)) {
        library.call('BindOutput', binding, name, allocatedValue(tensor));
      }
      await interruption.whileRunning((runOptions) =>
        library.callInBackground('RunWithBinding', this.address, runOptions, binding),
      );
      return this.#boundOutputs(binding, outputs.length);
    } finally {
      library.release('ReleaseIoBinding', binding);
    }
  }

  /** The first `count` outputs of a binding; the others are the caller's own, of which these are only other handles. */
  #boundOutputs(binding: Address, count: number): BigUint64Array {
    const { library } = this.#parts;
    const allocator = library.make('GetAllocatorWithDefaultOptions');
    const [list, length] = [new BigUint64Array(1), new BigUint64Array(1)];
    library.call('GetBoundOutputValues', binding, allocator, list, length);
    const address = list[0] ?? 0n;
    if (address === 0n) return new BigUint64Array(0);
    const all = new BigUint64Array(library.read(address, Number(length[0]) * 8).buffer);
    library.call('AllocatorFree', allocator, address);
    for (const handle of all.subarray(count)) library.release('ReleaseValue', handle);
    return all.slice(0, count);
  }

  release(): Promise<void> {
    if (!this.#isReleased) this.#parts.library.release('ReleaseSession', this.address);
    this.#isReleased = true;
    return Promise.resolve();
  }

  #textsOf(names: readonly string[]): TextArray {
    const key = names.join('\n');
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    const made = this.#parts.library.texts(names);
    this.#texts.set(key, made);
    return made;
  }

  #names(kind: 'Input' | 'Output'): string[] {
    const { library } = this.#parts;
    const allocator = library.make('GetAllocatorWithDefaultOptions');
    const count = new BigUint64Array(1);
    library.call(`SessionGet${kind}Count`, this.address, count);
    return Array.from({ length: Number(count[0]) }, (_, index) => {
      const address = library.make(`SessionGet${kind}Name`, this.address, index, allocator);
      const name = library.readText(address);
      library.call('AllocatorFree', allocator, address);
      if (name === '') throw new EngineError('PACKAGE_DAMAGED', `The graph has an ${kind} without a name.`);
      return name;
    });
  }
}
