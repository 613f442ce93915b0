import { counted, firstSamples } from './counted.ts';
import type { EvalReport, ReportDoubt } from './eval-report.ts';
import { tallyText } from './eval-sample.ts';

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
