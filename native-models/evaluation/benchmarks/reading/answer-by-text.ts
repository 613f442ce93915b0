import type { SampleDraft } from '../data-set.ts';
import { optionLetter } from './clean-text.ts';

/**
 * The letter of an answer that is annotated as text: the first option equal to it, so that repeated options shift it, as
 * the reference has it (fixtures/README.md, "Answer by text"). No letter where no option is equal.
 */
export function answerByText(
  answer: string,
  options: readonly string[],
): Pick<SampleDraft, 'answer' | 'answerLetter'> {
  const index = options.indexOf(answer);
  return index === -1 ? { answer } : { answer, answerLetter: optionLetter(index) };
}

/** The answer of a letter: the option that it names. No answer where it names none. */
export function answerByLetter(
  letter: string,
  options: readonly string[],
): Pick<SampleDraft, 'answer' | 'answerLetter'> {
  const answerLetter = letter.trim().toUpperCase();
  const answer = options[answerLetter.length === 1 ? answerLetter.charCodeAt(0) - 'A'.charCodeAt(0) : -1];
  return answer === undefined ? {} : { answer, answerLetter };
}
