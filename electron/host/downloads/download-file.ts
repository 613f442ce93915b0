import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { EngineError, toEngineError } from '../../../native-models/protocol/errors.ts';
import { takeKeptFile } from './kept-files.ts';
import type { KeptFolders } from './kept-files.ts';
import type { Fetch } from './network-fetch.ts';
import type { PlannedFile } from './planned-file.ts';
import { PassingFailure, askOnce, reasonOf, withRetries } from './retries.ts';

/** A file that is known by its size and checksum, whoever plans it. */
export type KnownFile = Omit<PlannedFile, 'source'>;

/** How a file is fetched. */
export interface Fetching {
  readonly url: string;
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
  /** Bytes of the file that are there, as they arrive. */
  readonly onProgress: (doneBytes: number) => void;
  /** How long to wait after each broken connection that brought nothing; at its end the download fails. */
  readonly retryDelaysMs: readonly number[];
  /** A connection over which nothing comes for so long is taken for broken. */
  readonly silenceMs?: number | undefined;
  /** What to do where the server gives nothing without a person's consent (401, 403). */
  readonly accessRemedy?: string;
}

/**
 * Brings a file to its place: what has arrived is kept beside it and gone on from, after a broken connection, a pause or
 * a restart; it gets its name when its checksum is right.
 * @throws EngineError DOWNLOAD_FAILED, CHECKSUM_MISMATCH, DISK_FULL, CANCELLED.
 */
export async function downloadFile(file: KnownFile, place: string, fetching: Fetching): Promise<void> {
  const { signal, retryDelaysMs } = fetching;
  await mkdir(path.dirname(place), { recursive: true });
  const partial = `${place}.part`;
  await withRetries(() => fetchRest(file, partial, fetching), { delaysMs: retryDelaysMs, signal });
  if (!(await isWhole(file, partial))) {
    await rm(partial);
    throw new EngineError('CHECKSUM_MISMATCH', `${file.path} of ${file.repository} arrived damaged.`);
  }
  await rename(partial, place);
}

/** Whether the whole file is at its place, or in what another program downloaded: by its checksum, since its size says nothing. */
export async function isThere(file: PlannedFile, place: string, kept: KeptFolders): Promise<boolean> {
  if (await liesThere(file, place)) return true;
  if (!(await takeKeptFile(file, place, kept))) return false;
  if (await isWhole(file, place)) return true;
  await rm(place);
  return false;
}

/** Whether the whole file is at its place, by its checksum; one that has only its size is removed. */
export async function liesThere(file: KnownFile, place: string): Promise<boolean> {
  if ((await sizeOf(place)) !== file.bytes) return false;
  if (await isWhole(file, place)) return true;
  await rm(place, { force: true });
  return false;
}

/** Fetches what is missing. @throws PassingFailure where the connection breaks, EngineError where it is not worth trying again */
async function fetchRest(file: KnownFile, partial: string, fetching: Fetching): Promise<void> {
  const { url, fetch, signal, silenceMs, onProgress } = fetching;
  let done = await sizeOf(partial);
  if (done > file.bytes) {
    await rm(partial);
    done = 0;
  }
  onProgress(done);
  if (done === file.bytes && file.bytes > 0) return;
  const before = done;
  const headers = { 'accept-encoding': 'identity', ...(done > 0 ? { range: `bytes=${done}-` } : {}) };
  const response = await askOnce(
    fetch,
    url,
    { signal, headers },
    {
      what: `${file.path} of ${file.repository}`,
      silenceMs,
    },
  );
  const goesOn = response.status === 206;
  try {
    await requireFittingAnswer(file, response, { ...fetching, done, partial });
  } catch (error) {
    await response.body?.cancel();
    throw error;
  }
  // A server that does not know ranges sends all of it again.
  if (!goesOn) done = 0;
  const output = await open(partial, goesOn ? 'a' : 'w');
  const hasAdvanced = (): boolean => done > before;
  try {
    for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      if (done + piece.length > file.bytes) {
        await output.truncate(0);
        throw otherSize(file, url);
      }
      await writePiece(output, piece, partial);
      done += piece.length;
      onProgress(done);
    }
    if (done < file.bytes) throw new Error('the connection was closed');
  } catch (error) {
    if (error instanceof EngineError || error instanceof PassingFailure) throw error;
    const reason = reasonOf(error);
    const told = new EngineError(
      'DOWNLOAD_FAILED',
      `${file.path} of ${file.repository} broke off (${reason}).`,
      {
        cause: error,
      },
    );
    throw new PassingFailure(told, { hasAdvanced: hasAdvanced() });
  } finally {
    await output.sync().catch(() => undefined);
    await output.close();
  }
}

