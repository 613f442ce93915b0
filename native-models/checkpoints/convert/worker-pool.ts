import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { EngineError, toEngineError } from '../../protocol/errors.ts';
import type { ConversionReply, ConversionTask } from './conversion-task.ts';

interface QueuedTask {
  readonly task: ConversionTask;
  readonly resolve: (reply: ConversionReply & { ok: true }) => void;
  readonly reject: (error: EngineError) => void;
}

/** Worker threads that convert weights. The first failure ends the pool: everything queued fails with it. */
export class ConversionPool {
  readonly #workers: Worker[] = [];
  readonly #idle: Worker[] = [];
  readonly #queue: QueuedTask[] = [];
  readonly #running = new Map<Worker, QueuedTask>();
  #failure: EngineError | undefined;

  /** @param threads Workers at once; default: all cores. */
  constructor(threads: number = availableParallelism()) {
    for (let index = 0; index < threads; index++) {
      const worker = new Worker(new URL('./conversion-worker.ts', import.meta.url));
      worker.on('message', (reply: ConversionReply) => this.#settle(worker, reply));
      worker.on('error', (error: unknown) => this.#fail(toEngineError(error)));
      this.#workers.push(worker);
      this.#idle.push(worker);
    }
  }

  /** Runs one task; resolves with its reply, rejects with its typed error. */
  run(task: ConversionTask): Promise<ConversionReply & { ok: true }> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      this.#queue.push({ task, resolve, reject });
      this.#next();
    });
  }

  /** Stops all workers; what is queued or running fails with `reason`. */
  async close(reason = new EngineError('CANCELLED', 'Cancelled.')): Promise<void> {
    this.#fail(reason);
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #next(): void {
    const worker = this.#idle.at(-1);
    const queued = this.#queue[0];
    if (worker === undefined || queued === undefined) return;
    this.#idle.pop();
    this.#queue.shift();
    this.#running.set(worker, queued);
    worker.postMessage(queued.task);
  }

  #settle(worker: Worker, reply: ConversionReply): void {
    const queued = this.#running.get(worker);
    this.#running.delete(worker);
    this.#idle.push(worker);
    if (reply.ok) {
      queued?.resolve(reply);
      this.#next();
    } else {
      const error = new EngineError(reply.code, reply.message);
      queued?.reject(error);
      this.#fail(error);
    }
  }

  #fail(error: EngineError): void {
    this.#failure ??= error;
    for (const queued of [...this.#running.values(), ...this.#queue.splice(0)]) queued.reject(error);
    this.#running.clear();
  }
}
