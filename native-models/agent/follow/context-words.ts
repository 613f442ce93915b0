import { fixedText } from '../../python-text/format-text.ts';
import type { Followed } from '../../protocol/followed.ts';

/** A question with what was asked and found before it, for roles that hear one question at a time. */
export function questionInContext(question: string, followed: Followed | undefined): string {
  if (followed === undefined) return question;
  const { moment, answer } = followed;
  const when =
    moment === undefined
      ? ''
      : ` It is at ${fixedText(moment.startSec, 1)}s to ${fixedText(moment.endSec, 1)}s.`;
  const found = answer === undefined ? '' : ` The answer was: ${answer.trim()}`;
  return `Asked before: ${followed.question.trim()}${found}${when}\n${question}`;
}
