import type { PromptSet } from '../../checkpoints/manifest.ts';
import { EngineError } from '../../protocol/errors.ts';
import { fillTemplate } from './templates.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Refuses what cannot be lettered: fewer than two options, more than there are letters, or empty ones. */
export function checkOptions(options: readonly string[]): void {
  if (options.length < 2 || options.length > letters.length) {
    throw new EngineError(
      'ARGUMENT_INVALID',
      `${options.length} options were given; multiple choice takes 2 to ${letters.length}.`,
    );
  }
  const blank = options.findIndex((option) => option.trim() === '');
  if (blank >= 0) throw new EngineError('ARGUMENT_INVALID', `Option ${letterOf(blank)} is empty.`);
}

/** A multiple-choice question as the checkpoint was trained with: one lettered option each, first letter upper-cased. */
export function choiceQuestion(
  question: string,
  options: readonly string[],
  choices: PromptSet['choices'],
): string {
  const listed = options
    .map((option, index) =>
      fillTemplate(choices.option, { letter: letterOf(index), text: upperCaseFirst(option) }),
    )
    .join('');
  return fillTemplate(choices.question, { question, options: listed });
}

/**
 * The letter that a reply chooses: the one it starts with (the reply is started with an opening bracket), one in
 * brackets further on, or that of the option whose text the reply is. Undefined when it names none.
 */
export function readChoice(reply: string, options: readonly string[]): string | undefined {
  const offered = letters.slice(0, options.length);
  const leading = /^\s*\(?\s*([A-Za-z])\s*(?:[).:,\]]|$)/u.exec(reply)?.[1]?.toUpperCase();
  if (leading !== undefined && offered.includes(leading)) return leading;
  const bracketed = /\(([A-Z])\)/u.exec(reply)?.[1];
  if (bracketed !== undefined && offered.includes(bracketed)) return bracketed;
  const spoken = plain(reply);
  const index = options.findIndex((option) => plain(option) === spoken);
  return index < 0 ? undefined : letterOf(index);
}

function letterOf(index: number): string {
  return letters.charAt(index);
}

function upperCaseFirst(text: string): string {
  const [first = ''] = text;
  return first.toUpperCase() + text.slice(first.length);
}

function plain(text: string): string {
  return text
    .trim()
    .replace(/[.!)\s]+$/u, '')
    .toLowerCase();
}
