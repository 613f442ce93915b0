import type { Run } from '../../../electron/host/contract/runs.ts';
import { formatSeconds } from '../../player/timecode.ts';
import { formatShare, formatSpan } from '../../ui/format.ts';
import { overlapOf } from '../../../native-models/protocol/overlap.ts';
import { sessionTexts } from '../texts.ts';
import { chosenOption } from './run-findings.ts';
import { settingsOfRun } from './run-settings.ts';

/** One thing of two runs, beside each other. */
export interface ComparedLine {
  readonly name: string;
  readonly values: readonly [string, string];
  readonly differs: boolean;
}

/** Two runs side by side: what was asked and what came out. */
export function compareRuns(one: Run, other: Run): readonly ComparedLine[] {
  const names = sessionTexts.compare.fields;
  const line = (name: string, tell: (run: Run) => string): ComparedLine => {
    const values = [tell(one), tell(other)] as const;
    return { name, values, differs: values[0] !== values[1] };
  };
  const moments = [one.record?.moment, other.record?.moment] as const;
  const overlap =
    moments[0] === undefined || moments[1] === undefined ? undefined : overlapOf(moments[0], moments[1]);
  const settingNames = new Set([one, other].flatMap((run) => settingsOfRun(run).map(({ name }) => name)));
  // It stands above already.
  settingNames.delete(sessionTexts.run.setting.timings['totalSec'] ?? '');
  return [
    line(names.question, (run) => run.question.question),
    line(names.answer, (run) => answerWords(run)),
    line(names.moment, (run) => momentWords(run)),
    ...(overlap === undefined
      ? []
      : [{ name: names.overlap, values: [overlap.toFixed(2), ''] as const, differs: overlap < 1 }]),
    line(names.score, (run) => {
      const best = run.record?.candidates[0];
      const value = best?.verifierScore ?? best?.confidence;
      return value === undefined ? sessionTexts.compare.nothing : formatShare(value);
    }),
    line(names.query, (run) => run.record?.plan?.query ?? sessionTexts.compare.nothing),
    line(names.time, (run) => {
      const total = run.record?.timings['totalSec'];
      return total === undefined ? sessionTexts.run.states[run.state] : formatSpan(total);
    }),
    ...[...settingNames].map((name) =>
      line(
        name,
        (run) => settingsOfRun(run).find((each) => each.name === name)?.value ?? sessionTexts.compare.nothing,
      ),
    ),
  ];
}

function answerWords(run: Run): string {
  const answer = run.record?.answer;
  if (answer === undefined) return run.error?.message ?? sessionTexts.compare.nothing;
  const option = chosenOption(run, answer.option);
  return option === undefined ? answer.text : `${answer.option ?? ''} ${option}`;
}

function momentWords(run: Run): string {
  const moment = run.record?.moment;
  if (moment === undefined) return sessionTexts.compare.nothing;
  return `${formatSeconds(moment.startSec, 1)} – ${formatSeconds(moment.endSec, 1)}`;
}
