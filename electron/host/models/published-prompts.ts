import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { EngineError, throwIfCancelled, toEngineError } from '../../../native-models/protocol/errors.ts';
import type { DownloadableModel } from '../contract/models.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import type { Fetch } from './network-fetch.ts';

/** The words that a checkpoint was trained with, as its authors publish them: pinned by their hash. */
export type PublishedPrompts = NonNullable<DownloadableModel['prompts']>;

/** Far above any file of constants. */
const mostBytes = 1024 * 1024;

/**
 * Brings the prompts that a checkpoint was trained with to their place. They are no part of this program: they come from their
 * authors, and only in the very form that this version knows. What is there already is checked like what arrives.
 *
 * @throws EngineError CHECKSUM_MISMATCH where they are another text by now: never taken silently; DOWNLOAD_FAILED, CANCELLED
 */
export async function bringPrompts(
  prompts: PublishedPrompts,
  place: string,
  {
    fetch,
    signal,
    retryDelaysMs,
  }: { readonly fetch: Fetch; readonly signal: AbortSignal; readonly retryDelaysMs: readonly number[] },
): Promise<void> {
  const there = await readFile(place).catch(() => undefined);
  if (there !== undefined && sha256(there) === prompts.sha256) return;
  for (let attempt = 0; ; attempt++) {
    const arrived = await fetchOnce(prompts, fetch, signal);
    if (Buffer.isBuffer(arrived)) {
      requireKnown(prompts, arrived);
      await mkdir(path.dirname(place), { recursive: true });
      await writeAtomically(place, arrived.toString('utf8'));
      return;
    }
    throwIfCancelled(signal);
    const delayMs = retryDelaysMs[attempt];
    if (delayMs === undefined) throw arrived;
    await wait(delayMs, undefined, { signal }).catch(() => undefined);
    throwIfCancelled(signal);
  }
}

/** @returns the text, or why it is worth asking again. @throws EngineError where it is not */
async function fetchOnce(
  { url, project }: PublishedPrompts,
  fetching: Fetch,
  signal: AbortSignal,
): Promise<Buffer | EngineError> {
  const told = `The prompts of ${project} at ${url}`;
  try {
    const response = await fetching(url, { signal });
    if (!response.ok) {
      await response.body?.cancel();
      const refused = new EngineError('DOWNLOAD_FAILED', `${told} are not given (HTTP ${response.status}).`);
      if (response.status >= 500 || response.status === 429) return refused;
      throw refused;
    }
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      bytes += piece.length;
      if (bytes > mostBytes) throw changed(project, url);
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  } catch (error) {
    if (error instanceof EngineError) throw error;
    return new EngineError(
      'DOWNLOAD_FAILED',
      `${told} cannot be fetched (${toEngineError(error).message}).`,
      {
        cause: error,
      },
    );
  }
}

function requireKnown({ sha256: wanted, project, url }: PublishedPrompts, content: Buffer): void {
  if (sha256(content) !== wanted) throw changed(project, url);
}

function changed(project: string, url: string): EngineError {
  return new EngineError(
    'CHECKSUM_MISMATCH',
    `The prompts of ${project} at ${url} are not those that this version knows; they were not taken.`,
    {
      remedy:
        'Resume the download if it may have been cut or altered on its way. If their authors changed them, import the checkpoint by hand and name the file with --prompts.',
    },
  );
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
