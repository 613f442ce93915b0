import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { EngineError, throwIfCancelled, toEngineError } from '../../../native-models/protocol/errors.ts';
import type { PromptsFrom } from '../contract/downloads.ts';
import type { PromptsPlace, PublishedPrompts } from '../contract/models.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import type { Fetch } from './network-fetch.ts';
import { PassingFailure, askOnce, reasonOf, withRetries } from './retries.ts';

/** Far above any file of constants. */
const mostBytes = 1024 * 1024;

/** Where prompts are to come from, and how they are fetched. */
export interface PromptsFetching {
  readonly from: PromptsFrom;
  /** The person's own file, absolute; with `from: 'file'`. */
  readonly ownPath?: string | undefined;
  /** Address of the hub or its mirror. */
  readonly hubUrl: string;
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
  readonly retryDelaysMs: readonly number[];
  readonly silenceMs?: number | undefined;
}

/**
 * Brings the prompts that a checkpoint was trained with into a folder. They are no part of this program: they come from their
 * authors, and only in the very form that this version knows, wherever it is fetched. What is there already is checked like
 * what arrives. A person's own file is taken as it is.
 *
 * @returns the file to import with
 * @throws EngineError CHECKSUM_MISMATCH where they are another text by now: never taken silently; DOWNLOAD_FAILED, PROMPTS_INVALID,
 *   CANCELLED
 */
export async function bringPrompts(
  prompts: PublishedPrompts,
  folder: string,
  fetching: PromptsFetching,
): Promise<string> {
  if (fetching.from === 'file') return await takeOwnFile(fetching.ownPath ?? '', folder);
  const place = path.join(folder, 'constants.py');
  const there = await readFile(place).catch(() => undefined);
  if (there !== undefined && sha256(there) === prompts.sha256) return place;
  const failures: EngineError[] = [];
  for (const address of placesAsked(prompts, fetching)) {
    try {
      const content = await fetchPrompts(prompts, address, fetching);
      await mkdir(folder, { recursive: true });
      await writeAtomically(place, content.toString('utf8'));
      return place;
    } catch (error) {
      throwIfCancelled(fetching.signal);
      failures.push(toEngineError(error));
    }
  }
  throw together(failures);
}

function addressOfPlace(place: PromptsPlace, hubUrl: string): string {
  return place.key === 'github' ? place.url : `${hubUrl}/${place.path}`;
}

/** The addresses that are asked, in turn. A person with a mirror of the hub often does not reach GitHub: there the hub comes first. */
export function placesAsked(
  { places }: PublishedPrompts,
  { from, hubUrl }: Pick<PromptsFetching, 'from' | 'hubUrl'>,
): string[] {
  const chosen = from === 'auto' ? [...places] : places.filter(({ key }) => key === from);
  const isMirrored = hubUrl !== 'https://huggingface.co';
  if (isMirrored) chosen.sort((one, other) => Number(other.key === 'hub') - Number(one.key === 'hub'));
  return chosen.map((place) => addressOfPlace(place, hubUrl));
}

async function fetchPrompts(
  prompts: PublishedPrompts,
  url: string,
  fetching: PromptsFetching,
): Promise<Buffer> {
  const { signal, retryDelaysMs } = fetching;
  const content = await withRetries(() => fetchOnce(url, `the prompts of ${prompts.project}`, fetching), {
    delaysMs: retryDelaysMs,
    signal,
  });
  if (sha256(content) === prompts.sha256) return content;
  throw new EngineError(
    'CHECKSUM_MISMATCH',
    `The prompts of ${prompts.project} at ${url} are not those that this version knows; they were not taken.`,
    {
      remedy:
        'Resume the download if they may have been cut or altered on their way, or choose another place for the prompts. If their authors changed them, download them yourself, read them, and choose that file.',
    },
  );
}

async function fetchOnce(
  url: string,
  what: string,
  { fetch, signal, silenceMs }: PromptsFetching,
): Promise<Buffer> {
  const response = await askOnce(fetch, url, { signal }, { what, silenceMs });
  if (!response.ok) {
    await response.body?.cancel();
    throw new EngineError('DOWNLOAD_FAILED', `${url} does not give ${what} (HTTP ${response.status}).`);
  }
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      bytes += piece.length;
      // Cut there it has another checksum, which is told.
      if (bytes > mostBytes) break;
      pieces.push(piece);
    }
  } catch (error) {
    const told = new EngineError('DOWNLOAD_FAILED', `${url}: ${what} broke off (${reasonOf(error)}).`, {
      cause: error,
    });
    throw new PassingFailure(told);
  }
  return Buffer.concat(pieces);
}

/** A copy beside the checkpoint, so that a resumed download imports the same text. */
async function takeOwnFile(ownPath: string, folder: string): Promise<string> {
  if (!path.isAbsolute(ownPath)) {
    throw new EngineError('PROMPTS_INVALID', 'No file of prompts was chosen.', {
      remedy: 'Choose a file of prompts, or another place for them.',
    });
  }
  const place = path.join(folder, `own${path.extname(ownPath)}`);
  await mkdir(folder, { recursive: true });
  await copyFile(ownPath, place).catch((cause: unknown) => {
    throw new EngineError('PROMPTS_INVALID', `${ownPath} cannot be read (${toEngineError(cause).message}).`, {
      cause,
    });
  });
  return place;
}

/** What to tell where several places failed: a changed text before everything else. */
function together(failures: readonly EngineError[]): EngineError {
  const first = failures.find(({ code }) => code === 'CHECKSUM_MISMATCH') ?? failures[0];
  if (first === undefined) {
    return new EngineError('DOWNLOAD_FAILED', 'These prompts are not published at the chosen place.', {
      remedy: 'Choose another place for the prompts.',
    });
  }
  if (failures.length === 1) return first;
  const message = failures.map((failure) => failure.message).join(' ');
  const remedy =
    first.code === 'CHECKSUM_MISMATCH'
      ? first.remedy
      : 'Check the connection and resume. Where neither place is reached, get the file in another way and choose it for the prompts.';
  return new EngineError(first.code, message, { remedy, cause: first });
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
