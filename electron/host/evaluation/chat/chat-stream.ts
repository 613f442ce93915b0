import { z } from 'zod';
import type { ChatText } from './chat-endpoint.ts';

/** A piece of a reply that comes as it is written. */
const pieceSchema = z.object({
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish() }).optional(),
        finish_reason: z.string().nullish(),
      }),
    )
    .default([]),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }).nullish(),
});
const errorSchema = z.object({ error: z.union([z.string(), z.object({ message: z.string() })]) });

/** Longest reply in characters: far above any, far below what would exhaust memory. */
const mostCharacters = 16 * 1024 * 1024;

/** A stream that ended before its reply did, or said that something went wrong. */
export class StreamBroken extends Error {}

/**
 * A reply out of server-sent events. It is whole once the server has said so (`[DONE]`, or why it stopped and a proper end);
 * what breaks off before that is no reply.
 *
 * @param onSign called for each piece: the server is alive
 * @throws StreamBroken; what reading the body throws
 */
export async function readChatStream(
  body: ReadableStream<Uint8Array>,
  onSign: () => void,
): Promise<ChatText> {
  let text = '';
  let usage: z.infer<typeof pieceSchema>['usage'];
  let isFinished = false;
  for await (const data of eventData(body, onSign)) {
    if (data === '[DONE]') {
      isFinished = true;
      break;
    }
    const piece = readPiece(data);
    usage = piece.usage ?? usage;
    for (const { delta, finish_reason: reason } of piece.choices) {
      text += delta?.content ?? '';
      isFinished ||= (reason ?? '') !== '';
    }
    if (text.length > mostCharacters) throw new StreamBroken('replies without an end');
  }
  if (!isFinished) throw new StreamBroken('breaks off in the middle of a reply');
  return { text, promptTokens: usage?.prompt_tokens ?? 0, completionTokens: usage?.completion_tokens ?? 0 };
}

function readPiece(data: string): z.infer<typeof pieceSchema> {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    throw new StreamBroken('sends something else than pieces of a chat completion');
  }
  const failure = errorSchema.safeParse(value);
  if (failure.success) {
    const { error } = failure.data;
    throw new StreamBroken(
      `fails in the middle of a reply (${typeof error === 'string' ? error : error.message})`,
    );
  }
  const piece = pieceSchema.safeParse(value);
  if (piece.success) return piece.data;
  throw new StreamBroken('sends something else than pieces of a chat completion');
}

/** The data of events, one after the other; comments and other fields say nothing here (WHATWG, server-sent events). */
async function* eventData(body: ReadableStream<Uint8Array>, onSign: () => void): AsyncGenerator<string> {
  let rest = '';
  let data: string[] = [];
  // The types of the DOM know no iteration of a stream that Node has.
  for await (const chunk of body.pipeThrough(new TextDecoderStream()) as unknown as AsyncIterable<string>) {
    onSign();
    const lines = (rest + chunk).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    if (rest.length > mostCharacters) throw new StreamBroken('replies without an end');
    for (const line of lines) {
      if (line === '' && data.length > 0) {
        yield data.join('\n');
        data = [];
      }
      const [, found] = /^data: ?(.*)$/s.exec(line) ?? [];
      if (found !== undefined) data.push(found);
    }
  }
  if (rest.startsWith('data:')) data.push(rest.slice('data:'.length).trimStart());
  if (data.length > 0) yield data.join('\n');
}
