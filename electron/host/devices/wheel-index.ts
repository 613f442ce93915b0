import { z } from 'zod';
import { EngineError, throwIfCancelled } from '../../../native-models/protocol/errors.ts';
import { networkFetch, type Fetch } from '../downloads/network-fetch.ts';
import type { PinnedWheel } from './device-parts.ts';

/** A Python package index, and what it is asked with. */
export interface WheelIndex {
  /** Without a name and password, so that it may be told. */
  readonly url: string;
  readonly fetch: Fetch;
}

/**
 * The index that pip is told of (PIP_INDEX_URL), else the public one, reached as this machine reaches the network. A name and
 * password in the address go to its host alone.
 * @throws EngineError ARGUMENT_INVALID
 */
export async function wheelIndex(
  chosen = process.env['PIP_INDEX_URL'] ?? '',
  environment: NodeJS.ProcessEnv = process.env,
): Promise<WheelIndex> {
  const url = URL.parse(chosen === '' ? 'https://pypi.org/simple' : chosen);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new EngineError('ARGUMENT_INVALID', 'PIP_INDEX_URL names no address of a package index.', {
      remedy: 'Set it to one as https://pypi.org/simple, or unset it.',
    });
  }
  const fetch = await networkFetch(environment);
  const { origin, username, password } = url;
  url.username = url.password = '';
  const address = { url: url.href.replace(/\/+$/, '') };
  if (username === '' && password === '') return { ...address, fetch };
  const named = `${decoded(username)}:${decoded(password)}`;
  const authorization = `Basic ${Buffer.from(named).toString('base64')}`;
  return {
    ...address,
    fetch: (input, init) => {
      const isOwn = new URL(input instanceof Request ? input.url : input).origin === origin;
      if (!isOwn) return fetch(input, init);
      const headers = new Headers(init?.headers);
      headers.set('authorization', authorization);
      return fetch(input, { ...init, headers });
    },
  };
}

/** A project's page in the form of PEP 691, as far as it is needed. */
const projectSchema = z.object({ files: z.array(z.object({ filename: z.string(), url: z.string() })) });

/**
 * The address of a wheel. It is known by its name alone: what comes from there is held against the pinned checksum.
 * @throws EngineError DOWNLOAD_FAILED when the index cannot be asked or does not have it, CANCELLED.
 */
export async function findWheel(
  { project, file }: PinnedWheel,
  index: WheelIndex,
  signal: AbortSignal,
): Promise<string> {
  const pageUrl = `${index.url}/${project}/`;
  let listed: z.infer<typeof projectSchema>;
  try {
    const response = await index.fetch(pageUrl, {
      signal,
      headers: { accept: 'application/vnd.pypi.simple.v1+json, text/html;q=0.1' },
    });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    listed = isJson ? projectSchema.parse(JSON.parse(text)) : { files: linksOf(text) };
  } catch (cause) {
    throwIfCancelled(signal);
    const reason = cause instanceof z.ZodError ? 'its answer is not understood' : messageOf(cause);
    throw new EngineError('DOWNLOAD_FAILED', `The package index does not list ${project} (${reason}).`, {
      cause,
    });
  }
  const found = listed.files.find(({ filename }) => filename === file);
  if (found === undefined) {
    throw new EngineError('DOWNLOAD_FAILED', `The package index no longer has ${file}.`, {
      remedy: 'A newer version of the program knows another one.',
    });
  }
  const url = URL.parse(found.url, pageUrl);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new EngineError('DOWNLOAD_FAILED', `The package index gives no address for ${file}.`);
  }
  return url.href;
}

/** Indexes without the newer form have pages of links, named by the last part of their address. */
function linksOf(page: string): { readonly filename: string; readonly url: string }[] {
  return Array.from(page.matchAll(/<a\s[^>]*?href\s*=\s*"([^"#]*)/gi), ([, href = '']) => ({
    url: href.replaceAll('&amp;', '&'),
    filename: decoded(href.split('?', 1)[0]?.split('/').at(-1) ?? ''),
  }));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `fetch` says only that it failed; why is in its cause. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
