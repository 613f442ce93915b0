import { z } from 'zod';
import { EngineError, toEngineError } from './errors.ts';
import type { ClientFrame, ServerFrame } from './frames.ts';
import { checkVersion, decodeClientFrame, encodeFrame, protocolVersion } from './frames.ts';
import type { MethodNameOf, MethodTable, ParamsOf, ProgressOf, ResultOf } from './method-table.ts';
import type { EngineMethods } from './methods.ts';
import type { Transport } from './transport.ts';

/** What a handler is given besides its params. */
export interface HandlerContext<M extends MethodNameOf<T>, T extends MethodTable = EngineMethods> {
  /** Aborted when the caller cancels or goes away. */
  readonly signal: AbortSignal;
  readonly report: (event: ProgressOf<T, M>) => void;
}

export type Handlers<T extends MethodTable = EngineMethods> = {
  readonly [M in MethodNameOf<T>]: (
    params: ParamsOf<T, M>,
    context: HandlerContext<M, T>,
  ) => Promise<ResultOf<T, M>>;
};

/** Time between signs of life while requests are worked on. */
const aliveIntervalMs = 2_000;

/**
 * The answering end of a transport: greets, checks each frame, hands requests to `handlers` and ends each with exactly
 * one result or error. Frames that cannot be read close the connection.
 */
export function serve<T extends MethodTable>(methods: T, transport: Transport, handlers: Handlers<T>): void {
  const running = new Map<number, AbortController>();
  let greeted = false;

  const send = (frame: ServerFrame): void => transport.send(encodeFrame(frame));
  const alive = setInterval(() => {
    if (running.size > 0) send({ type: 'alive' });
  }, aliveIntervalMs);
  alive.unref();

  const stop = (): void => {
    clearInterval(alive);
    for (const controller of running.values()) controller.abort();
  };

  const answer = async (id: number, method: MethodNameOf<T>, params: unknown): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    let seq = 0;
    try {
      const result = await call(methods, handlers, method, params, {
        signal: controller.signal,
        report: (event: unknown) => send({ type: 'progress', id, seq: seq++, event }),
      });
      send({ type: 'result', id, result });
    } catch (error) {
      send({ type: 'error', id, error: toEngineError(error).serialize() });
    } finally {
      running.delete(id);
    }
  };

  const receive = (frame: ClientFrame): void => {
    switch (frame.type) {
      case 'hello':
        checkVersion(frame.version);
        greeted = true;
        return;
      case 'cancel':
        // A cancel frame may cross the result on its way: not an error.
        running.get(frame.id)?.abort();
        return;
      case 'request': {
        const { id, method, params } = frame;
        if (!greeted) throw new EngineError('PROTOCOL_MISMATCH', 'A request came before the greeting.');
        if (running.has(id)) throw new EngineError('PROTOCOL_INVALID', `Request ${id} is already open.`);
        if (isMethodOf(methods, method)) {
          void answer(id, method, params);
          return;
        }
        const unknown = new EngineError('PROTOCOL_INVALID', `There is no method "${frame.method}".`);
        send({ type: 'error', id, error: unknown.serialize() });
      }
    }
  };

  transport.onClose(stop);
  transport.onMessage((message) => {
    try {
      receive(decodeClientFrame(message));
    } catch (error) {
      stop();
      transport.close();
      if (!(error instanceof EngineError)) throw error;
    }
  });
  send({ type: 'hello', version: protocolVersion });
}

function call<T extends MethodTable, M extends MethodNameOf<T>>(
  methods: T,
  handlers: Handlers<T>,
  method: M,
  params: unknown,
  context: HandlerContext<M, T>,
): Promise<ResultOf<T, M>> {
  const schemas: T[M] = methods[method];
  const parsed = schemas.params.safeParse(params);
  if (parsed.success) return handlers[method](parsed.data as ParamsOf<T, M>, context);
  throw new EngineError('PROTOCOL_INVALID', `Params of ${method}: ${z.prettifyError(parsed.error)}`);
}

function isMethodOf<T extends MethodTable>(methods: T, name: string): name is MethodNameOf<T> {
  return Object.hasOwn(methods, name);
}
