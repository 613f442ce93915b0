import { EngineError, errorCodes } from '../../native-models/protocol/errors.ts';
import type { ErrorCode } from '../../native-models/protocol/errors.ts';
import type { ShellBridge } from '../../electron/host/contract/shell-bridge.ts';
import { webSocketTransport } from './web-socket-transport.ts';

/** Where a page's server listens for frames, serves media and takes uploads, from the page's address. */
export function browserAddresses(pageUrl: string): {
  readonly socket: string;
  media(path: string): string;
  upload(fileName: string): string;
} {
  const page = new URL(pageUrl);
  const socket = new URL('/host', page);
  socket.protocol = page.protocol === 'https:' ? 'wss:' : 'ws:';
  return {
    socket: socket.href,
    media: (path) => new URL(`/media/${path}`, page).href,
    upload: (fileName) => new URL(`/upload/${encodeURIComponent(fileName)}`, page).href,
  };
}

/**
 * The browser shell's bridge, made from the page's address; the session cookie that the shell set when its address was
 * opened goes with every request. There are no native dialogs, and dropped files are sent to the host's machine.
 */
export function browserBridge(pageUrl: string, platform: string): ShellBridge {
  const addresses = browserAddresses(pageUrl);
  return {
    kind: 'browser',
    platform,
    connect: () => webSocketTransport(addresses.socket),
    mediaUrl: (path) => addresses.media(path),
    uploadDroppedFile: (file, onProgress, signal) =>
      upload(addresses.upload(file.name), file, onProgress, signal),
  };
}

/** XMLHttpRequest, since fetch does not tell how much of a body was sent. */
function upload(
  url: string,
  file: File,
  onProgress: (sentBytes: number) => void,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = (): void => request.abort();
    const end = (): void => signal.removeEventListener('abort', abort);
    request.open('PUT', url);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.addEventListener('progress', (event) => onProgress(event.loaded));
    request.addEventListener('load', () => {
      end();
      const path = request.status < 300 ? uploadedPath(request.responseText) : undefined;
      if (path === undefined) reject(uploadError(request.status, request.responseText));
      else resolve(path);
    });
    request.addEventListener('error', () => {
      end();
      reject(
        new EngineError('ENGINE_UNRESPONSIVE', `“${file.name}” did not arrive: the connection was lost.`, {
          remedy: 'Drop the file again once the program is reached.',
        }),
      );
    });
    request.addEventListener('abort', () => {
      end();
      reject(new EngineError('CANCELLED', 'Cancelled.'));
    });
    signal.addEventListener('abort', abort, { once: true });
    request.send(file);
  });
}

/** The path in an answer `{"path": "…"}`. */
function uploadedPath(text: string): string | undefined {
  const value = parse(text);
  return typeof value?.['path'] === 'string' ? value['path'] : undefined;
}

/** The error in an answer `{"error": {code, message, remedy}}`, or what its status says. */
export function uploadError(status: number, text: string): EngineError {
  const error = parse(text)?.['error'];
  if (isRecord(error) && isCode(error['code']) && typeof error['message'] === 'string') {
    const remedy = typeof error['remedy'] === 'string' ? { remedy: error['remedy'] } : {};
    return new EngineError(error['code'], error['message'], remedy);
  }
  if (status === 413)
    return new EngineError('MESSAGE_TOO_LARGE', 'The file is larger than the program takes.');
  if (status === 401 || status === 403) return new EngineError('ACCESS_DENIED', 'The file was refused.');
  return new EngineError('INTERNAL', `The file was not taken (HTTP ${status}).`);
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && (errorCodes as readonly string[]).includes(value);
}
