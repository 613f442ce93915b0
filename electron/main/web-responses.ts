import { Readable } from 'node:stream';
import type { MediaRequest, MediaResponse } from '../host/videos/media-response.ts';

/**
 * Answers a request of a window to one of the program's own schemes with what a route answers.
 * @param prefix of the addresses that the route serves, `app://videomind/media/`; others are answered with 404.
 */
export async function respondToWindow(
  request: Request,
  prefix: string,
  route: (request: MediaRequest) => Promise<MediaResponse>,
): Promise<Response> {
  if (!request.url.startsWith(prefix)) return new Response(null, { status: 404 });
  const answer = await route({
    method: request.method,
    path: request.url.slice(prefix.length).replace(/#.*$/s, ''),
    range: request.headers.get('range') ?? undefined,
    ifRange: request.headers.get('if-range') ?? undefined,
    ifNoneMatch: request.headers.get('if-none-match') ?? undefined,
    signal: request.signal,
  });
  const { status, headers, body } = answer;
  if (body instanceof Readable) {
    request.signal.addEventListener('abort', () => body.destroy(), { once: true });
    // A window that stops reading is no failure of the program.
    body.on('error', () => undefined);
    return new Response(Readable.toWeb(body) as ReadableStream, { status, headers });
  }
  const bytes = body === undefined || status === 304 ? null : Uint8Array.from(body);
  return new Response(bytes, { status, headers });
}
