import { EngineError } from '../../native-models/protocol/errors.ts';
import type { Transport } from '../../native-models/protocol/transport.ts';

/** Close code with which a server says that the token is missing or wrong (RFC 6455, policy violation). */
const policyViolation = 1008;

/** Frames over a WebSocket. What is sent before it opens waits; what arrives before there is a receiver is kept. */
export function webSocketTransport(url: string): Transport {
  const socket = new WebSocket(url);
  const waiting: string[] = [];
  const early: string[] = [];
  let receive: ((message: string) => void) | undefined;
  let closed: ((reason: EngineError) => void) | undefined;
  let reason: EngineError | undefined;

  const end = (error: EngineError): void => {
    if (reason !== undefined) return;
    reason = error;
    closed?.(error);
  };
  socket.addEventListener('open', () => {
    for (const message of waiting.splice(0)) socket.send(message);
  });
  socket.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (typeof event.data !== 'string') return;
    if (receive === undefined) early.push(event.data);
    else receive(event.data);
  });
  socket.addEventListener('close', (event) => end(connectionLost(event.code)));

  return {
    send: (message) => {
      if (socket.readyState === WebSocket.CONNECTING) waiting.push(message);
      else if (socket.readyState === WebSocket.OPEN) socket.send(message);
    },
    onMessage: (listener) => {
      receive = listener;
      for (const message of early.splice(0)) listener(message);
    },
    onClose: (listener) => {
      closed = listener;
      if (reason !== undefined) listener(reason);
    },
    close: () => {
      socket.close();
      end(connectionLost());
    },
  };
}

function connectionLost(code?: number): EngineError {
  if (code === policyViolation) return new EngineError('ACCESS_DENIED', 'The program refused this window.');
  return new EngineError('ENGINE_UNRESPONSIVE', 'The connection to the program was lost.', {
    remedy: 'It is tried again by itself; start the program if it was ended.',
  });
}
