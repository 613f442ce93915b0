import type { Instructions } from '../../protocol/reasoner-request.ts';
import type { Guard } from '../prompts/untrusted-text.ts';

/** Our own words, for checkpoints that come without those that they were trained with. */
export const ownInstructions: Instructions = {
  choice:
    'Rely on what the video shows.\nThink step by step between <think> and </think>, then give your answer between <answer> and </answer>.\nThe answer is the letter of the right option and nothing else.',
  open: 'Rely on what the video shows.\nThink step by step between <think> and </think>, then give your answer between <answer> and </answer>.\nThe answer is the final result and nothing else.',
};

/** What a reasoner is asked in one turn. */
export interface ReasonerQuestion {
  readonly question: string;
  readonly options?: readonly string[] | undefined;
  /** Lines of subtitles, put before the question; empty for none. */
  readonly subtitles?: string;
}

/** How questions are put. */
export interface QuestionStyle {
  /** The question is all of the text. */
  readonly verbatim: boolean;
  readonly instructions: Instructions;
}

/**
 * The user's text of a turn: the question, the options one a line, and how to reply (VideoKR's evaluation); options that
 * name no letters get some. Verbatim it is the question as given.
 */
export function questionText(asked: ReasonerQuestion, style: QuestionStyle, guard: Guard): string {
  const { question, options, subtitles = '' } = asked;
  if (style.verbatim) return guard(question);
  const lines = [guard(question), ...letteredOptions(options ?? []).map(guard)];
  lines.push(options === undefined ? style.instructions.open : style.instructions.choice);
  return guard(subtitles) + lines.join('\n');
}

/** Options with their letters: as given where all bear theirs ("A. a dog", "(A) a dog"), else with "A. " put before. */
export function letteredOptions(options: readonly string[]): readonly string[] {
  const bears = (option: string, index: number) => barePart(option, letterOf(index)) !== undefined;
  if (options.every(bears)) return options;
  return options.map((option, index) => `${letterOf(index)}. ${option}`);
}

/** Options without the letters that they bear. */
export function bareOptions(options: readonly string[]): readonly string[] {
  const bare = options.map((option, index) => barePart(option, letterOf(index)));
  return bare.every((option) => option !== undefined) ? bare : options;
}

function barePart(option: string, letter: string): string | undefined {
  const marks = [`${letter}. `, `${letter}) `, `${letter}: `, `(${letter}) `];
  const mark = marks.find((start) => option.startsWith(start));
  return mark === undefined ? undefined : option.slice(mark.length);
}

function letterOf(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}
