import type { EngineError } from './errors.ts';

/**
 * What carries frames between two processes: MessagePort, WebSocket or child-process IPC. Messages arrive whole and in
 * order; what is sent after the other side closed is dropped.
 */
export interface Transport {
  send(message: string): void;
  /** The one receiver of messages; those that arrived before it was set are kept for it. */
  onMessage(receive: (message: string) => void): void;
  /** Called once, with the reason that open requests fail with. */
  onClose(closed: (reason: EngineError) => void): void;
  close(): void;
}
