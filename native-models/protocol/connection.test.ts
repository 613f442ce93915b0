import { describe, expect, it, vi } from 'vitest';
import { ProtocolClient } from './client.ts';
import { EngineError } from './errors.ts';
import { encodeFrame, protocolVersion } from './frames.ts';
import type { EngineMethods } from './methods.ts';
import { methods } from './methods.ts';
import type { Handlers } from './server.ts';
import { serve } from './server.ts';
import type { Transport } from './transport.ts';

const ignore = (): void => undefined;

/** Two ends in one process; messages arrive in order, each in a turn of its own. */
function connectedTransports(): [Transport, Transport] {
  const ends = [endpoint(), endpoint()] as const;
  function endpoint() {
    return {
      receive: ignore as (message: string) => void,
      closed: ignore as (reason: EngineError) => void,
    };
  }
  const connect = (own: (typeof ends)[number], other: (typeof ends)[number]): Transport => ({
    send: (message) => queueMicrotask(() => other.receive(message)),
    onMessage: (receive) => (own.receive = receive),
    onClose: (closed) => (own.closed = closed),
    close: () => {
      const reason = new EngineError('ENGINE_CRASHED', 'The other end closed.');
      queueMicrotask(() => {
        own.closed(reason);
        other.closed(reason);
      });
    },
  });
  return [connect(ends[0], ends[1]), connect(ends[1], ends[0])];
}

const unused = () => Promise.reject(new EngineError('INTERNAL', 'Not part of this test.'));
const noHandlers: Handlers = {
  ask: unused,
  settle: unused,
  estimate: unused,
  prepare: unused,
  import: unused,
  inspect: unused,
  doctor: unused,
  keptFeatures: unused,
  keptFeaturesChange: unused,
  load: unused,
  evalInspect: unused,
  evalSamples: unused,
  evalAsk: unused,
  evalVerdicts: unused,
  evalFailure: unused,
  evalScore: unused,
  evalReport: unused,
  evalCompare: unused,
  evalTable: unused,
  evalPrompt: unused,
  evalReply: unused,
  evalConvert: unused,
  evalExport: unused,
  evalJudgeItems: unused,
  evalMetricItems: unused,
  evalExportRuns: unused,
  memory: unused,
  ping: unused,
};

function connect(handlers: Partial<Handlers>): ProtocolClient<EngineMethods> {
  const [asking, answering] = connectedTransports();
  serve(methods, answering, { ...noHandlers, ...handlers });
  return new ProtocolClient(methods, asking);
}

/** A client whose other end is scripted frame by frame. */
function scripted(): {
  client: ProtocolClient<EngineMethods>;
  sent: string[];
  deliver: (message: string) => void;
} {
  const [asking, answering] = connectedTransports();
  const sent: string[] = [];
  answering.onMessage((message) => sent.push(message));
  return { client: new ProtocolClient(methods, asking), sent, deliver: (message) => answering.send(message) };
}

const hello = encodeFrame({ type: 'hello', version: protocolVersion });
const request = { videoPath: '/v.mp4', modelPath: '/m', question: 'why?' };

