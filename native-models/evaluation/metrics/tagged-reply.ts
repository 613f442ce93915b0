import { spaceClass, strip } from './python-text.ts';

/**
 * The answer in a reply that reasons aloud: what the first `<answer>…</answer>` holds (any case, no attributes),
 * trimmed; the whole reply as it is, reasoning included, if there is none or it is empty. Source: fixtures/README.md,
 * "VideoKR evaluation".
 */
export function answerText(reply: string): string {
  const block = strip(/<answer>(.*?)<\/answer>/isu.exec(reply)?.[1] ?? '');
  return block === '' ? reply : block;
}

/**
 * The answer as the training reward reads it: the first `<answer>…</answer>` in lower-case tags, trimmed, or nothing.
 * Source: fixtures/README.md, "VideoKR reward".
 */
export function rewardedAnswer(reply: string): string {
  return strip(/<answer>(.*?)<\/answer>/su.exec(reply)?.[1] ?? '');
}

/**
 * Whether the whole reply is a think block, optional white space and an answer block; further blocks inside pass, text
 * before, between or after does not. Source: fixtures/README.md, "VideoKR reward".
 */
export function hasTaggedForm(reply: string): boolean {
  return taggedForm.test(reply);
}

const taggedForm = new RegExp(`^<think>.*?</think>${spaceClass}*<answer>.*?</answer>$`, 'su');
