import { Readable } from 'node:stream';
import type { MediaPath } from '../host/contract/shell-bridge.ts';
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
  const path = request.url.slice(prefix.length).replace(/#.*$/s, '');
  const gone = new AbortController();
  request.signal.addEventListener('abort', () => gone.abort(), { once: true });
  const answering = route({
    ...{ method: request.method, path, signal: gone.signal },
    range: request.headers.get('range') ?? undefined,
    ifRange: request.headers.get('if-range') ?? undefined,
    ifNoneMatch: request.headers.get('if-none-match') ?? undefined,
  });
  if (path.startsWith(thumbnails)) return beginWithPicture(answering, gone);
  const { status, headers, body } = await answering;
  if (body instanceof Readable) {
    request.signal.addEventListener('abort', () => body.destroy(), { once: true });
    // A window that stops reading is no failure of the program.
    body.on('error', () => undefined);
    return new Response(webStreamOf(body), { status, headers });
  }
  const bytes = body === undefined || status === 304 ? null : Uint8Array.from(body);
  return new Response(bytes, { status, headers });
}

const thumbnails: MediaPath = 'thumbnail/';

/**
 * Answers before a picture is made, without content where there is none. Electron never aborts a request: that a window waits
 * no longer, it tells only by no longer reading an answer that has begun.
 */
function beginWithPicture(answering: Promise<MediaResponse>, gone: AbortController): Response {
  const picture = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { status, body } = await answering;
        if (gone.signal.aborted) return;
        if (status === 200 && body instanceof Uint8Array) controller.enqueue(Uint8Array.from(body));
        controller.close();
      },
      cancel: () => gone.abort(),
    },
    { highWaterMark: 0 },
  );
  return new Response(picture, {
    headers: { 'content-type': 'image/jpeg', 'x-content-type-options': 'nosniff' },
  });
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
