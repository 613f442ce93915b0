import { EngineError } from '../protocol/errors.ts';
import type { Transport } from '../protocol/transport.ts';

/** What Electron gives a utility process to speak with the program that started it. */
interface ParentPort {
  postMessage(message: string): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
}

/**
 * The channel to the process that started this one, with `child_process.fork` or Electron's `utilityProcess.fork`.
 * @throws EngineError INTERNAL when nobody did.
 */
export function parentTransport(): Transport {
  const { parentPort } = process as { readonly parentPort?: ParentPort };
  if (parentPort !== undefined) return portTransport(parentPort);
  if (process.send === undefined) {
    throw new EngineError('INTERNAL', 'The engine is started by the program, not by itself.');
  }
  return {
    send: (message) => {
      // What cannot be sent any more has no one to reach: `disconnect` follows.
      if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
    },
    onMessage: (receive) => process.on('message', (message) => receive(message as string)),
    onClose: (closed) =>
      process.once('disconnect', () => closed(new EngineError('CANCELLED', 'The program went away.'))),
    close: () => process.disconnect(),
  };
}

/** A utility process ends with its program: there is no one to tell that it closed. */
function portTransport(port: ParentPort): Transport {
  return {
    send: (message) => port.postMessage(message),
    onMessage: (receive) => port.on('message', ({ data }) => receive(data as string)),
    onClose: () => undefined,
    close: () => process.exit(1),
  };
}

/**
 * Ends this process and, where it leads a process group, everything that it started: a decoder that is busy before its
 * first frame would not notice that nobody reads it.
 */
export function endWithChildren(): never {
  try {
    process.kill(-process.pid, 'SIGKILL');
  } catch {
    // Not the leader of a group (Windows, or started by hand): children see their pipes close.
  }
  process.exit(1);
}