/**
 * Looks at the head of an answer before a byte of it is kept: a page of a network's gate, or another file, is not what was asked for.
 * @throws PassingFailure, EngineError
 */
async function requireFittingAnswer(
  file: KnownFile,
  response: Response,
  { url, done, partial, accessRemedy }: Fetching & { readonly done: number; readonly partial: string },
): Promise<void> {
  const { status, headers } = response;
  if (status === 416 && done > 0) {
    // The server has less than what is here: what is here is something else.
    await rm(partial, { force: true });
    throw new PassingFailure(otherSize(file, response.url).told);
  }
  if (!response.ok) {
    const told = refused(file, response, accessRemedy);
    // Large files are sent by another host, for some minutes after the source has named it: asked anew, it names another.
    const isElsewhere = new URL(response.url).host !== new URL(url).host;
    throw status === 403 && isElsewhere ? new PassingFailure(told) : told;
  }
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/u.exec(headers.get('content-range') ?? '');
  if (status === 206 && Number(range?.[1] ?? NaN) !== done) {
    await rm(partial, { force: true });
    throw otherSize(file, response.url);
  }
  const isEncoded = (headers.get('content-encoding') ?? 'identity') !== 'identity';
  const total = status === 206 ? range?.[2] : isEncoded ? null : headers.get('content-length');
  if (total == null || total === '*' || Number(total) === file.bytes) return;
  if (status === 206) await rm(partial, { force: true });
  throw otherSize(file, response.url);
}

async function writePiece(
  output: { writeFile(data: Uint8Array): Promise<void> },
  piece: Uint8Array,
  partial: string,
): Promise<void> {
  try {
    await output.writeFile(piece);
  } catch (error) {
    const known = toEngineError(error);
    if (known.code === 'DISK_FULL') throw known;
    throw new EngineError('OUTPUT_UNWRITABLE', `${partial} cannot be written (${known.message}).`, {
      cause: error,
    });
  }
}

/** Whether a file is what is known of it, by its checksum. */
export async function isWhole(
  { checksum: { algorithm, hex }, bytes }: KnownFile,
  place: string,
): Promise<boolean> {
  const hash: Hash =
    algorithm === 'sha256' ? createHash('sha256') : createHash('sha1').update(`blob ${bytes}\0`);
  for await (const piece of createReadStream(place)) hash.update(piece as Buffer);
  return hash.digest('hex') === hex;
}

/** Worth asking again: what stands between may be gone then. */
function otherSize({ path: filePath, repository, bytes }: KnownFile, url: string): PassingFailure {
  const { hostname } = new URL(url);
  return new PassingFailure(
    new EngineError(
      'DOWNLOAD_FAILED',
      `${hostname} gives something else than ${filePath} of ${repository}, which has ${bytes} bytes.`,
      {
        remedy:
          'Check that no network gate or proxy answers in its place, then resume the download; what has arrived is kept.',
      },
    ),
  );
}

function refused(
  { repository, path: filePath }: KnownFile,
  { status, url }: Response,
  accessRemedy: string | undefined,
): EngineError {
  const { hostname } = new URL(url);
  const remedy =
    status === 401 || status === 403
      ? accessRemedy
      : status === 404
        ? 'It is not there any more: cancel the download and begin it again.'
        : undefined;
  return new EngineError(
    'DOWNLOAD_FAILED',
    `${hostname} does not give ${filePath} of ${repository} (HTTP ${status}).`,
    remedy === undefined ? {} : { remedy },
  );
}

async function sizeOf(filePath: string): Promise<number> {
  return (await stat(filePath).catch(() => undefined))?.size ?? 0;
}
