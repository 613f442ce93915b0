import type { SourceKey } from '../contract/downloads.ts';
import { withToken } from './access-token.ts';
import type { AccessToken } from './access-token.ts';
import type { CheckpointSource } from './checkpoint-source.ts';
import { hubSource, hubToken, hubTokenHeaders, hubUrlOf } from './hub-source.ts';
import { keptFolders } from './kept-files.ts';
import type { KeptFolders } from './kept-files.ts';
import {
  modelScopeSource,
  modelScopeToken,
  modelScopeTokenHeaders,
  modelScopeUrlOf,
} from './modelscope-source.ts';
import { networkFetch } from './network-fetch.ts';
import type { Fetch, NetworkEnvironment } from './network-fetch.ts';
import { requireServiceUrl } from './service-url.ts';

/** How downloads reach their sources. */
export interface DownloadNetwork {
  readonly sources: Readonly<Record<SourceKey, CheckpointSource>>;
  /** Without anybody's token. */
  readonly plainFetch: Fetch;
  readonly kept: KeptFolders;
  readonly retryDelaysMs: readonly number[];
  readonly silenceMs?: number | undefined;
}

/** What a network is made of. */
export interface NetworkOptions {
  readonly environment: NetworkEnvironment;
  /** A mirror of the hub that a person named; empty: HF_ENDPOINT, else the hub's own. */
  readonly hubUrl: string;
  /** The token that a person gave this program for a source at this address. */
  readonly keptToken: (source: SourceKey, url: string) => Promise<string | undefined>;
  readonly retryDelaysMs?: readonly number[] | undefined;
  readonly silenceMs?: number | undefined;
}

/** Waits after broken connections that brought nothing: under a minute in all, then a person is told. */
export const defaultRetryDelaysMs = [1_000, 2_000, 5_000, 10_000, 30_000];

/** @throws EngineError ARGUMENT_INVALID for an address or a token that cannot be one */
export async function openNetwork(options: NetworkOptions): Promise<DownloadNetwork> {
  const { environment, silenceMs, retryDelaysMs = defaultRetryDelaysMs } = options;
  const plainFetch = await networkFetch(environment);
  const { hub, modelscope } = sourceUrls(options);
  const hubKey = (await tokenFor('hub', hub, options))?.text;
  const modelScopeKey = (await tokenFor('modelscope', modelscope, options))?.text;
  return {
    sources: {
      hub: hubSource(hub, withToken(plainFetch, hub, hubKey, hubTokenHeaders)),
      modelscope: modelScopeSource(
        modelscope,
        withToken(plainFetch, modelscope, modelScopeKey, modelScopeTokenHeaders),
      ),
    },
    ...{ plainFetch, kept: keptFolders(environment), retryDelaysMs, silenceMs },
  };
}

/** The addresses of the sources. @throws EngineError ARGUMENT_INVALID */
export function sourceUrls({
  environment,
  hubUrl,
}: Pick<NetworkOptions, 'environment' | 'hubUrl'>): Record<SourceKey, string> {
  return {
    hub: hubUrl.trim() === '' ? hubUrlOf(environment) : requireServiceUrl(hubUrl, 'The mirror of the hub'),
    modelscope: modelScopeUrlOf(environment),
  };
}

/**
 * The token that a source is shown. One of the environment is for the server that the environment names, one that a person gave this
 * program for the server that it was given for: to a mirror that was named later it is not sent.
 */
export async function tokenFor(
  source: SourceKey,
  url: string,
  { environment, keptToken }: Pick<NetworkOptions, 'environment' | 'keptToken'>,
): Promise<AccessToken | undefined> {
  const ownUrl = source === 'hub' ? hubUrlOf(environment) : modelScopeUrlOf(environment);
  const isOwn = new URL(ownUrl).origin === new URL(url).origin;
  const found = !isOwn
    ? undefined
    : source === 'hub'
      ? await hubToken(environment)
      : modelScopeToken(environment);
  if (found?.from === 'environment') return found;
  const kept = await keptToken(source, url);
  return kept === undefined ? found : { text: kept, from: 'kept' };
}
