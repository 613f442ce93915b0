import type { CallOptions } from '../../../native-models/protocol/client.ts';
import { ProtocolClient } from '../../../native-models/protocol/client.ts';
import { EngineError, throwIfCancelled } from '../../../native-models/protocol/errors.ts';
import type {
  EngineMethods,
  MethodName,
  ParamsInput,
  Result,
} from '../../../native-models/protocol/methods.ts';
import { methods } from '../../../native-models/protocol/methods.ts';
import type { EngineChild, EngineLauncher } from './fork-engine.ts';
import { SilenceWatch } from './silence-watch.ts';

export interface EngineLimits {
  /** How long a cancelled request may take to stop before the engine is ended. */
  readonly cancelGraceMs: number;
  /**
   * How long the engine may show no sign of life while it works. A run of ONNX Runtime blocks its thread, and loading a
   * large model the first time is one such run.
   */
  readonly silenceMs: number;
}

const defaultLimits: EngineLimits = { cancelGraceMs: 5_000, silenceMs: 5 * 60_000 };

interface Engine {
  readonly child: EngineChild;
  readonly client: ProtocolClient<EngineMethods>;
  readonly watch: SilenceWatch;
}

/**
 * Keeps an engine at hand: starts it with the first request and again after a crash, a hang or a kill. Requests that were
 * open then fail with the reason; the next ones find a new engine.
 */
export class EngineSupervisor {
  readonly #launch: EngineLauncher;
  readonly #limits: EngineLimits;
  readonly #disposal = new AbortController();
  readonly #openCalls = new Set<Promise<unknown>>();
  readonly #endings = new Set<Promise<void>>();
  #engine: Engine | undefined;

  constructor(launch: EngineLauncher, limits: Partial<EngineLimits> = {}) {
    this.#launch = launch;
    this.#limits = { ...defaultLimits, ...limits };
  }

  /** The engine's process, while there is one. */
  get processId(): number | undefined {
    return this.#engine?.child.processId;
  }

  /**
   * Asks the engine. Aborting the signal ends the call with CANCELLED, within the grace period plus the time a kill takes.
   * @throws EngineError what the engine answered; ENGINE_CRASHED or OUT_OF_MEMORY when it ended; ENGINE_UNRESPONSIVE when
   *   it hung.
   */
  async call<M extends MethodName>(
    method: M,
    params: ParamsInput<M>,
    options: CallOptions<M> = {},
  ): Promise<Result<M>> {
    const signal = AbortSignal.any([this.#disposal.signal, ...(options.signal ? [options.signal] : [])]);
    throwIfCancelled(signal);
    const engine = this.#runningEngine();
    const release = this.#endWhenNotStopping(engine, signal);
    const call = engine.client.call(method, params, { ...options, signal });
    this.#openCalls.add(call);
    engine.watch.heard();
    try {
      return await call;
    } catch (error) {
      // Whatever breaks while a request is being stopped is part of its stopping.
      throwIfCancelled(signal);
      throw error;
    } finally {
      release();
      this.#openCalls.delete(call);
    }
  }

  /** Cancels what is open and ends the engine. Nothing is left behind, and nothing can be asked any more. */
  async dispose(): Promise<void> {
    this.#disposal.abort();
    await Promise.allSettled(this.#openCalls);
    if (this.#engine !== undefined) this.#end(this.#engine, cancelled());
    await Promise.all(this.#endings);
  }

  #runningEngine(): Engine {
    if (this.#engine?.client.closed === false) return this.#engine;
    const child = this.#launch();
    const watch = new SilenceWatch(this.#limits.silenceMs, () => {
      if (client.openCalls === 0) return;
      const seconds = Math.round(this.#limits.silenceMs / 1000);
      const message = `The engine gave no sign of life for ${seconds} s and was ended.`;
      this.#end(engine, new EngineError('ENGINE_UNRESPONSIVE', message));
    });
    const client = new ProtocolClient(methods, child.transport, () => watch.heard());
    const engine = { child, client, watch };
    this.#engine = engine;
    const ending = child.exited.then(() => {
      watch.stop();
      this.#endings.delete(ending);
    });
    this.#endings.add(ending);
    return engine;
  }

  /** From now on this engine is not asked any more; its open calls fail with `reason` once its process is gone. */
  #end(engine: Engine, reason: EngineError): void {
    if (this.#engine === engine) this.#engine = undefined;
    engine.child.kill(reason);
  }

  /** Calls beside the cancelled one go down with the engine, and are told why. */
  #endWhenNotStopping(engine: Engine, signal: AbortSignal): () => void {
    let timer: NodeJS.Timeout | undefined;
    const start = (): void => {
      const reason = new EngineError(
        'ENGINE_UNRESPONSIVE',
        'The engine did not stop when a request was cancelled.',
      );
      timer = setTimeout(() => this.#end(engine, reason), this.#limits.cancelGraceMs);
    };
    signal.addEventListener('abort', start, { once: true });
    return () => {
      signal.removeEventListener('abort', start);
      clearTimeout(timer);
    };
  }
}

function cancelled(): EngineError {
  return new EngineError('CANCELLED', 'Cancelled.');
}
