import type { CallOptions } from '../../../native-models/protocol/client.ts';
import { ProtocolClient } from '../../../native-models/protocol/client.ts';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { Handlers } from '../../../native-models/protocol/server.ts';
import { serve } from '../../../native-models/protocol/server.ts';
import type { Transport } from '../../../native-models/protocol/transport.ts';
import type { HostEvent } from '../contract/events.ts';
import type { HostMethodName, HostMethods, HostParamsInput, HostResult } from '../contract/methods.ts';
import { hostMethods } from '../contract/methods.ts';

/** For tests: a window of a host, which checks both ends against the contract and hears everything that happens. */
export class TestWindow {
  readonly events: HostEvent[] = [];
  readonly #client: ProtocolClient<HostMethods>;
  readonly #close: () => void;
  readonly #waiting = new Set<(event: HostEvent) => void>();
  readonly #onEvent: (event: HostEvent) => void;

  /** @param onEvent hears everything too, first. */
  constructor(
    handlers: Handlers<HostMethods>,
    onEvent: (event: HostEvent) => void = () => undefined,
    windowId?: string,
  ) {
    this.#onEvent = onEvent;
    const [near, far] = connectedTransports();
    serve(hostMethods, far, handlers);
    this.#client = new ProtocolClient(hostMethods, near);
    this.#close = () => near.close();
    this.#client
      .call('subscribe', { windowId }, { onProgress: (event) => this.#hear(event) })
      .catch(() => undefined);
  }

  call<M extends HostMethodName>(
    method: M,
    params: HostParamsInput<M>,
    options?: CallOptions<M, HostMethods>,
  ): Promise<HostResult<M>> {
    return this.#client.call(method, params, options);
  }

  /** Resolves with the first event of the type that fits, heard before or to come. */
  heard<Type extends HostEvent['type']>(
    type: Type,
    fits: (event: Extract<HostEvent, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<HostEvent, { type: Type }>> {
    const isIt = (event: HostEvent): event is Extract<HostEvent, { type: Type }> =>
      event.type === type && fits(event as Extract<HostEvent, { type: Type }>);
    const before = this.events.find(isIt);
    if (before !== undefined) return Promise.resolve(before);
    return new Promise((resolve) => {
      const listener = (event: HostEvent): void => {
        if (!isIt(event)) return;
        this.#waiting.delete(listener);
        resolve(event);
      };
      this.#waiting.add(listener);
    });
  }

  close(): void {
    this.#close();
  }

  #hear(event: HostEvent): void {
    this.#onEvent(event);
    this.events.push(event);
    for (const listener of this.#waiting) listener(event);
  }
}

/** Two ends of one connection in this process. */
function connectedTransports(): [Transport, Transport] {
  const ends = [newEnd(), newEnd()] as const;
  const connect = (own: End, other: End): Transport => ({
    send: (message) => queueMicrotask(() => other.receive(message)),
    onMessage: (receive) => (own.receive = receive),
    onClose: (closed) => (own.closed = closed),
    close: () => {
      const reason = new EngineError('CANCELLED', 'The window was closed.');
      queueMicrotask(() => {
        own.closed(reason);
        other.closed(reason);
      });
    },
  });
  return [connect(ends[0], ends[1]), connect(ends[1], ends[0])];
}

interface End {
  receive: (message: string) => void;
  closed: (reason: EngineError) => void;
}

function newEnd(): End {
  return { receive: () => undefined, closed: () => undefined };
}
