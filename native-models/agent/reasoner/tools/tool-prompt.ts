import type { ChatMessage, ChatPart, GridTHW } from '../../../architectures/vision-language-model.ts';
import type { PromptedModel } from '../../../checkpoints/package-outline.ts';
import { EngineError } from '../../../protocol/errors.ts';
import { formatText } from '../../../python-text/format-text.ts';
import { PythonFloat } from '../../../python-text/json-value.ts';
import type { JsonValue } from '../../../python-text/json-value.ts';
import { tokensPerPair } from '../../shown/clip.ts';
import { tokenizeGuarded } from '../../prompts/untrusted-text.ts';
import type { Guard } from '../../prompts/untrusted-text.ts';
import { untilLastCall } from './find-calls.ts';
import type { FoundCall } from './find-calls.ts';
import type { ImageClip } from './image-clip.ts';
import type { ToolProtocol } from './read-protocol.ts';

/** What a tool gave: frames, if any, then a text. */
export interface ShownResult {
  readonly clip?: ImageClip | undefined;
  readonly text: string;
}

/** A piece of a conversation with tools, before the chat template. */
export type Exchange =
  | { readonly by: 'user'; readonly clip: ImageClip | undefined; readonly text: (guard: Guard) => string }
  | {
      readonly by: 'model';
      /** All of it, as it came. */
      readonly response: string;
      readonly content: string;
      readonly calls: readonly FoundCall[];
      readonly results: readonly ShownResult[];
    };

/** A prompt as it is fed. */
export interface ToolPrompt {
  /** After the chat template, one pad token standing for each image. */
  readonly text: string;
  /** With a pad token for each visual token. */
  readonly tokenIds: readonly number[];
  /** In the order in which they are shown. */
  readonly clips: readonly ImageClip[];
  /** Of each image. */
  readonly grids: readonly GridTHW[];
}

/**
 * Writes a conversation with tools through the chat template, calls anew from what was read of them, and expands the images.
 *
 * @throws EngineError PROMPTS_INVALID when the template shows more or fewer images than there are; CONFIG_INVALID
 */
export function writeToolPrompt(
  model: Pick<PromptedModel, 'tokenizer' | 'chatTemplate' | 'network'>,
  protocol: ToolProtocol,
  exchanges: readonly Exchange[],
): ToolPrompt {
  const template = protocol.chatTemplate ?? model.chatTemplate;
  const clips = exchanges.flatMap((exchange) =>
    exchange.by === 'user' ? (exchange.clip ?? []) : exchange.results.flatMap(({ clip }) => clip ?? []),
  );
  const { text, tokenIds } = tokenizeGuarded(model.tokenizer, (guard) =>
    template(messagesOf(protocol, exchanges, guard), {
      addGenerationPrompt: true,
      tools: protocol.tools.length === 0 ? undefined : protocol.tools,
    }),
  );
  const images = clips.flatMap((clip) =>
    clip.imageIndices.map(() => ({
      grid: [1, clip.grid[1], clip.grid[2]] as const,
      tokens: tokensPerPair(clip, model.network),
    })),
  );
  const pad = model.network.tokens.imagePad;
  if (tokenIds.filter((id) => id === pad).length !== images.length) {
    throw new EngineError(
      'PROMPTS_INVALID',
      `The chat template has to show each of ${images.length} frames exactly once, as an image.`,
      { remedy: 'Give a tools file whose chatTemplate shows images, or a checkpoint whose own does.' },
    );
  }
  let next = 0;
  const expanded = tokenIds.flatMap((id) =>
    id === pad ? new Array<number>(images[next++]?.tokens ?? 0).fill(pad) : id,
  );
  return { text, tokenIds: expanded, clips, grids: images.map(({ grid }) => grid) };
}

function messagesOf(protocol: ToolProtocol, exchanges: readonly Exchange[], guard: Guard): ChatMessage[] {
  const { system, frames, call, result } = protocol;
  const messages: ChatMessage[] = system === null ? [] : [{ role: 'system', content: system }];
  for (const exchange of exchanges) {
    if (exchange.by === 'user') {
      const text = exchange.text(guard);
      messages.push({
        role: 'user',
        content: [...imageParts(exchange.clip, frames.videoStamp), { type: 'text', text }],
      });
      continue;
    }
    const { response, content, calls, results } = exchange;
    if (result.role === 'user' && calls.length > 0) {
      messages.push({ role: 'assistant', content: guard(untilLastCall(response, call)) });
    } else
      messages.push({
        role: 'assistant',
        content: guard(content),
        toolCalls: calls.map((each) => ({
          name: guard(each.name),
          arguments: guardedValue(each.arguments, guard),
        })),
      });
    for (const { clip, text } of results) {
      const opening: ChatPart[] =
        result.before === undefined || clip === undefined ? [] : [{ type: 'text', text: result.before }];
      messages.push({
        role: result.role,
        content: [...opening, ...imageParts(clip, frames.cropStamp), { type: 'text', text: guard(text) }],
      });
    }
  }
  return messages;
}

function imageParts(clip: ImageClip | undefined, stamp: string | null): ChatPart[] {
  if (clip === undefined) return [];
  return clip.imageSec.flatMap((sec, index): ChatPart[] => {
    const image = { type: 'image' } as const;
    if (stamp === null) return [image];
    const values = { seconds: new PythonFloat(sec), number: BigInt(index) };
    return [{ type: 'text', text: formatText(stamp, values) }, image];
  });
}

function guardedValue(value: JsonValue, guard: Guard): JsonValue {
  if (typeof value === 'string') return guard(value);
  if (value instanceof Map)
    return new Map(
      [...value].map(([key, each]: [string, JsonValue]) => [guard(key), guardedValue(each, guard)] as const),
    );
  if (Array.isArray(value)) return value.map((each: JsonValue) => guardedValue(each, guard));
  return value;
}
