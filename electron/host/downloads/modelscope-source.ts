import { z } from 'zod';
import { EngineError, throwIfCancelled } from '../../../native-models/protocol/errors.ts';
import { readToken } from './access-token.ts';
import type { AccessToken } from './access-token.ts';
import type { CheckpointSource } from './checkpoint-source.ts';
import type { Fetch, NetworkEnvironment } from './network-fetch.ts';
import { isNeeded } from './planned-file.ts';
import type { PlannedFile } from './planned-file.ts';
import { PassingFailure, askOnce, reasonOf, withRetries } from './retries.ts';
import type { Patience } from './retries.ts';
import { requireServiceUrl } from './service-url.ts';

const defaultModelScopeUrl = 'https://modelscope.cn';
/** ModelScope's name of a repository's branch. */
const branch = 'master';

/** ModelScope's address: MODELSCOPE_ENDPOINT, or MODELSCOPE_DOMAIN of its older tools. @throws EngineError ARGUMENT_INVALID */
export function modelScopeUrlOf(environment: NetworkEnvironment): string {
  for (const name of ['MODELSCOPE_ENDPOINT', 'MODELSCOPE_DOMAIN']) {
    const given = environment[name]?.trim() ?? '';
    if (given !== '') return requireServiceUrl(given, name);
  }
  return defaultModelScopeUrl;
}

/** A person's token: MODELSCOPE_API_TOKEN. What its own tools keep is Python's pickled cookies, which are not read. */
export function modelScopeToken(environment: NetworkEnvironment): AccessToken | undefined {
  const given = readToken(environment['MODELSCOPE_API_TOKEN'], 'MODELSCOPE_API_TOKEN');
  return given === undefined ? undefined : { text: given, from: 'environment' };
}

/** How ModelScope is shown a token: newer parts of it read the header, older ones the cookie. */
export function modelScopeTokenHeaders(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}`, cookie: `m_session_id=${encodeURIComponent(token)}` };
}

/** ModelScope's list of files: `GET /api/v1/models/ORG/NAME/repo/files?Revision=…&Recursive=True` (its Python client, hub/api.py). */
const listSchema = z.object({
  Code: z.number().optional(),
  Success: z.boolean().optional(),
  Message: z.string().nullish(),
  Data: z
    .object({
      Files: z
        .array(
          z.object({
            Path: z.string(),
            Type: z.string().optional(),
            Size: z.number().int().nonnegative().optional(),
            Sha256: z.string().nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
});

/** ModelScope, which people reach who do not reach the hub. @param fetching with the person's token */
export function modelScopeSource(url: string, fetching: Fetch): CheckpointSource {
  return {
    ...{ key: 'modelscope', title: 'ModelScope', url, fetch: fetching },
    list: (repository, patience) =>
      withRetries(() => listOnce(repository, url, fetching, patience), patience),
    addressOf: ({ repository, revision, path }) =>
      `${url}/api/v1/models/${repository}/repo?${new URLSearchParams({ Revision: revision, FilePath: path }).toString()}`,
    accessRemedy:
      'Read and accept its conditions on ModelScope, then give a token of yours (Models → Access token, or MODELSCOPE_API_TOKEN) and resume.',
  };
}

async function listOnce(
  repository: string,
  url: string,
  fetching: Fetch,
  { signal, silenceMs }: Patience,
): Promise<PlannedFile[]> {
  const query = new URLSearchParams({ Revision: branch, Recursive: 'True' }).toString();
  const address = `${url}/api/v1/models/${repository}/repo/files?${query}`;
  const response = await askOnce(
    fetching,
    address,
    { signal },
    { what: `the list of ${repository}`, silenceMs },
  );
  let text: string;
  try {
    text = await response.text();
  } catch (error) {
    throwIfCancelled(signal);
    throw new PassingFailure(unlisted(repository, reasonOf(error)));
  }
  const list = listSchema.safeParse(parseJson(text)).data;
  if (!response.ok || list?.Data?.Files == null || list.Success === false) {
    throw unlisted(repository, list?.Message ?? `HTTP ${response.status}`);
  }
  const needed = list.Data.Files.filter(({ Type, Path }) => Type !== 'tree' && isNeeded(Path));
  return needed.map(({ Path: filePath, Size: bytes, Sha256: sha256 }) => {
    const hex = sha256?.toLowerCase() ?? '';
    if (bytes === undefined || !/^[\da-f]{64}$/u.test(hex)) {
      throw unlisted(repository, `${filePath} has no size or checksum`);
    }
    return {
      ...{ source: 'modelscope', repository, revision: branch, path: filePath, bytes },
      checksum: { algorithm: 'sha256', hex },
    };
  });
}

function unlisted(repository: string, reason: string): EngineError {
  return new EngineError('DOWNLOAD_FAILED', `ModelScope does not say what is in ${repository} (${reason}).`, {
    remedy: 'Resume the download later, or choose the Hugging Face hub or a mirror of it as the source.',
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
