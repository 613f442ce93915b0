import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { Fetch } from '../downloads/network-fetch.ts';
import { announcementUrl } from './release-source.ts';
import type { ReleaseSource } from './release-source.ts';

const patienceMs = 20_000;
const mostBytes = 256 * 1024;
const mostRedirects = 5;
/** GitHub keeps the files of releases on hosts of its own below this name. */
const hostsOfGitHub = /^[\w-]+\.githubusercontent\.com$/;

/**
 * Asks for the newest announcement: one file, by an address that is the same for everybody, with nothing about this machine.
 * @throws EngineError UPDATE_UNREACHABLE; UPDATE_REFUSED where it leads elsewhere or does not end; CANCELLED.
 */
export async function fetchAnnouncement(
  source: ReleaseSource,
  fetching: Fetch,
  signal?: AbortSignal,
): Promise<string> {
  const timeout = AbortSignal.timeout(patienceMs);
  const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  let url = new URL(announcementUrl(source));
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    const response = await ask(url, fetching, either, signal);
    const target = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || target === null) return read(response, url);
    await response.body?.cancel();
    url = followed(source, url, target);
  }
  throw refused(`${url.host} sends from one address to the next.`);
}

async function ask(
  url: URL,
  fetching: Fetch,
  signal: AbortSignal,
  cancelled?: AbortSignal,
): Promise<Response> {
  try {
    return await fetching(url.href, { redirect: 'manual', signal, headers: { accept: 'application/json' } });
  } catch (cause) {
    if (cancelled?.aborted === true) throw new EngineError('CANCELLED', 'Cancelled.', { cause });
    throw new EngineError('UPDATE_UNREACHABLE', `${url.host} was not reached.`, { cause });
  }
}

/** @throws EngineError UPDATE_REFUSED for any place but that of the releases. */
function followed(source: ReleaseSource, from: URL, target: string): URL {
  const home = new URL(source.pageUrl);
  const url = URL.parse(target, from.href);
  const isOwn = url?.origin === home.origin;
  const isOfGitHub =
    home.origin === 'https://github.com' && url?.protocol === 'https:' && hostsOfGitHub.test(url.host);
  if (url === null || !(isOwn || isOfGitHub)) {
    throw refused(
      `${from.host} sends to ${url?.host ?? 'no address'}, which is not a place of its releases.`,
    );
  }
  return url;
}

async function read(response: Response, url: URL): Promise<string> {
  if (response.status === 404) {
    await response.body?.cancel();
    throw new EngineError('UPDATE_UNREACHABLE', `${url.host} announces no release.`, {
      remedy: 'Look at its page of releases in a browser.',
    });
  }
  if (!response.ok) {
    await response.body?.cancel();
    throw new EngineError('UPDATE_UNREACHABLE', `${url.host} answered ${response.status}.`);
  }
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      size += piece.byteLength;
      if (size > mostBytes) throw refused(`${url.host} sends more than an announcement can be.`);
      pieces.push(piece);
    }
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    throw new EngineError('UPDATE_UNREACHABLE', `The answer of ${url.host} broke off.`, { cause });
  }
  return Buffer.concat(pieces).toString('utf8');
}

function refused(message: string): EngineError {
  return new EngineError('UPDATE_REFUSED', message);
}
