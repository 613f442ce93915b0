import type { IncomingMessage, ServerResponse } from 'node:http';

/** For tests: how a server treats a request for a file; with `atByte`, counted from the first byte that it sends. */
export type FileTreatment =
  | 'whole'
  /** The last byte that is sent is another one, or the one at `atByte`. */
  | 'damage'
  | { readonly kind: 'damage'; readonly atByte: number }
  | 'ignore-range'
  | 'refuse'
  | 'fail'
  /** Half of it, or up to a byte, and then nothing more. */
  | 'hang'
  | { readonly kind: 'hang'; readonly atByte: number }
  /** Half of it, or up to a byte, then the connection is gone. */
  | 'cut'
  | { readonly kind: 'cut'; readonly atByte: number }
  /** Not even the head of an answer. */
  | 'silent'
  /** 429, to be asked again after the time that it names, in seconds or as a date. */
  | 'too-many'
  | 'too-many-until'
  /** 416, though the range lies in the file. */
  | 'no-range'
  /** A page that a network's gate sends instead of what was asked for. */
  | 'gate'
  /** To another path of the same host first, as after a repository was renamed. */
  | 'renamed'
  /** The other host that sends large files no longer knows the address that it was given. */
  | 'expired';

/** What a treatment is, without its place. */
export function kindOf(treatment: FileTreatment): string {
  return typeof treatment === 'string' ? treatment : treatment.kind;
}

/** Sends a file as servers of files do: with an ETag, ranges, 416 behind its end. */
export function answerWithFile(
  request: IncomingMessage,
  response: ServerResponse,
  content: Buffer,
  treatment: FileTreatment,
  headers: Readonly<Record<string, string>>,
): void {
  const kind = kindOf(treatment);
  const { range } = request.headers;
  const from = kind === 'ignore-range' ? 0 : Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  if (kind === 'no-range' || (from > 0 && from >= content.length)) {
    response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
    return;
  }
  if (kind === 'gate') {
    const page = '<html>Please accept the conditions of this network.</html>';
    response.writeHead(200, { 'content-type': 'text/html', 'content-length': page.length }).end(page);
    return;
  }
  const rest = Buffer.from(content.subarray(from));
  const place = typeof treatment === 'string' ? undefined : Math.min(treatment.atByte, rest.length);
  if (kind === 'damage' && rest.length > 0) {
    const index = Math.min(place ?? rest.length - 1, rest.length - 1);
    rest[index] = (rest[index] ?? 0) ^ 0xff;
  }
  response.writeHead(from > 0 ? 206 : 200, {
    ...headers,
    'accept-ranges': 'bytes',
    'content-length': rest.length,
    ...(from > 0 ? { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` } : {}),
  });
  const until = place ?? Math.ceil(rest.length / 2);
  if (kind === 'cut') {
    response.write(rest.subarray(0, until), () => response.destroy());
  } else if (kind === 'hang') {
    response.flushHeaders();
    response.write(rest.subarray(0, until));
  } else response.end(rest);
}
