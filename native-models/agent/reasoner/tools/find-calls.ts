import { isJsonObject } from '../../../python-text/json-value.ts';
import type { JsonValue } from '../../../python-text/json-value.ts';
import { readJson } from '../../../python-text/read-json.ts';
import type { ToolProtocol } from './read-protocol.ts';

/** A call as a model wrote it. */
export interface FoundCall {
  readonly name: string;
  readonly arguments: JsonValue;
}

/** What of a reply is a call. */
export interface FoundCalls {
  readonly calls: readonly FoundCall[];
  /** What stands before the first call; the whole reply where there is none. */
  readonly content: string;
  /** Whether something looked like a call and was none. */
  readonly malformed: boolean;
}

/**
 * Finds the calls of a finished reply: what stands between each opening tag and the next closing one, and behind a last tag
 * that was never closed. Each has to be a JSON object with a name and arguments; if one is not, there is no call at all
 * (vLLM's "hermes" parser).
 */
export function findCalls(reply: string, { open, close, ...keys }: ToolProtocol['call']): FoundCalls {
  const first = reply.indexOf(open);
  if (first < 0) return { calls: [], content: reply, malformed: false };
  const calls: FoundCall[] = [];
  for (let at = first; at >= 0;) {
    const start = at + open.length;
    const end = reply.indexOf(close, start);
    const call = readCall(reply.slice(start, end < 0 ? undefined : end), keys);
    if (call === undefined) return { calls: [], content: reply, malformed: true };
    calls.push(call);
    at = end < 0 ? -1 : reply.indexOf(open, end + close.length);
  }
  return { calls, content: reply.slice(0, first), malformed: false };
}

function readCall(
  text: string,
  keys: { readonly name: string; readonly arguments: string },
): FoundCall | undefined {
  const json = readJson(text);
  if (!isJsonObject(json)) return undefined;
  const name = json.get(keys.name);
  const given = json.get(keys.arguments);
  return typeof name === 'string' && given !== undefined ? { name, arguments: given } : undefined;
}

/** The first answer block of a text, trimmed; undefined without one. */
export function findAnswer(text: string, { open, close }: ToolProtocol['answer']): string | undefined {
  const start = text.indexOf(open);
  const end = start < 0 ? -1 : text.indexOf(close, start + open.length);
  return end < 0 ? undefined : text.slice(start + open.length, end).trim();
}
