import { homedir } from 'node:os';
import path from 'node:path';
import { HubApiError, datasetInfo, listFiles, modelInfo } from '@huggingface/hub';
import { EngineError, throwIfCancelled } from '../../../native-models/protocol/errors.ts';
import { readToken, readTokenFile } from './access-token.ts';
import type { AccessToken } from './access-token.ts';
import type { CheckpointSource } from './checkpoint-source.ts';
import type { Fetch, NetworkEnvironment } from './network-fetch.ts';
import { isNeeded, plannedFileSchema } from './planned-file.ts';
import type { PlannedFile } from './planned-file.ts';
import { PassingFailure, askOnce, reasonOf, withRetries } from './retries.ts';
import type { Patience } from './retries.ts';
import { requireServiceUrl } from './service-url.ts';

const defaultHubUrl = 'https://huggingface.co';

/** The hub's address: HF_ENDPOINT names a mirror, as for the hub's own tools. @throws EngineError ARGUMENT_INVALID */
export function hubUrlOf(environment: NetworkEnvironment): string {
  const endpoint = environment['HF_ENDPOINT']?.trim() ?? '';
  return endpoint === '' ? defaultHubUrl : requireServiceUrl(endpoint, 'HF_ENDPOINT');
}

/** A person's token for gated repositories: HF_TOKEN, or the file in which the hub's own tools keep it. */
export async function hubToken(environment: NetworkEnvironment): Promise<AccessToken | undefined> {
  const given = readToken(environment['HF_TOKEN'], 'HF_TOKEN');
  if (given !== undefined) return { text: given, from: 'environment' };
  const kept = await readTokenFile(environment['HF_TOKEN_PATH'] ?? path.join(hubHome(environment), 'token'));
  return kept === undefined ? undefined : { text: kept, from: 'file' };
}

/** Where the hub's own tools keep things. */
export function hubHome(environment: NetworkEnvironment): string {
  const { HF_HOME, XDG_CACHE_HOME } = environment;
  return HF_HOME ?? path.join(XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'huggingface');
}

/** How the hub is shown a token. */
export function hubTokenHeaders(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}` };
}

/** The Hugging Face hub, or a mirror of it. @param fetching with the person's token */
export function hubSource(url: string, fetching: Fetch): CheckpointSource {
  return {
    ...{ key: 'hub', title: 'the Hugging Face hub', url, fetch: fetching },
    list: (repository, patience) =>
      withRetries(() => listOnce(repository, url, fetching, patience), patience),
    addressOf: ({ repository, revision, path: filePath }) => {
      const encoded = filePath.split('/').map(encodeURIComponent).join('/');
      return `${url}/${repository}/resolve/${encodeURIComponent(revision)}/${encoded}`;
    },
    accessRemedy:
      'Read and accept its conditions on the hub, then give a token of yours (Models → Access token, or HF_TOKEN) and resume.',
  };
}

/** A data set on the hub as it is now. */
export interface HubDataSet {
  /** As its card says it. */
  readonly licence?: string;
  readonly files: readonly PlannedFile[];
}

/**
 * All files of a data set on the hub.
 * @param repository as in its address: `datasets/ORG/NAME`
 * @param fetching with the person's token
 * @throws EngineError DOWNLOAD_FAILED, CANCELLED
 */
export async function hubDataSet(
  repository: string,
  url: string,
  fetching: Fetch,
  patience: Patience,
): Promise<HubDataSet> {
  return withRetries(
    () =>
      asking(repository, fetching, patience, async (stoppable) => {
        const common = { fetch: stoppable, hubUrl: url };
        const name = repository.replace(/^datasets\//u, '');
        const { sha, cardData } = await datasetInfo({
          ...{ name, additionalFields: ['sha', 'cardData'], ...common },
        });
        const files = await plannedFiles(repository, sha, common, () => true);
        const licence = [cardData?.license ?? []].flat().join(', ');
        return { ...(licence === '' ? {} : { licence }), files };
      }),
    patience,
  );
}

async function listOnce(
  repository: string,
  url: string,
  fetching: Fetch,
  patience: Patience,
): Promise<PlannedFile[]> {
  return asking(repository, fetching, patience, async (stoppable) => {
    const common = { fetch: stoppable, hubUrl: url };
    const { sha } = await modelInfo({ name: repository, additionalFields: ['sha'], ...common });
    return plannedFiles(repository, sha, common, isNeeded);
  });
}

async function plannedFiles(
  repository: string,
  revision: string,
  common: { readonly fetch: Fetch; readonly hubUrl: string },
  isWanted: (filePath: string) => boolean,
): Promise<PlannedFile[]> {
  const files: PlannedFile[] = [];
  for await (const entry of listFiles({ repo: repository, revision, recursive: true, ...common })) {
    if (entry.type !== 'file' || !isWanted(entry.path)) continue;
    files.push(
      plannedFileSchema.parse({
        ...{ source: 'hub', repository, revision, path: entry.path },
        bytes: entry.lfs?.size ?? entry.size,
        checksum:
          entry.lfs === undefined
            ? { algorithm: 'git-blob', hex: entry.oid ?? '' }
            : { algorithm: 'sha256', hex: entry.lfs.oid },
      }),
    );
  }
  return files;
}

/** Asks the hub, with its failures told as ours. @throws PassingFailure, EngineError */
async function asking<Answer>(
  repository: string,
  fetching: Fetch,
  { signal, silenceMs }: Patience,
  ask: (stoppable: Fetch) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await ask((input, options) =>
      askOnce(fetching, input, { ...options, signal }, { what: `the list of ${repository}`, silenceMs }),
    );
  } catch (cause) {
    throwIfCancelled(signal);
    if (cause instanceof PassingFailure || cause instanceof EngineError) throw cause;
    if (cause instanceof HubApiError) throw refused(repository, cause);
    const told = new EngineError(
      'DOWNLOAD_FAILED',
      `The hub does not say what is in ${repository} (${reasonOf(cause)}).`,
      { cause },
    );
    // A list that broke off in the middle, or a page of somebody between us and the hub.
    throw cause instanceof TypeError || cause instanceof SyntaxError ? new PassingFailure(told) : told;
  }
}

function refused(repository: string, cause: HubApiError): EngineError {
  const message = `The hub does not say what is in ${repository} (HTTP ${cause.statusCode}).`;
  // The hub answers 401 for what is not there, too: it does not say what is private.
  const remedy = [401, 403, 404].includes(cause.statusCode)
    ? 'It is private, gated or gone. If you have access, give a token of yours (Models → Access token, or HF_TOKEN) and resume; a mirror may also not have it.'
    : undefined;
  return new EngineError('DOWNLOAD_FAILED', message, { cause, ...(remedy === undefined ? {} : { remedy }) });
}
