import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { EngineError, throwIfCancelled, toEngineError } from '../../../native-models/protocol/errors.ts';
import type { PlannedFile } from './download-plan.ts';
import { takeFromHubCache } from './hub-cache.ts';
import type { Fetch } from './network-fetch.ts';

/** How a file is fetched. */
export interface Fetching {
  readonly url: string;
  readonly fetch: Fetch;
  /** Caches of the hub's own tools, in which it may lie already. */
  readonly caches?: readonly string[];
  readonly signal: AbortSignal;
  /** Bytes of the file that are there, as they arrive. */
  readonly onProgress: (doneBytes: number) => void;
  /** How long to wait after each broken connection that brought nothing; at its end the download fails. */
  readonly retryDelaysMs: readonly number[];
}

/** Why a connection broke, where it is worth trying again. */
interface Break {
  readonly error: EngineError;
  readonly retryAfterMs?: number;
}

const longestNamedDelayMs = 120_000;

/**
 * Brings a file to its place: what has arrived is kept beside it and gone on from, after a broken connection, a pause or
 * a restart; it gets its name when its checksum is right.
 * @throws EngineError DOWNLOAD_FAILED, CHECKSUM_MISMATCH, DISK_FULL, CANCELLED.
 */
export async function downloadFile(file: PlannedFile, place: string, fetching: Fetching): Promise<void> {
  if (await isThere(file, place, fetching.caches ?? [])) {
    fetching.onProgress(file.bytes);
    return;
  }
  await mkdir(path.dirname(place), { recursive: true });
  const partial = `${place}.part`;
  for (let fruitless = 0; ;) {
    const before = await sizeOf(partial);
    const failure = await fetchRest(file, partial, fetching);
    if (failure === undefined) break;
    throwIfCancelled(fetching.signal);
    fruitless = (await sizeOf(partial)) > before ? 0 : fruitless + 1;
    const delayMs = fetching.retryDelaysMs[fruitless];
    if (delayMs === undefined) throw failure.error;
    // A server that says when to come back is not asked before.
    const namedMs = Math.min(longestNamedDelayMs, failure.retryAfterMs ?? 0);
    await wait(Math.max(delayMs, namedMs), undefined, { signal: fetching.signal }).catch(() => undefined);
    throwIfCancelled(fetching.signal);
  }
  await requireChecksum(file, partial);
  await rename(partial, place);
}

/** Fetches what is missing. @returns why the connection broke, where it is worth trying again. */
async function fetchRest(
  file: PlannedFile,
  partial: string,
  { url, fetch, signal, onProgress }: Fetching,
): Promise<Break | undefined> {
  let done = await sizeOf(partial);
  if (done > file.bytes) {
    await rm(partial);
    done = 0;
  }
  onProgress(done);
  if (done === file.bytes && file.bytes > 0) return undefined;
  let response: Response;
  try {
    response = await fetch(url, { signal, ...(done > 0 ? { headers: { range: `bytes=${done}-` } } : {}) });
  } catch (error) {
    return { error: broken(file, error) };
  }
  if (!response.ok) {
    await response.body?.cancel();
    const failure = refused(file, response.status);
    // What the server cannot do now it may do later; what it does not want to it never will.
    if (response.status >= 500 || response.status === 429) {
      const seconds = Number(response.headers.get('retry-after') ?? NaN);
      return { error: failure, ...(Number.isFinite(seconds) ? { retryAfterMs: seconds * 1000 } : {}) };
    }
    if (response.status === 416) await rm(partial, { force: true });
    throw failure;
  }
  // A server that does not know ranges sends all of it again.
  const goesOn = response.status === 206 && startOf(response) === done;
  if (response.status === 206 && !goesOn) return { error: refused(file, response.status) };
  const output = await open(partial, goesOn ? 'a' : 'w');
  try {
    if (!goesOn) done = 0;
    if (response.body === null) return { error: broken(file, new Error('the answer is empty')) };
    try {
      for await (const piece of response.body as AsyncIterable<Uint8Array>) {
        if (done + piece.length > file.bytes) return await tooLong(file, partial);
        try {
          await output.writeFile(piece);
        } catch (error) {
          throw writeFailure(error, partial);
        }
        done += piece.length;
        onProgress(done);
      }
    } catch (error) {
      if (error instanceof EngineError) throw error;
      return { error: broken(file, error) };
    } finally {
      await output.sync().catch(() => undefined);
    }
  } finally {
    await output.close();
  }
  return done === file.bytes ? undefined : { error: broken(file, new Error('the connection was closed')) };
}

/** Whether the whole file is at its place, or in somebody's cache: by its checksum, since its size says nothing. */
async function isThere(file: PlannedFile, place: string, caches: readonly string[]): Promise<boolean> {
  if ((await stat(place).catch(() => undefined))?.size === file.bytes) {
    if (await isWhole(file, place)) return true;
    await rm(place);
  }
  if (!(await takeFromHubCache(file, place, caches))) return false;
  if (await isWhole(file, place)) return true;
  await rm(place);
  return false;
}

async function isWhole(
  { checksum: { algorithm, hex }, bytes }: PlannedFile,
  place: string,
): Promise<boolean> {
  const hash: Hash =
    algorithm === 'sha256' ? createHash('sha256') : createHash('sha1').update(`blob ${bytes}\0`);
  for await (const piece of createReadStream(place)) hash.update(piece as Buffer);
  return hash.digest('hex') === hex;
}

async function requireChecksum(file: PlannedFile, partial: string): Promise<void> {
  if (await isWhole(file, partial)) return;
  await rm(partial);
  throw new EngineError('CHECKSUM_MISMATCH', `${file.path} of ${file.repository} arrived damaged.`);
}

async function tooLong(file: PlannedFile, partial: string): Promise<never> {
  await rm(partial);
  throw new EngineError(
    'CHECKSUM_MISMATCH',
    `${file.path} of ${file.repository} is longer than it should be.`,
  );
}

function startOf(response: Response): number {
  return Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1] ?? NaN);
}

function refused({ repository, path: filePath }: PlannedFile, status: number): EngineError {
  const isPrivate = status === 401 || status === 403;
  return new EngineError(
    'DOWNLOAD_FAILED',
    `The hub does not give ${filePath} of ${repository} (HTTP ${status}).`,
    isPrivate
      ? {
          remedy:
            'Read and accept its conditions on the hub, then set HF_TOKEN to a token of yours and resume.',
        }
      : {},
  );
}

function broken({ repository, path: filePath }: PlannedFile, error: unknown): EngineError {
  const { message } = toEngineError(error);
  return new EngineError('DOWNLOAD_FAILED', `${filePath} of ${repository} broke off (${message}).`, {
    cause: error,
  });
}

function writeFailure(error: unknown, partial: string): EngineError {
  const known = toEngineError(error);
  if (known.code === 'DISK_FULL') return known;
  return new EngineError('OUTPUT_UNWRITABLE', `${partial} cannot be written (${known.message}).`, {
    cause: error,
  });
}

async function sizeOf(filePath: string): Promise<number> {
  return (await stat(filePath).catch(() => undefined))?.size ?? 0;
}
