import { compileChatTemplate } from '../../../checkpoints/text/chat-template.ts';
import { describeSchemaProblem } from '../../../checkpoints/schema-problem.ts';
import type { ChatTemplate } from '../../../architectures/vision-language-model.ts';
import { EngineError } from '../../../protocol/errors.ts';
import { FormatProblem, parseFormat } from '../../../python-text/format-text.ts';
import { isJsonObject, plainValue } from '../../../python-text/json-value.ts';
import type { JsonValue } from '../../../python-text/json-value.ts';
import { readJson } from '../../../python-text/read-json.ts';
import { toolProtocolSchema } from './protocol-schema.ts';
import type { z } from 'zod';

/** A protocol, checked and ready for use. */
export interface ToolProtocol extends Omit<z.infer<typeof toolProtocolSchema>, 'chatTemplate' | 'tools'> {
  /** Undefined: the checkpoint's own template describes the tools. */
  readonly chatTemplate: ChatTemplate | undefined;
  /** As the template writes them. */
  readonly tools: readonly JsonValue[];
}

/** Longer files are refused, in characters. */
const maxLength = 1024 * 1024;

/**
 * Reads a protocol (tools.json): what a model is shown, how its calls are found and answered, and the limits. It is data from
 * a stranger: nothing in it can name a file or an address, and its template is bounded.
 *
 * @throws EngineError TOOLS_INVALID, CONFIG_INVALID (the template)
 */
export function readProtocol(text: string): ToolProtocol {
  const known = lastRead?.text === text ? lastRead.protocol : undefined;
  if (known !== undefined) return known;
  const protocol = parseProtocol(text);
  lastRead = { text, protocol };
  return protocol;
}

/** A conversation asks with the same protocol again, and compiling its template takes longer than reading a short question. */
let lastRead: { readonly text: string; readonly protocol: ToolProtocol } | undefined;

function parseProtocol(text: string): ToolProtocol {
  if (text.length > maxLength) throw invalid(`has ${text.length} characters, more than ${maxLength}`);
  const json = readJson(text);
  if (json === undefined) throw invalid('is not JSON');
  const parsed = toolProtocolSchema.safeParse(plainValue(json));
  if (!parsed.success) throw invalid(describeSchemaProblem(parsed.error));
  const protocol = parsed.data;
  checkWords(protocol);
  for (const [what, { minPixels, maxPixels }] of Object.entries({
    video: protocol.video,
    crop: protocol.crop,
    ...(protocol.frame === undefined ? {} : { frame: protocol.frame }),
  })) {
    if (minPixels > maxPixels) throw invalid(`${what}: minPixels is above maxPixels`);
  }
  const listed = isJsonObject(json) ? json.get('tools') : undefined;
  const tools = Array.isArray(listed) ? (listed as readonly JsonValue[]) : [];
  return {
    ...protocol,
    tools,
    chatTemplate: protocol.chatTemplate === null ? undefined : compileChatTemplate(protocol.chatTemplate),
  };
}

/** Each text and the placeholders that have values there. */
function checkWords({ userText, frames, result }: z.infer<typeof toolProtocolSchema>): void {
  const stretch = ['start', 'end', 'duration', 'frames', 'most'];
  const told = ['argument', 'path', 'name', ...stretch];
  const allowed: Readonly<Record<string, readonly [string | null | undefined, readonly string[]]>> = {
    userText: [userText, ['question', 'instructions', 'path']],
    'frames.videoStamp': [frames.videoStamp, ['seconds', 'number']],
    'frames.cropStamp': [frames.cropStamp, ['seconds', 'number']],
    'result.text': [result.text, stretch],
    'result.lastRound': [result.lastRound, []],
    'result.error': [result.error, ['message']],
    'result.unknownTool': [result.unknownTool, ['name']],
    'result.frame': [result.frame, ['time']],
    'result.grounded': [result.grounded, ['moments', 'description']],
    'result.verified': [result.verified, ['start', 'end', 'description', 'score']],
    'result.subtitles': [result.subtitles, ['start', 'end', 'lines']],
    ...Object.fromEntries(
      Object.entries(result.messages).map(([name, text]) => [
        `result.messages.${name}`,
        [text, told] as const,
      ]),
    ),
  };
  for (const [place, [text, names]] of Object.entries(allowed)) {
    if (text === null || text === undefined) continue;
    for (const piece of piecesOf(place, text)) {
      if ('name' in piece && !names.includes(piece.name))
        throw invalid(
          `${place}: {${piece.name}} has no value there; ${names.map((each) => `{${each}}`).join(', ')} have`,
        );
    }
  }
}

function piecesOf(place: string, text: string): ReturnType<typeof parseFormat> {
  try {
    return parseFormat(text);
  } catch (error) {
    if (error instanceof FormatProblem) throw invalid(`${place}: ${error.message}`);
    throw error;
  }
}

function invalid(problem: string): EngineError {
  return new EngineError('TOOLS_INVALID', `The tools file ${problem}.`);
}
