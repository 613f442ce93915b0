import type { Fetch } from './network-fetch.ts';

/** A connection over which nothing comes for so long is taken for broken: 60 s. */
export const longestSilenceMs = 60_000;

/**
 * `fetch` that gives up when nothing is heard for a while, neither the head of an answer nor its next piece: a connection that
 * hangs would else hold a download for minutes, or for ever.
 */
export function withSilenceLimit(fetching: Fetch, silenceMs: number = longestSilenceMs): Fetch {
  return async (input, init) => {
    const silence = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const heard = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        silence.abort(new Error(`nothing came for ${silenceMs / 1000} seconds`));
      }, silenceMs);
      timer.unref();
    };
    const signals = [silence.signal, ...(init?.signal == null ? [] : [init.signal])];
    heard();
    let response: Response;
    try {
      response = await fetching(input, { ...init, signal: AbortSignal.any(signals) });
    } catch (error) {
      clearTimeout(timer);
      throw silence.signal.aborted ? silence.signal.reason : error;
    }
    if (response.body === null) {
      clearTimeout(timer);
      return response;
    }
    const watched = new TransformStream<Uint8Array, Uint8Array>({
      transform: (piece, controller) => {
        heard();
        controller.enqueue(piece);
      },
      flush: () => clearTimeout(timer),
    });
    const { status, statusText, headers, url } = response;
    const told = new Response(response.body.pipeThrough(watched), {
      ...{ status, statusText, headers: [...headers] },
    });
    // What answered in the end, behind redirects: a new Response does not know it.
    Object.defineProperty(told, 'url', { value: url });
    return told;
  };
}
