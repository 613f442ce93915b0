import { FormatProblem, formatText } from '../../../python-text/format-text.ts';
import type { JsonValue } from '../../../python-text/json-value.ts';
import type { ToolRefusal } from '../../../protocol/run-record.ts';
import type { ToolProtocol } from './read-protocol.ts';

/** Refusals that a protocol has a message for; an unknown tool has a text of its own. */
type MessageName = keyof ToolProtocol['result']['messages'];

const messageOf: Readonly<Record<Exclude<ToolRefusal, 'unknown-tool'>, MessageName>> = {
  arguments: 'arguments',
  missing: 'missing',
  path: 'path',
  number: 'number',
  start: 'start',
  range: 'range',
  text: 'text',
  region: 'region',
  'too-large': 'tooLarge',
  'too-dense': 'tooDense',
  'too-many': 'tooMany',
  unavailable: 'unavailable',
  failed: 'failed',
};

/** Our own words for what published protocols do not say. */
const ownMessages: Readonly<Partial<Record<MessageName, string>>> = {
  text: '{argument} is no text',
  region: '{argument} is no region: four shares from 0 to 1, left, top, right and bottom',
  tooDense: '{frames} frames are more than {most}; ask for fewer',
  tooLarge: 'this would not fit what is left to read; ask for less',
  tooMany: 'too many calls at once; this one was not run',
  unavailable: 'this tool is not available here',
  failed: 'it could not be done',
};

const noValues: Readonly<Record<string, JsonValue>> = {
  ...{
    argument: '',
    path: '',
    name: '',
    start: '',
    end: '',
    duration: '',
    frames: '',
    most: '',
    seconds: '',
  },
  ...{ time: '', moments: '', description: '', score: '', lines: '', message: '' },
};

/** Fills one of a protocol's texts. What has no value there is empty: a reply's arguments never end a run. */
export function say(text: string, values: Readonly<Record<string, JsonValue>>): string {
  try {
    return formatText(text, { ...noValues, ...values });
  } catch (error) {
    if (error instanceof FormatProblem) return text;
    throw error;
  }
}

/** What a model is told of a call that was refused. */
export function refusalText(
  { result }: Pick<ToolProtocol, 'result'>,
  refusal: ToolRefusal,
  values: Readonly<Record<string, JsonValue>>,
): string {
  if (refusal === 'unknown-tool') return say(result.unknownTool, values);
  const name = messageOf[refusal];
  const message = say(result.messages[name] ?? ownMessages[name] ?? '', values);
  return say(result.error, { message });
}

/** Our own words around what tools beside crops give. */
export const ownResults = {
  frame: 'The frame at {time}s.',
  grounded: '{moments}',
  verified: '{start}s to {end}s: {score}',
  subtitles: '{lines}',
} as const;
