import { Worker } from 'node:worker_threads';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { StoreOperationName, StoreParams, StoreResult } from './operations.ts';
import type { StoreReply, StoreRequest } from './store-worker.ts';

/** Where the thread's code is; a packaged program names its own bundle of it. */
const defaultWorkerUrl = new URL('./store-worker.ts', import.meta.url);

interface OpenCall {
  resolve(result: unknown): void;
  reject(error: EngineError): void;
}

/** The library on disk, in a thread of its own. */
export class Store {
  readonly #worker: Worker;
  readonly #calls = new Map<number, OpenCall>();
  readonly #exited: Promise<void>;
  #nextId = 0;
  #closed: EngineError | undefined;
  /** Where a damaged library was put that stood in this one's place. */
  readonly setAsidePath: string | undefined;

  private constructor(worker: Worker, setAsidePath: string | undefined) {
    this.#worker = worker;
    this.setAsidePath = setAsidePath;
    worker.on('message', (reply: StoreReply) => this.#receive(reply));
    this.#exited = new Promise((resolve) => worker.once('exit', () => resolve()));
    worker.once('error', (cause: Error) => {
      this.#close(new EngineError('INTERNAL', `The store ended: ${cause.message}`, { cause }));
    });
    void this.#exited.then(() => this.#close(new EngineError('CANCELLED', 'The store was closed.')));
  }

  /**
   * Opens the library, or makes one; the file stays locked until it is closed or the process ends.
   * @throws EngineError STORE_BUSY, STORE_NEWER, DISK_FULL, OUTPUT_UNWRITABLE.
   */
  static async open(filePath: string, workerUrl: URL = defaultWorkerUrl): Promise<Store> {
    const worker = new Worker(workerUrl, { workerData: { filePath }, execArgv: [] });
    const first = await new Promise<StoreReply>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    if (first.type === 'opened') return new Store(worker, first.setAsidePath);
    await worker.terminate();
    throw first.type === 'refused'
      ? EngineError.deserialize(first.error)
      : new EngineError('INTERNAL', 'The store did not open.');
  }

  /**
   * Runs one operation as one transaction. It is on the disk when this resolves; when it rejects, nothing was changed.
   * Operations happen in the order in which they were called.
   */
  call<Name extends StoreOperationName>(
    name: Name,
    ...[params]: undefined extends StoreParams<Name> ? [] : [params: StoreParams<Name>]
  ): Promise<StoreResult<Name>> {
    return new Promise<StoreResult<Name>>((resolve, reject) => {
      if (this.#closed !== undefined) throw this.#closed;
      const id = this.#nextId++;
      this.#calls.set(id, { resolve: (result) => resolve(result as StoreResult<Name>), reject });
      this.#worker.postMessage({ type: 'call', id, name, params } satisfies StoreRequest);
    });
  }

  /** Finishes what was asked before and closes the file. */
  async close(): Promise<void> {
    if (this.#closed === undefined) this.#worker.postMessage({ type: 'close' } satisfies StoreRequest);
    await this.#exited;
  }

  #receive(reply: StoreReply): void {
    if (reply.type !== 'result' && reply.type !== 'error') return;
    const call = this.#calls.get(reply.id);
    this.#calls.delete(reply.id);
    if (reply.type === 'result') call?.resolve(reply.result);
    else call?.reject(EngineError.deserialize(reply.error));
  }

  #close(reason: EngineError): void {
    this.#closed ??= reason;
    for (const call of this.#calls.values()) call.reject(this.#closed);
    this.#calls.clear();
  }
}
