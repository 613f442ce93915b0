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

function letterOf(index: number): string {
  return letters.charAt(index);
}

function upperCaseFirst(text: string): string {
  const [first = ''] = text;
  return first.toUpperCase() + text.slice(first.length);
}
