import { createInterface } from 'node:readline';
import { EngineError } from '../../native-models/protocol/errors.ts';
import { maxFrameLength } from '../../native-models/protocol/frames.ts';
import type { MethodName, ParamsInput } from '../../native-models/protocol/methods.ts';
import { methods } from '../../native-models/protocol/methods.ts';
import type { Handlers, HandlerContext } from '../../native-models/protocol/server.ts';
import { serve } from '../../native-models/protocol/server.ts';
import type { Transport } from '../../native-models/protocol/transport.ts';
import { programVersion } from '../host/program-version.ts';
import type { EngineSupervisor } from '../host/engine/supervisor.ts';

/**
 * Answers the engine's own protocol on stdin and stdout, a frame a line, until the other side closes it: scripts in other languages
 * ask as the windows do, with events as they come and an engine that is started again after a crash.
 */
export async function serveStdio(engine: EngineSupervisor, signal: AbortSignal): Promise<void> {
  const transport = lineTransport(process.stdin, process.stdout);
  signal.addEventListener('abort', () => transport.close(), { once: true });
  serve(methods, transport, forwarding(engine));
  await transport.ended;
}

/** Every method as the engine has it. */
function forwarding(engine: EngineSupervisor): Handlers {
  const forward =
    <M extends MethodName>(method: M) =>
    (params: unknown, { signal, report }: HandlerContext<M>) => {
      // The server has checked them against the method's schema.
      const asked = {
        ...(method === 'ask' ? { provenance: askedNow() } : {}),
        ...(params as ParamsInput<M>),
      };
      return engine.call(method, asked, { signal, onProgress: report });
    };
  const handlers = Object.keys(methods).map((name) => [name, forward(name as MethodName)]);
  return Object.fromEntries(handlers) as Handlers;
}

/** Who asks and when: what a client does not know of itself. */
function askedNow(): { readonly programVersion: string; readonly askedAt: string } {
  return { programVersion: programVersion(), askedAt: new Date().toISOString() };
}

/** Frames as lines. A line that is longer than any frame closes it, before it fills the memory. */
export function lineTransport(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Transport & { readonly ended: Promise<void> } {
  const { promise: ended, resolve } = Promise.withResolvers<undefined>();
  let closed: (reason: EngineError) => void = () => undefined;
  const lines = createInterface({ input, crlfDelay: Infinity });
  let unbroken = 0;
  input.on('data', (chunk: Buffer | string) => {
    const text = chunk.toString();
    const last = text.lastIndexOf('\n');
    unbroken = last < 0 ? unbroken + text.length : text.length - last;
    if (unbroken > maxFrameLength) lines.close();
  });
  lines.once('close', () => {
    closed(new EngineError('CANCELLED', 'The other side went away.'));
    resolve(undefined);
  });
  return {
    send: (message) => void output.write(`${message}\n`),
    onMessage: (receive) => lines.on('line', (line) => line !== '' && receive(line)),
    onClose: (told) => (closed = told),
    close: () => lines.close(),
    ended,
  };
}
