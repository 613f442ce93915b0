import { z } from 'zod';
import { EngineError, throwIfCancelled } from '../../../native-models/protocol/errors.ts';
import type { PinnedWheel } from './device-parts.ts';

/** Where a Python package index lists its projects: as pip is told, else the public one. */
export function wheelIndexUrl(environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = environment['PIP_INDEX_URL'] ?? '';
  return (chosen === '' ? 'https://pypi.org/simple' : chosen).replace(/\/+$/, '');
}

/** A project's page in the form of PEP 691, as far as it is needed. */
const projectSchema = z.object({ files: z.array(z.object({ filename: z.string(), url: z.string() })) });

/**
 * The address of a wheel. It is known by its name alone: what comes from there is held against the pinned checksum.
 * @throws EngineError DOWNLOAD_FAILED when the index cannot be asked or does not have it, CANCELLED.
 */
export async function findWheel(
  { project, file }: PinnedWheel,
  { indexUrl, signal }: { readonly indexUrl: string; readonly signal: AbortSignal },
): Promise<string> {
  const pageUrl = `${indexUrl}/${project}/`;
  let listed: z.infer<typeof projectSchema>;
  try {
    const response = await fetch(pageUrl, {
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
