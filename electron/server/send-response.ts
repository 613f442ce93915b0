import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { MediaRequest, MediaResponse } from '../host/videos/media-response.ts';

/** A request of HTTP as the media route takes it; its signal aborts when the browser goes away before the answer ended. */
export function mediaRequestOf(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): MediaRequest {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return {
    method: request.method ?? 'GET',
    path,
    range: request.headers.range,
    ifRange: request.headers['if-range'] as string | undefined,
    ifNoneMatch: request.headers['if-none-match'],
    signal: controller.signal,
  };
}

/** Sends an answer of the media route; resolves when all of it was sent or the browser went away. */
export async function sendResponse(response: ServerResponse, answer: MediaResponse): Promise<void> {
  const { status, headers, body } = answer;
  if (response.destroyed) {
    if (body instanceof Readable) body.destroy();
    return;
  }
  response.writeHead(status, { ...headers });
  if (!(body instanceof Readable)) {
    response.end(body);
    return;
  }
  try {
    await pipeline(body, response);
  } catch {
    // The browser went away, as players do at every seek, or the file broke off: the connection is closed by now.
  }
}
