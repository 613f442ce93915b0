import type {
  ChatMessage,
  ChatTemplate,
  GridTHW,
  TextTokenizer,
} from '../../architectures/vision-language-model.ts';
import { EngineError } from '../../protocol/errors.ts';
import { tokenizeGuarded } from './untrusted-text.ts';
import type { Guard } from './untrusted-text.ts';

/** What prompts are written with. */
export interface PromptWriter {
  readonly tokenizer: TextTokenizer;
  readonly chatTemplate: ChatTemplate;
  readonly videoPad: number;
  readonly visionStart: number;
  readonly visionEnd: number;
  /** Patches a side that are merged into one visual token. */
  readonly mergeSize: number;
}

/** What one role is told. */
export interface PromptWords {
  /** Writes the user's text; what people, files and models wrote goes through `guard`. */
  readonly write: (guard: Guard) => string;
  /** What the reply begins with, put after the generation prompt. */
  readonly replyStart?: string | undefined;
}

/** The video of a prompt. */
export interface PromptVideo {
  /** Patch grid before merging. */
  readonly grid: GridTHW;
  /** When each frame pair was, as text before it, for families that tell the time so; absent: all pairs are one block. */
  readonly stamps?: readonly string[] | undefined;
}

/** A prompt as it is fed: the video, then the text. */
export interface Prompt {
  /** After the chat template, with one pad token standing for the video. */
  readonly text: string;
  /** With a pad token for each visual token. */
  readonly tokenIds: readonly number[];
  /** Visual tokens of one frame pair; 0 without a video. */
  readonly tokensPerPair: number;
}

/** Writes a prompt of one turn; see {@link writeConversation}. */
export function writePrompt(writer: PromptWriter, words: PromptWords, video: PromptVideo): Prompt {
  const messages = (guard: Guard): ChatMessage[] => {
    return [{ role: 'user', content: [{ type: 'video' }, { type: 'text', text: words.write(guard) }] }];
  };
  return writeConversation(writer, messages, video, words.replyStart);
}

/**
 * Writes a conversation through the checkpoint's chat template and expands its video token: to all visual tokens in one
 * block, or, with stamps, to a stamp and a block of its own for each frame pair, with nothing between.
 *
 * @param messages Show the video once, or never where there is none; texts that people, files or models wrote go
 *   through the guard.
 * @throws EngineError PROMPTS_INVALID when template and texts together hold more or fewer videos.
 */
export function writeConversation(
  writer: PromptWriter,
  messages: (guard: Guard) => readonly ChatMessage[],
  video: PromptVideo | undefined,
  replyStart = '',
): Prompt {
  const { text, tokenIds } = tokenizeGuarded(
    writer.tokenizer,
    (guard) => writer.chatTemplate(messages(guard), { addGenerationPrompt: true }) + replyStart,
    (written) => stampPairs(writer, written, video?.stamps),
  );
  const [pairs, lines, columns] = video?.grid ?? [0, 0, 0];
  const tokensPerPair = (lines * columns) / writer.mergeSize ** 2;
  const expectedPads = video === undefined ? 0 : (video.stamps?.length ?? 1);
  if (tokenIds.filter((id) => id === writer.videoPad).length !== expectedPads) {
    throw new EngineError(
      'PROMPTS_INVALID',
      'The chat template and the prompt have to show the video exactly once.',
    );
  }
  const block = new Array<number>((pairs * tokensPerPair) / Math.max(1, expectedPads)).fill(writer.videoPad);
  return {
    text,
    tokenIds: tokenIds.flatMap((id) => (id === writer.videoPad ? block : id)),
    tokensPerPair,
  };
}

/** Puts a stamp and a block for each frame pair where the template shows the video. */
function stampPairs(writer: PromptWriter, text: string, stamps: readonly string[] | undefined): string {
  if (stamps === undefined) return text;
  const ids = [writer.visionStart, writer.videoPad, writer.visionEnd];
  const shown = writer.tokenizer.decode(ids, { keepSpecial: true });
  const at = text.indexOf(shown);
  if (at < 0) return text;
  const groups = stamps.map((stamp) => stamp + shown);
  return text.slice(0, at) + groups.join('') + text.slice(at + shown.length);
}
