import { checkOptions } from '../../../agent/prompts/choices.ts';
import type { SampleDraft } from '../data-set.ts';
import { answerByLetter, answerByText } from './answer-by-text.ts';

/** Why a question with these options cannot be asked, by the rules of `ask`; undefined for one that can. */
export function optionsProblem(options: readonly string[]): string | undefined {
  try {
    checkOptions(options);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The right option, by its text or else by its letter; a note where it could be either. No letter where it is none. */
export function readOptionTruth(
  answer: string,
  options: readonly string[],
): Pick<SampleDraft, 'answer' | 'answerLetter' | 'notes'> {
  const byText = answerByText(answer, options);
  const byLetter = answerByLetter(answer, options);
  if (byText.answerLetter === undefined) return { ...byText, ...byLetter };
  // Options may be letters themselves: whether "A" then is a letter or a text cannot be told.
  const { answerLetter: asText } = byText;
  const { answerLetter: asLetter } = byLetter;
  if (asLetter === undefined || asText === asLetter) return byText;
  const detail = `"${answer}" was taken for the text of option ${asText}; it could be the letter of option ${asLetter}`;
  return { ...byText, notes: [{ kind: 'answer-ambiguous', detail }] };
}
