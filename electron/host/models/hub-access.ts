import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import type { NetworkEnvironment } from './network-fetch.ts';

const defaultHubUrl = 'https://huggingface.co';

/** The hub's address: HF_ENDPOINT names a mirror, as for the hub's own tools. */
export function hubUrlOf(environment: NetworkEnvironment): string {
  const endpoint = environment['HF_ENDPOINT'] ?? '';
  return endpoint === '' ? defaultHubUrl : endpoint.replace(/\/+$/u, '');
}

/** Where the hub's own tools keep what they download, most specific first. */
export function hubCacheFolders(environment: NetworkEnvironment): string[] {
  const { HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE } = environment;
  return [HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, path.join(hubHome(environment), 'hub')].filter(
    (folder): folder is string => folder !== undefined && folder !== '',
  );
}

/** A person's token for gated repositories: HF_TOKEN, or the file in which the hub's own tools keep it. */
export async function hubToken(environment: NetworkEnvironment): Promise<string | undefined> {
  const given = environment['HF_TOKEN']?.trim() ?? '';
  if (given !== '') return given;
  const file = environment['HF_TOKEN_PATH'] ?? path.join(hubHome(environment), 'token');
  const kept = (await readFile(file, 'utf8').catch(() => '')).trim();
  return /^[\w-]{1,200}$/u.test(kept) ? kept : undefined;
}

function hubHome(environment: NetworkEnvironment): string {
  const { HF_HOME, XDG_CACHE_HOME } = environment;
  return HF_HOME ?? path.join(XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'huggingface');
}
