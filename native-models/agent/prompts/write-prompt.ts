import type { TextTokenizer, ChatTemplate } from '../../architectures/vision-language-model.ts';
import { EngineError } from '../../protocol/errors.ts';
import type { GridTHW } from '../positions.ts';
import { tokenizeGuarded } from './untrusted-text.ts';
import type { Guard } from './untrusted-text.ts';

/** What prompts are written with. */
export interface PromptWriter {
  readonly tokenizer: TextTokenizer;
  readonly chatTemplate: ChatTemplate;
  readonly videoPad: number;
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

/** A prompt: the video, then the text. */
export interface Prompt {
  /** After the chat template, with one pad token standing for the video. */
  readonly text: string;
  /** With the video's pad token repeated for each of its visual tokens. */
  readonly tokenIds: readonly number[];
  readonly grid: GridTHW;
  /** Visual tokens of one frame pair. */
  readonly tokensPerPair: number;
}

/**
 * Writes a prompt through the checkpoint's chat template and expands its video token.
 *
 * @throws EngineError PROMPTS_INVALID when the template and the prompt together hold more or less than one video.
 */
export function writePrompt(writer: PromptWriter, words: PromptWords, grid: GridTHW): Prompt {
  const { text, tokenIds } = tokenizeGuarded(writer.tokenizer, (guard) => {
    const content = [{ type: 'video' }, { type: 'text', text: words.write(guard) }] as const;
    const conversation = writer.chatTemplate([{ role: 'user', content }], { addGenerationPrompt: true });
    return conversation + (words.replyStart ?? '');
  });
  const [pairs, lines, columns] = grid;
  const tokensPerPair = (lines * columns) / writer.mergeSize ** 2;
  const at = tokenIds.indexOf(writer.videoPad);
  if (at < 0 || tokenIds.includes(writer.videoPad, at + 1)) {
    throw new EngineError(
      'PROMPTS_INVALID',
      'The chat template and the prompt have to show the video exactly once.',
    );
  }
  const visual = new Array<number>(pairs * tokensPerPair).fill(writer.videoPad);
  return {
    text,
    tokenIds: [...tokenIds.slice(0, at), ...visual, ...tokenIds.slice(at + 1)],
    grid,
    tokensPerPair,
  };
}
