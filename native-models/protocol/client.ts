import { z } from 'zod';
import { EngineError, toEngineError } from './errors.ts';
import type { ServerFrame } from './frames.ts';
import { checkVersion, decodeServerFrame, encodeFrame, protocolVersion } from './frames.ts';
import type { MethodNameOf, MethodTable, ParamsInputOf, ProgressOf, ResultOf } from './method-table.ts';
import type { EngineMethods } from './methods.ts';
import type { Transport } from './transport.ts';

export interface CallOptions<M extends MethodNameOf<T>, T extends MethodTable = EngineMethods> {
  /** Aborting sends a cancel frame; the call then ends with `CANCELLED` when the other side has stopped. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((event: ProgressOf<T, M>) => void) | undefined;
}

interface OpenCall {
  nextSeq: number;
  progress(event: unknown): void;
  resolve(result: unknown): void;
  reject(error: EngineError): void;
}

/**
 * The asking end of a transport. Requests wait for the handshake. Anything malformed from the other side closes the
 * connection, since nothing that follows could be trusted.
 */
export class ProtocolClient<T extends MethodTable> {
  readonly #methods: T;
  readonly #transport: Transport;
  readonly #calls = new Map<number, OpenCall>();
  readonly #waiting: string[] = [];
  readonly #onSign: () => void;
  #greeted = false;
  #nextId = 0;
  #closed: EngineError | undefined;

  /**
   * @param methods what the other side can be asked.
   * @param onSign called for each frame that arrives: the other side is alive.
   */
  constructor(methods: T, transport: Transport, onSign: () => void = () => undefined) {
    this.#methods = methods;
    this.#transport = transport;
    this.#onSign = onSign;
    transport.onClose((reason) => this.#close(reason));
    transport.onMessage((message) => {
      try {
        this.#receive(decodeServerFrame(message));
      } catch (error) {
        this.#close(toEngineError(error));
        transport.close();
      }
    });
    transport.send(encodeFrame({ type: 'hello', version: protocolVersion }));
  }

  /** True once the connection is over: every call fails. */
  get closed(): boolean {
    return this.#closed !== undefined;
  }

  /** Requests without an answer yet. */
  get openCalls(): number {
    return this.#calls.size;
  }

  /**
   * Asks the other side.
   * @throws EngineError what the other side answered, PROTOCOL_INVALID for parameters that do not fit the schema, or
   *   the reason for which the transport closed.
   */
  call<M extends MethodNameOf<T>>(
    method: M,
    params: ParamsInputOf<T, M>,
    options: CallOptions<M, T> = {},
  ): Promise<ResultOf<T, M>> {
    const { signal, onProgress } = options;
    return new Promise<ResultOf<T, M>>((resolve, reject) => {
      if (this.#closed !== undefined) throw this.#closed;
      if (signal?.aborted === true) throw new EngineError('CANCELLED', 'Cancelled.');
      const schemas: T[M] = this.#methods[method];
      const id = this.#nextId++;
      const checked = read(schemas.params, params, `params of ${method}`);
      const request = encodeFrame({ type: 'request', id, method, params: checked });
      const cancel = (): void => this.#post(encodeFrame({ type: 'cancel', id }));
      signal?.addEventListener('abort', cancel, { once: true });
      this.#calls.set(id, {
        nextSeq: 0,
        progress: (event) => {
          const checkedEvent = read(schemas.progress, event, `progress of ${method}`) as ProgressOf<T, M>;
          onProgress?.(checkedEvent);
        },
        resolve: (result) => {
          const value = read(schemas.result, result, `result of ${method}`);
          signal?.removeEventListener('abort', cancel);
          resolve(value as ResultOf<T, M>);
        },
        reject: (error) => {
          signal?.removeEventListener('abort', cancel);
          reject(error);
        },
      });
      this.#post(request);
    });
  }

  #post(message: string): void {
    if (this.#greeted) this.#transport.send(message);
    else this.#waiting.push(message);
  }

  #receive(frame: ServerFrame): void {
    if (frame.type === 'hello') {
      checkVersion(frame.version);
      this.#greeted = true;
      for (const message of this.#waiting.splice(0)) this.#transport.send(message);
    }
    this.#onSign();
    if (frame.type === 'hello' || frame.type === 'alive') return;
    const call = this.#calls.get(frame.id);
    if (call === undefined) throw invalid(`${frame.type} frame for request ${frame.id}, which is not open`);
    switch (frame.type) {
      case 'progress':
        if (frame.seq !== call.nextSeq) throw invalid(`event ${frame.seq} in place of ${call.nextSeq}`);
        call.nextSeq++;
        call.progress(frame.event);
        return;
      case 'result':
        call.resolve(frame.result);
        break;
      case 'error':
        call.reject(EngineError.deserialize(frame.error));
        break;
    }
    this.#calls.delete(frame.id);
  }

  #close(reason: EngineError): void {
    this.#closed ??= reason;
    for (const call of this.#calls.values()) call.reject(this.#closed);
    this.#calls.clear();
  }
}

function read<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalid(`${what}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

function invalid(what: string): EngineError {
  return new EngineError('PROTOCOL_INVALID', `The protocol was broken: ${what}.`);
}
