import type { MessagePortMain } from 'electron';
import { EngineError } from '../../native-models/protocol/errors.ts';
import type { Transport } from '../../native-models/protocol/transport.ts';

/** Longest message of a window, in UTF-16 code units. */
const maxMessageLength = 32 * 1024 * 1024;

/** What is used of a port. */
export type WindowPort = Pick<MessagePortMain, 'on' | 'once' | 'postMessage' | 'start' | 'close'>;

/** The host's end of a window's connection: one MessagePort, strings only. What is none, or too long, closes it. */
export function portTransport(port: WindowPort): Transport {
  let receive: ((message: string) => void) | undefined;
  let closed: ((reason: EngineError) => void) | undefined;
  let open = true;
  const end = (): void => {
    if (!open) return;
    open = false;
    closed?.(new EngineError('CANCELLED', 'The window went away.'));
  };
  const close = (): void => {
    port.close();
    end();
  };
  port.once('close', end);
  port.on('message', ({ data }: { readonly data: unknown }) => {
    if (typeof data === 'string' && data.length <= maxMessageLength) receive?.(data);
    else close();
  });
  return {
    send: (message) => {
      if (open) port.postMessage(message);
    },
    onMessage: (receiver) => {
      receive = receiver;
      // Until now the port kept what arrived.
      port.start();
    },
    onClose: (listener) => (closed = listener),
    close,
  };
}
