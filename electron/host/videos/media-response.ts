import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { parseByteRange } from './byte-range.ts';

/** A request to the media route, whichever shell it came through. */
export interface MediaRequest {
  readonly method: string;
  /** The rest of the address after the route's prefix, as it was sent: still percent-encoded, with its query. */
  readonly path: string;
  readonly range?: string | undefined;
  readonly ifRange?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  /** Aborted when whoever asked goes away. */
  readonly signal: AbortSignal;
}

/** What the media route answers. A body that is not read must be destroyed. */
export interface MediaResponse {
  readonly status: 200 | 206 | 304 | 400 | 404 | 405 | 416 | 422 | 500 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Readable | Uint8Array;
}

/** Sent with every answer: what a video file says of itself is never believed over what it is served as. */
const commonHeaders = { 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin' };

/** An answer without content, that says why in one line. */
export function refuse(status: MediaResponse['status'], reason: string): MediaResponse {
  const body = Buffer.from(`${reason}\n`);
  return {
    status,
    headers: {
      ...commonHeaders,
      'content-type': 'text/plain; charset=utf-8',
      'content-length': String(body.length),
      'cache-control': 'no-store',
    },
    body,
  };
}

/** Changes whenever the file does. */
export function entityTag(stats: Pick<Stats, 'size' | 'mtimeMs' | 'ino'>): string {
  return `"${stats.size.toString(36)}-${Math.trunc(stats.mtimeMs).toString(36)}-${stats.ino.toString(36)}"`;
}

/**
 * Answers with an open file or a part of it, and closes it when the answer is read, destroyed or has no body.
 * @param headers type and caching of this answer.
 */
export async function respondWithFile(
  request: MediaRequest,
  file: FileHandle,
  headers: Readonly<Record<string, string>>,
): Promise<MediaResponse> {
  const stats = await file.stat();
  const etag = entityTag(stats);
  const all = { ...commonHeaders, ...headers, etag, 'accept-ranges': 'bytes' };
  if (matches(request.ifNoneMatch, etag)) return await withoutBody(file, { status: 304, headers: all });
  // A part of what the file was before would be put together with a part of what it is now.
  const wanted = request.ifRange === undefined || request.ifRange === etag ? request.range : undefined;
  const range = parseByteRange(wanted, stats.size);
  if (range === 'unsatisfiable') {
    const rangeHeaders = { ...all, 'content-range': `bytes */${stats.size}`, 'content-length': '0' };
    return await withoutBody(file, { status: 416, headers: rangeHeaders });
  }
  const { start, end } = range ?? { start: 0, end: stats.size - 1 };
  const answer: MediaResponse = {
    status: range === undefined ? 200 : 206,
    headers: {
      ...all,
      'content-length': String(end - start + 1),
      ...(range && { 'content-range': `bytes ${start}-${end}/${stats.size}` }),
    },
  };
  if (request.method === 'HEAD' || stats.size === 0) return await withoutBody(file, answer);
  return { ...answer, body: file.createReadStream({ start, end, highWaterMark: 256 * 1024 }) };
}

async function withoutBody(file: FileHandle, answer: MediaResponse): Promise<MediaResponse> {
  await file.close();
  return answer;
}

/** Answers with bytes that were made for this request. */
export function respondWithBytes(
  request: MediaRequest,
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>>,
): MediaResponse {
  return {
    status: 200,
    headers: { ...commonHeaders, ...headers, 'content-length': String(bytes.length) },
    ...(request.method !== 'HEAD' && { body: bytes }),
  };
}

/** Answers with what was made before, or with what is being made, as it comes: how much it will be is not known then. */
export function respondWithMade(
  request: MediaRequest,
  made: Uint8Array | Readable,
  headers: Readonly<Record<string, string>>,
): MediaResponse {
  if (!(made instanceof Readable))
    return respondWithBytes(request, made, { ...headers, 'cache-control': 'private, max-age=86400' });
  const answer = {
    status: 200,
    headers: { ...commonHeaders, ...headers, 'cache-control': 'no-store' },
  } as const;
  if (request.method !== 'HEAD') return { ...answer, body: made };
  made.destroy();
  return answer;
}

function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((tag) => ['*', etag, `W/${etag}`].includes(tag.trim()));
}
