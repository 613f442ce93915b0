import { counted, firstSamples } from '../../protocol/counted.ts';
import type { EvalReport, ReportDoubt } from '../../protocol/eval-report.ts';
import { tallyText } from '../../protocol/eval-sample.ts';

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

/** What the run itself leaves to be known. */
export function runDoubts(facts: EvalReport['facts']): ReportDoubt[] {
  const {
    failed = 0,
    skipped = 0,
    limit,
    available,
    undone = 0,
    missingShards = 0,
    budgets,
    notes = [],
  } = facts;
  const doubts: (ReportDoubt | false)[] = [
    facts.toy === true && {
      code: 'toy-model',
      message: 'The model is a toy: its figures mean nothing.',
      spoils: false,
    },
    limit !== undefined && {
      code: 'limited',
      message: `Only ${firstSamples(limit, available)} were run (--limit).`,
      spoils: true,
    },
    undone > 0 && {
      code: 'run-unfinished',
      message: `${counted(undone, 'sample is', 'samples are')} not done yet; no figure contains them.`,
      spoils: true,
    },
    missingShards > 0 && {
      code: 'shards-missing',
      message: `${counted(missingShards, 'shard was', 'shards were')} never begun; no figure contains their samples.`,
      spoils: true,
    },
    failed > 0 && {
      code: 'samples-failed',
      message: `${counted(failed, 'sample', 'samples')} failed and count as wrong; the same command asks them again.`,
      spoils: true,
    },
    skipped > 0 && {
      code: 'annotations-skipped',
      message: `${counted(skipped, 'annotation', 'annotations')} cannot be run; no figure contains them.`,
      spoils: true,
    },
    budgets === 'differ' && {
      code: 'budgets-differ',
      message:
        'The package was made for other frames and tokens than this benchmark shows the answerer: it is asked as published, not as it was trained.',
      spoils: false,
    },
    ...notes.map((note) => ({ code: note.kind, message: tallyText(note), spoils: false })),
  ];
  return doubts.filter((doubt) => doubt !== false);
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
