import type { RequestInit as UndiciRequest } from 'undici';

/** What is downloaded with. */
export type Fetch = typeof fetch;

/** The environment variables that say how the network is reached. */
export type NetworkEnvironment = Readonly<Record<string, string | undefined>>;

const proxyVariables = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'] as const;

/**
 * `fetch` as this machine reaches the network: through the proxy that HTTPS_PROXY or HTTP_PROXY names, but for the hosts of
 * NO_PROXY; directly where none is named. The proxy's agent is loaded only where there is one.
 */
export async function networkFetch(environment: NetworkEnvironment): Promise<Fetch> {
  const isProxied = proxyVariables.some((name) => (environment[name] ?? '') !== '');
  if (!isProxied) return fetch;
  const undici = await import('undici');
  const dispatcher = new undici.EnvHttpProxyAgent({
    httpProxy: environment['http_proxy'] ?? environment['HTTP_PROXY'] ?? '',
    httpsProxy: environment['https_proxy'] ?? environment['HTTPS_PROXY'] ?? '',
    noProxy: environment['no_proxy'] ?? environment['NO_PROXY'] ?? '',
  });
  // The same Fetch as Node's own, of the same authors; only the agent differs.
  return ((input: string | URL, init: UndiciRequest = {}) =>
    undici.fetch(input, { ...init, dispatcher })) as unknown as Fetch;
}
