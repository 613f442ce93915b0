import { isJsonObject } from '../../../python-text/json-value.ts';
import type { JsonValue } from '../../../python-text/json-value.ts';
import { readJson } from '../../../python-text/read-json.ts';
import type { ToolProtocol } from './read-protocol.ts';

/** A call as a model wrote it. */
export interface FoundCall {
  readonly name: string;
  readonly arguments: JsonValue;
  /** It stands between the tags of a call and cannot be read: its arguments are what was written. */
  readonly broken?: true;
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
 * that was never closed. Each has to be a JSON object with a name and arguments, or the arguments of the only tool; if one is
 * not, the protocol says what follows: there is no call at all (vLLM's "hermes" parser), the model is told, or it is left out.
 */
export function findCalls(reply: string, form: ToolProtocol['call']): FoundCalls {
  const { open, close, broken, which } = form;
  const first = reply.indexOf(open);
  if (first < 0) return { calls: [], content: reply, malformed: false };
  const calls: FoundCall[] = [];
  for (let at = first; at >= 0;) {
    const start = at + open.length;
    const end = reply.indexOf(close, start);
    const written = reply.slice(start, end < 0 ? undefined : end);
    const call = readCall(written, form);
    if (call === undefined && broken === 'ends') return { calls: [], content: reply, malformed: true };
    if (call !== undefined) calls.push(call);
    else if (broken === 'told')
      calls.push({ name: 'tool' in form ? form.tool : '', arguments: written, broken: true });
    at = end < 0 || which === 'first' ? -1 : reply.indexOf(open, end + close.length);
  }
  if (calls.length === 0) return { calls, content: reply, malformed: true };
  return { calls, content: reply.slice(0, first), malformed: false };
}

function readCall(text: string, form: ToolProtocol['call']): FoundCall | undefined {
  const json = readJson(text);
  if (!isJsonObject(json)) return undefined;
  if ('tool' in form) return { name: form.tool, arguments: json };
  const name = json.get(form.name);
  const given = json.get(form.arguments);
  return typeof name === 'string' && given !== undefined ? { name, arguments: given } : undefined;
}

/** A reply as far as its last call that counts: what is said behind it was said without having seen the result. */
export function untilLastCall(reply: string, { open, close, which }: ToolProtocol['call']): string {
  const start = which === 'first' ? reply.indexOf(open) : reply.lastIndexOf(open);
  const end = start < 0 ? -1 : reply.indexOf(close, start + open.length);
  return end < 0 ? reply : reply.slice(0, end + close.length);
}

/** The first answer block of a text, trimmed; undefined without one. */
export function findAnswer(text: string, { open, close }: ToolProtocol['answer']): string | undefined {
  const start = text.indexOf(open);
  const end = start < 0 ? -1 : text.indexOf(close, start + open.length);
  return end < 0 ? undefined : text.slice(start + open.length, end).trim();
}
