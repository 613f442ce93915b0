import { counted } from '../../protocol/counted.ts';
import type { EvalReport, ReportDoubt } from '../../protocol/eval-report.ts';
import { runDoubts } from '../../protocol/run-doubts.ts';

/** From this share of replies that only the forgiving reading understands, it is said that the published one may mislead. */
const manyShare = 0.1;

/**
 * Everything that a reader of a report must know before quoting it: told once, for the terminal, the page and scripts alike.
 * What `spoils` makes the figures something else than they are taken for; the rest is to be known.
 */
export function reportDoubts({ facts, score }: Pick<EvalReport, 'facts' | 'score'>): ReportDoubt[] {
  // The run counts its failed samples, the predictions name them: told once.
  const isTold = (facts.failed ?? 0) > 0;
  const named = scoreDoubts(score).filter(({ code }) => !isTold || code !== 'failed-sample');
  const scored = new Set(named.map(({ code }) => code));
  return [...runDoubts(facts).filter(({ code }) => !scored.has(code)), ...named];
}

/** What the predictions leave to be known. */
function scoreDoubts({ coverage: { grounding, answers }, issues }: EvalReport['score']): ReportDoubt[] {
  const doubts: (ReportDoubt | false)[] = [
    grounding.notGrounded > 0 && {
      code: 'no-moment',
      message: `${counted(grounding.notGrounded, 'sample has', 'samples have')} no moment; no grounding figure contains them.`,
      spoils: false,
    },
    answers.unanswered > 0 && {
      code: 'no-reply',
      message: `${counted(answers.unanswered, 'question has', 'questions have')} no reply; no accuracy contains them.`,
      spoils: false,
    },
    answers.failed > answers.scored * manyShare && {
      code: 'no-letter',
      message: `${answers.failed} of ${counted(answers.scored, 'reply names', 'replies name')} no option as the published scorer reads it; see the figure that is read forgivingly.`,
      spoils: false,
    },
    ...issues.map(
      ({ kind, count, affectsFigures, examples: [first] }) =>
        (affectsFigures || kind === 'open-question' || kind === 'span-beyond-duration') && {
          code: kind,
          message: `${count} × ${kind}${first === undefined ? '.' : `: ${first.reason}`}`,
          spoils: affectsFigures,
        },
    ),
  ];
  return doubts.filter((doubt) => doubt !== false);
}
