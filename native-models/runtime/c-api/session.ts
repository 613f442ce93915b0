import { EngineError } from '../../protocol/errors.ts';
import type { Feeds, Session, Tensor } from '../runtime.ts';
import type { Interruption } from './interruption.ts';
import type { Address, OrtLibrary, TextArray } from './library.ts';
import { toRuntimeError } from '../failures.ts';
import type { ValueMaker } from './values.ts';

/** What the sessions of one runtime share. */
export interface SessionParts {
  readonly library: OrtLibrary;
  readonly values: ValueMaker;
  readonly interruption: Interruption;
}

/** One loaded graph, through the C API: it runs on a thread of its own and can be stopped in the middle. */
export class CApiSession implements Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly #parts: SessionParts;
  readonly #session: Address;
  /** Names in C's form, by the names joined: a decoder is asked for the same hundreds of them with every token. */
  readonly #texts = new Map<string, TextArray>();
  #isReleased = false;

  constructor(parts: SessionParts, session: Address) {
    this.#parts = parts;
    this.#session = session;
    this.inputNames = this.#names('Input');
    this.outputNames = this.#names('Output');
  }

  async run(feeds: Feeds, outputs: readonly string[]): Promise<Record<string, Tensor>> {
    const { library, values, interruption } = this.#parts;
    const inputNames = Object.keys(feeds);
    const names = [this.#textsOf(inputNames), this.#textsOf(outputs)] as const;
    const fed = inputNames.map((name) => values.wrap(feeds[name] as Tensor));
    const inputs = BigUint64Array.from(fed, ({ value }) => value);
    const results = new BigUint64Array(outputs.length);
    try {
      await interruption.whileRunning((runOptions) =>
        library.callInBackground(
          'Run',
          this.#session,
          runOptions,
          names[0].addresses,
          inputs,
          inputs.length,
          names[1].addresses,
          outputs.length,
          results,
        ),
      );
      return Object.fromEntries(outputs.map((name, index) => [name, values.read(results[index] ?? 0n)]));
    } catch (error) {
      throw toRuntimeError(error, 'run', 'INTERNAL');
    } finally {
      for (const { value, isKept } of fed) if (!isKept) library.release('ReleaseValue', value);
      for (const result of results) if (result !== 0n) library.release('ReleaseValue', result);
    }
  }

  release(): Promise<void> {
    if (!this.#isReleased) this.#parts.library.release('ReleaseSession', this.#session);
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
    library.call(`SessionGet${kind}Count`, this.#session, count);
    return Array.from({ length: Number(count[0]) }, (_, index) => {
      const address = library.make(`SessionGet${kind}Name`, this.#session, index, allocator);
      const name = library.readText(address);
      library.call('AllocatorFree', allocator, address);
      if (name === '') throw new EngineError('PACKAGE_DAMAGED', `The graph has an ${kind} without a name.`);
      return name;
    });
  }
}
