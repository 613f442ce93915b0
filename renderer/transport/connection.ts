import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import { ProtocolClient } from '../../native-models/protocol/client.ts';
import type { CallOptions } from '../../native-models/protocol/client.ts';
import { EngineError, toEngineError } from '../../native-models/protocol/errors.ts';
import type { Transport } from '../../native-models/protocol/transport.ts';
import { hostMethods } from '../../electron/host/contract/methods.ts';
import type {
  HostMethodName,
  HostMethods,
  HostParamsInput,
  HostResult,
} from '../../electron/host/contract/methods.ts';
import type { HostEvent } from '../../electron/host/contract/events.ts';

export interface ConnectionState {
  /** `lost`: it was there, or could not be made; it is tried again by itself. */
  readonly status: 'connecting' | 'connected' | 'lost';
  /** Attempts since it was last there. */
  readonly attempts: number;
  readonly reason?: EngineError;
}

/** Asks the host; fails with an EngineError. */
export type Call = <M extends HostMethodName>(
  method: M,
  params: HostParamsInput<M>,
  options?: CallOptions<M, HostMethods>,
) => Promise<HostResult<M>>;

/** The window's line to the host, which mends itself. */
export interface Connection {
  readonly store: StoreApi<ConnectionState>;
  readonly call: Call;
  /** Delivers the events that wait for the next frame, so that what is done next comes after them. */
  readonly flush: () => void;
  readonly start: () => void;
  /** Does not wait for the next attempt. */
  readonly retryNow: () => void;
  readonly stop: () => void;
}

export interface ConnectionOptions {
  readonly connect: () => Transport;
  /** The window's name among those of the program. */
  readonly windowId: string;
  /** Everything as it is now: at the start and after each reconnection. */
  readonly onSnapshot: (snapshot: HostResult<'snapshot'>) => void;
  /** What happened after the snapshot, in order; several at once when they come close together. */
  readonly onEvents: (events: readonly HostEvent[]) => void;
  /** Calls back later, once per batch of events: after the next frame in a window. */
  readonly schedule: (flush: () => void) => void;
  /** Calls back after a time; gives a function that prevents it. */
  readonly delay: (act: () => void, durationMs: number) => () => void;
}

const firstDelayMs = 250;
const longestDelayMs = 5_000;

/** How long to wait before the n-th attempt (from 1): doubling, at most five seconds. */
export function retryDelayMs(attempt: number): number {
  return Math.min(longestDelayMs, firstDelayMs * 2 ** (attempt - 1));
}

/**
 * Connects, subscribes, and only then asks for the snapshot, so that nothing can happen unseen in between: events that
 * come before the snapshot are applied after it (they carry whole entities, so twice does no harm). When the line breaks,
 * calls in flight fail and all of it begins again, with growing pauses.
 */
export function createConnection(options: ConnectionOptions): Connection {
  const store = createStore<ConnectionState>()(() => ({ status: 'connecting', attempts: 0 }));
  let client: ProtocolClient<HostMethods> | undefined;
  let batch: EventBatch | undefined;
  let transport: Transport | undefined;
  let cancelDelay: () => void = () => undefined;
  let stopped = false;

  const lose = (attempt: Transport, error: unknown): void => {
    if (stopped || attempt !== transport) return;
    transport = undefined;
    client = undefined;
    attempt.close();
    const attempts = store.getState().attempts + 1;
    store.setState({ status: 'lost', attempts, reason: toEngineError(error) }, true);
    cancelDelay = options.delay(open, retryDelayMs(attempts));
  };

  const open = (): void => {
    cancelDelay();
    const attempt = options.connect();
    transport = attempt;
    const asked = new ProtocolClient<HostMethods>(hostMethods, attempt);
    client = asked;
    let held: HostEvent[] | undefined = [];
    const own = new EventBatch(options.schedule, (events) => {
      if (attempt === transport) options.onEvents(events);
    });
    batch = own;
    const onProgress = (event: HostEvent): void => {
      if (held === undefined) own.add(event);
      else held.push(event);
    };
    asked.call('subscribe', { windowId: options.windowId }, { onProgress }).then(
      () => lose(attempt, new EngineError('ENGINE_UNRESPONSIVE', 'The program ended the connection.')),
      (error: unknown) => lose(attempt, error),
    );
    asked.call('snapshot', {}).then(
      (snapshot) => {
        if (attempt !== transport) return;
        options.onSnapshot(snapshot);
        const missed = held ?? [];
        held = undefined;
        if (missed.length > 0) options.onEvents(missed);
        store.setState({ status: 'connected', attempts: 0 }, true);
      },
      (error: unknown) => lose(attempt, error),
    );
  };

  return {
    store,
    call: (method, params, callOptions = {}) => {
      if (client === undefined || store.getState().status !== 'connected')
        return Promise.reject(notConnected());
      return client.call(method, params, callOptions);
    },
    flush: () => batch?.flush(),
    start: open,
    retryNow: () => {
      if (store.getState().status === 'lost') open();
    },
    stop: () => {
      stopped = true;
      cancelDelay();
      transport?.close();
    },
  };
}

/** True for errors that say that the line is gone, not that the host refused: the call may be made again later. */
export function isConnectionLoss(error: unknown): boolean {
  return error instanceof EngineError && error.code === 'ENGINE_UNRESPONSIVE';
}

function notConnected(): EngineError {
  return new EngineError('ENGINE_UNRESPONSIVE', 'The program is not reached at the moment.', {
    remedy: 'It is tried again by itself; start the program if it was ended.',
  });
}

/** Gathers events until `schedule` calls back. */
class EventBatch {
  readonly #schedule: (flush: () => void) => void;
  readonly #deliver: (events: readonly HostEvent[]) => void;
  #waiting: HostEvent[] = [];

  constructor(schedule: (flush: () => void) => void, deliver: (events: readonly HostEvent[]) => void) {
    this.#schedule = schedule;
    this.#deliver = deliver;
  }

  add(event: HostEvent): void {
    this.#waiting.push(event);
    if (this.#waiting.length === 1) this.#schedule(() => this.flush());
  }

  flush(): void {
    if (this.#waiting.length === 0) return;
    const events = this.#waiting;
    this.#waiting = [];
    this.#deliver(events);
  }
}
