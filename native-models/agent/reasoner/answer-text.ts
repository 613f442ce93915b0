import { readChoice } from '../prompts/read-choice.ts';
import { bareOptions } from './words.ts';

/** A reply taken apart once it is finished. */
export interface ReplyContent {
  /** What stands in the think block, or before the answer where the block was never opened; empty without any. */
  readonly reasoning: string;
  /** The answer block, trimmed; the whole reply where there is none. */
  readonly answer: string;
  /** Whether there was an answer block. */
  readonly hasAnswerBlock: boolean;
}

/**
 * Takes a finished reply apart. The answer is the first `<answer>` block that is not empty, in any case, else the whole
 * reply, reasoning included, as VideoKR's evaluation scores it.
 */
export function readReply(response: string): ReplyContent {
  const block = firstFilledBlock(response);
  const reasoning = readReasoning(response);
  if (block === undefined) return { reasoning, answer: response, hasAnswerBlock: false };
  return { reasoning, answer: block, hasAnswerBlock: true };
}

function firstFilledBlock(response: string): string | undefined {
  for (const [, content = ''] of response.matchAll(/<answer>(.*?)<\/answer>/gisu)) {
    if (content.trim() !== '') return content.trim();
  }
  return undefined;
}

/** Some templates open the think block themselves, so that a reply may only close it; a cut reply may only open it. */
function readReasoning(response: string): string {
  const closed = /^(.*?)<\/think>/isu.exec(response)?.[1];
  const before = closed ?? (/<think>/iu.test(response) ? response : undefined);
  if (before === undefined) return '';
  const opened = /<think>(.*)$/isu.exec(before)?.[1];
  if (opened === undefined && /<answer>/iu.test(before)) return '';
  return (opened ?? before).trim();
}

/** The letter that an answer chooses among options, which may bear letters of their own ("A. a dog"). */
export function readOption(answer: string, options: readonly string[]): string | undefined {
  return readChoice(answer, bareOptions(options)) ?? readChoice(answer, options);
}