describe('a connection', () => {
  it('answers a request, with the defaults filled in', async () => {
    let seen: unknown;
    const client = connect({
      load: (params) => {
        seen = params;
        return unused();
      },
    });
    await expect(client.call('load', { modelPath: '/m' })).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(seen).toEqual({ modelPath: '/m', device: 'auto' });
    expect(client.openCalls).toBe(0);
  });

  it('reports progress in order before the result', async () => {
    const client = connect({
      import: (_params, { report }) => {
        for (const doneBytes of [1, 2, 3]) report({ stage: 'reading', item: 'x', doneBytes, totalBytes: 3 });
        return unused();
      },
    });
    const events: number[] = [];
    const call = client.call(
      'import',
      { basePath: '/b', outPath: '/o' },
      { onProgress: (event) => events.push(event.doneBytes) },
    );
    await expect(call).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(events).toEqual([1, 2, 3]);
  });

  it('carries an error with its code, remedy and details', async () => {
    const error = new EngineError('VIDEO_TOO_SHORT', 'v.mp4 has 2 frames.', { details: { frames: 2 } });
    const client = connect({ ask: () => Promise.reject(error) });
    await expect(client.call('ask', request)).rejects.toMatchObject(error.serialize());
  });

  it('aborts the handler of a cancelled request and ends it with CANCELLED', async () => {
    const controller = new AbortController();
    const client = connect({
      ask: (_params, { signal, report }) => {
        report({ type: 'planning' });
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new EngineError('CANCELLED', 'Stopped.')));
        });
      },
    });
    const call = client.call('ask', request, {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED', message: 'Stopped.' });
  });

  it('does not send a request that is cancelled already', async () => {
    const { client, sent, deliver } = scripted();
    deliver(hello);
    await expect(client.call('ping', {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(sent).toEqual([hello]);
  });

  it('refuses params that do not fit before they are sent', async () => {
    const client = connect({});
    await expect(client.call('ask', { ...request, candidates: 0 })).rejects.toMatchObject({
      code: 'PROTOCOL_INVALID',
    });
    expect(client.openCalls).toBe(0);
  });

  it('holds requests back until the other end has greeted', async () => {
    const { client, sent, deliver } = scripted();
    const call = client.call('ping', {});
    expect(sent).toHaveLength(0);
    deliver(hello);
    await vi.waitFor(() => expect(sent).toHaveLength(2));
    deliver(encodeFrame({ type: 'result', id: 0, result: { processId: 7 } }));
    await expect(call).resolves.toEqual({ processId: 7 });
  });

  it('fails with PROTOCOL_MISMATCH when the other end speaks another version', async () => {
    const { client, deliver } = scripted();
    const call = client.call('ping', {});
    deliver(encodeFrame({ type: 'hello', version: protocolVersion + 1 }));
    await expect(call).rejects.toMatchObject({ code: 'PROTOCOL_MISMATCH' });
  });

  it.each([
    ['garbage', 'garbage'],
    ['a result of another shape', encodeFrame({ type: 'result', id: 0, result: { processId: 'seven' } })],
    ['a result for a request that is not open', encodeFrame({ type: 'result', id: 9, result: {} })],
    ['progress out of order', encodeFrame({ type: 'progress', id: 0, seq: 1, event: {} })],
    ['progress of a method that has none', encodeFrame({ type: 'progress', id: 0, seq: 0, event: {} })],
  ])('fails all open requests with PROTOCOL_INVALID on %s', async (_name, message) => {
    const { client, deliver } = scripted();
    const calls = [client.call('ping', {}), client.call('memory', {})];
    deliver(hello);
    deliver(message);
    for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'PROTOCOL_INVALID' });
  });

  it('shows signs of life while it works, and none while it does not', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const received: string[] = [];
    const done = Promise.withResolvers<never>();
    const transport: Transport & { deliver?: (message: string) => void } = {
      send: (message) => received.push(message),
      onMessage: (receive) => (transport.deliver = receive),
      onClose: () => undefined,
      close: () => undefined,
    };
    serve(methods, transport, { ...noHandlers, ping: () => done.promise });
    vi.advanceTimersByTime(10_000);
    expect(received).toEqual([hello]);
    transport.deliver?.(hello);
    transport.deliver?.(encodeFrame({ type: 'request', id: 0, method: 'ping', params: {} }));
    vi.advanceTimersByTime(10_000);
    vi.useRealTimers();
    expect(received.slice(1)).toContain(encodeFrame({ type: 'alive' }));
  });

  it('aborts what is running when the asking end goes away', async () => {
    const [asking, answering] = connectedTransports();
    const aborted = Promise.withResolvers<boolean>();
    const started = Promise.withResolvers<undefined>();
    serve(methods, answering, {
      ...noHandlers,
      ping: (_params, { signal }) => {
        signal.addEventListener('abort', () => aborted.resolve(true));
        started.resolve(undefined);
        return new Promise(() => undefined);
      },
    });
    const call = new ProtocolClient(methods, asking).call('ping', {});
    await started.promise;
    asking.close();
    await expect(call).rejects.toMatchObject({ code: 'ENGINE_CRASHED' });
    await expect(aborted.promise).resolves.toBe(true);
  });

  it('answers a request for an unknown method with an error and goes on', async () => {
    const [asking, answering] = connectedTransports();
    serve(methods, answering, noHandlers);
    const received: string[] = [];
    asking.onMessage((message) => received.push(message));
    asking.send(hello);
    asking.send(encodeFrame({ type: 'request', id: 0, method: 'toString', params: {} }));
    asking.send(encodeFrame({ type: 'request', id: 1, method: 'ping', params: {} }));
    await vi.waitFor(() => expect(received).toHaveLength(3));
    expect(received[1]).toContain('PROTOCOL_INVALID');
    expect(received[2]).toContain('INTERNAL');
  });
});
