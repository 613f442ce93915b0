import type { WebSocket } from 'ws';
import { EngineError } from '../../native-models/protocol/errors.ts';
import type { Transport } from '../../native-models/protocol/transport.ts';

/** Longest message of a window, in bytes: a hundred thousand annotations fit in. */
export const maxMessageBytes = 32 * 1024 * 1024;

/** From here on no more requests are read until the window has read its answers. */
const pauseAboveBytes = 4 * 1024 * 1024;
/** A window that lets this much lie is not there any more, or is up to no good. */
const closeAboveBytes = 256 * 1024 * 1024;
const pingIntervalMs = 30_000;

/** Close codes; the reason names the error. An oversize message is closed by `ws` itself, with 1009. */
const closeCodes = { PROTOCOL_INVALID: 1007, ACCESS_DENIED: 1008 } as const;

/** Closes a window's socket and says why. */
export function closeFor(socket: WebSocket, code: keyof typeof closeCodes): void {
  socket.resume();
  socket.on('error', () => undefined);
  socket.close(closeCodes[code], code);
}

/**
 * The host's end of one window's WebSocket. A window that asks faster than it reads is not read from until it caught up;
 * one that does not read at all is closed. Binary messages, oversize ones and unreadable frames close this connection
 * and no other.
 */
export function webSocketTransport(socket: WebSocket): Transport {
  let receive: ((message: string) => void) | undefined;
  const early: string[] = [];
  let answered = true;

  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) {
      closeFor(socket, 'PROTOCOL_INVALID');
      return;
    }
    const message = data.toString('utf8');
    if (receive === undefined) early.push(message);
    else receive(message);
  });
  // An oversize or malformed WebSocket frame: `ws` closes the connection with the code that fits.
  socket.on('error', () => undefined);
  socket.on('pong', () => (answered = true));
  const ping = setInterval(() => {
    if (!answered) socket.terminate();
    answered = false;
    socket.ping();
  }, pingIntervalMs);
  ping.unref();
  socket.once('close', () => clearInterval(ping));

  const drained = (): void => {
    if (socket.isPaused && socket.bufferedAmount < pauseAboveBytes) socket.resume();
  };

  return {
    send: (message) => {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > closeAboveBytes) {
        socket.terminate();
        return;
      }
      socket.send(message, drained);
      if (socket.bufferedAmount > pauseAboveBytes) socket.pause();
    },
    onMessage: (receiver) => {
      receive = receiver;
      for (const message of early.splice(0)) receiver(message);
    },
    onClose: (closed) =>
      socket.once('close', () => closed(new EngineError('CANCELLED', 'The window went away.'))),
    // The protocol's end closes when it was sent something that it could not read.
    close: () => closeFor(socket, 'PROTOCOL_INVALID'),
  };
}
