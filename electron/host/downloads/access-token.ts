import { readFile } from 'node:fs/promises';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { Fetch } from './network-fetch.ts';

/** A person's token for a service, and where it was found. */
export interface AccessToken {
  readonly text: string;
  readonly from: 'environment' | 'kept' | 'file';
}

/** What a header can carry of a token: no blanks, no line ends, no letters beyond ASCII. */
const plainToken = /^[\u0021-\u007e]{1,1000}$/u;

/**
 * A token as it may be sent.
 * @param where how a person finds the place that it came from: "HF_TOKEN"
 * @returns undefined where there is none
 * @throws EngineError ARGUMENT_INVALID for what cannot be a token: a pasted sentence, a line end in the middle. The text itself is
 *   never repeated, since it may be a token with something around it.
 */
export function readToken(text: string | undefined, where: string): string | undefined {
  const token = text?.trim() ?? '';
  if (token === '') return undefined;
  if (plainToken.test(token)) return token;
  throw new EngineError('ARGUMENT_INVALID', `${where} holds characters that no access token has.`, {
    remedy: `Copy the token again, by itself, and put it there; or empty ${where} if you need none.`,
  });
}

/** The token in a file of the service's own tools. @throws EngineError as `readToken` */
export async function readTokenFile(filePath: string): Promise<string | undefined> {
  return readToken(await readFile(filePath, 'utf8').catch(() => undefined), filePath);
}

/**
 * Adds a person's token to what is asked of one server, and of no other: a redirect to another host goes without it, as Fetch
 * prescribes for `authorization` and `cookie`. Over an unencrypted connection it is sent to this machine alone.
 *
 * @param headersOf how the service wants to be shown a token
 * @param token undefined where the person has none
 */
export function withToken(
  fetching: Fetch,
  serverUrl: string,
  token: string | undefined,
  headersOf: (token: string) => Readonly<Record<string, string>>,
): Fetch {
  if (token === undefined) return fetching;
  const server = new URL(serverUrl);
  if (server.protocol !== 'https:' && !isThisMachine(server.hostname)) return fetching;
  return (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.origin !== server.origin) return fetching(input, init);
    const headers = new Headers(init?.headers);
    for (const [name, value] of Object.entries(headersOf(token))) headers.set(name, value);
    return fetching(input, { ...init, headers });
  };
}

function isThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/u.test(hostname);
}
