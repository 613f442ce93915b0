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
    return new Response(webStreamOf(body), { status, headers });
  }
  const bytes = body === undefined || status === 304 ? null : Uint8Array.from(body);
  return new Response(bytes, { status, headers });
}

/**
 * The same bytes as a stream of the web. Not `Readable.toWeb`: in Electrons before Node 20 it throws where nobody can catch
 * it when a window stops reading while the file is being closed, and Electron answers that with a dialog that holds the
 * program up, also one that is ending.
 */
function webStreamOf(body: Readable): ReadableStream<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const next = await chunks.next();
        if (next.done === true) controller.close();
        else controller.enqueue(next.value);
      },
      cancel: () => void body.destroy(),
    },
    { highWaterMark: 0 },
  );
}
