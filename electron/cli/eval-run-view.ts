import { counted, firstSamples } from '../../native-models/protocol/counted.ts';
import { tallyText } from '../../native-models/protocol/eval-sample.ts';
import type { RunProgress } from '../host/evaluation/progress-clock.ts';
import type { RunOutcome, RunWatcher } from '../host/evaluation/run-benchmark.ts';
import { commandName } from '../host/paths.ts';
import { exitCodes } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';
import { duration } from './text-layout.ts';
import type { TokenPrices } from './token-cost.ts';
import { costOf, tokenText } from './token-cost.ts';

/** Where stderr is no terminal, a line this often says that the run goes on. */
const noteIntervalMs = 60_000;

/** Tells a person how a run goes, on stderr. */
export function runWatcher(terminal: Terminal): RunWatcher {
  let notedMs = performance.now();
  return {
    onBegun: ({ title, split, samples, model, settings }, done, askedAgain) => {
      const part = settings.shard.of === 1 ? '' : `, shard ${settings.shard.index}/${settings.shard.of}`;
      terminal.note(
        `${title}, ${split}${part}: ${counted(samples, 'sample')} with ${model.name} (${model.precision}).`,
      );
      if (model.toy) terminal.note('This model is a toy: its figures mean nothing.');
      const again = askedAgain > 0 ? `; ${askedAgain} that failed are asked again` : '';
      if (done + askedAgain > 0)
        terminal.note(`Going on: ${counted(done, 'sample was', 'samples were')} done before${again}.`);
    },
    onProgress: (progress) => {
      const text = progressText(progress);
      terminal.progress(text);
      if (process.stderr.isTTY || performance.now() - notedMs < noteIntervalMs) return;
      notedMs = performance.now();
      terminal.note(text);
    },
  };
}

/** How far a run is, in one line; pure. */
export function progressText({ done, total, failed, leftSec }: RunProgress): string {
  const share = total === 0 ? 100 : Math.floor((done / total) * 100);
  const parts = [
    `${done} of ${counted(total, 'sample')} (${share} %)`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(leftSec === undefined || done === total ? [] : [`${duration(leftSec)} left`]),
  ];
  return parts.join(', ');
}

/** Something to know of a run before its figures are quoted. */
interface OutcomeDoubt {
  readonly code: string;
  readonly message: string;
}

/** What keeps a run's figures from being what they would be taken for; empty where nothing does. */
export function outcomeDoubts({ description, samples, failed, skipped }: RunOutcome): OutcomeDoubt[] {
  const { available, settings } = description;
  const doubts: (OutcomeDoubt | false)[] = [
    ...Object.entries(skippedByReason(skipped)).map(([reason, count]) => {
      const first = skipped.find((skip) => skip.reason === reason);
      const place = first === undefined ? '' : ` First: ${first.place.file}: ${first.detail}.`;
      return { code: reason, message: `${annotations(count)} be run; no figure contains them.${place}` };
    }),
    failed > 0 && {
      code: 'samples-failed',
      message: `${failed} of ${counted(samples, 'sample')} failed and ${failed === 1 ? 'counts' : 'count'} as wrong; the report shows why. Once the reason is gone, the same command asks them again.`,
    },
    samples < description.samples && {
      code: 'run-unfinished',
      message: `${counted(description.samples - samples, 'sample is', 'samples are')} not done yet.`,
    },
    available !== undefined && {
      code: 'limited',
      message: `Only ${firstSamples(settings.limit ?? available, available)} were run (--limit).`,
    },
  ];
  return doubts.filter((doubt) => doubt !== false);
}

function annotations(count: number): string {
  return `${counted(count, 'annotation')} cannot`;
}

function skippedByReason(skipped: RunOutcome['skipped']): Readonly<Record<string, number>> {
  const reasons: Record<string, number> = {};
  for (const { reason } of skipped) reasons[reason] = (reasons[reason] ?? 0) + 1;
  return reasons;
}

/** Says what a run came to, and by the exit code whether its figures can be trusted. */
export function reportOutcome(
  terminal: Terminal,
  outcome: RunOutcome,
  folder: string,
  json: boolean,
  prices: TokenPrices = {},
): void {
  const { description, samples, failed, skipped } = outcome;
  const doubts = outcomeDoubts(outcome);
  for (const { code, message } of doubts) terminal.warn(code, message);
  const notes = [...(description.notes ?? []), ...outcome.warnings];
  for (const note of notes) terminal.warn(note.kind, tallyText(note));
  const trustworthy = doubts.length === 0;
  const cost = outcome.tokens === undefined ? undefined : costOf(outcome.tokens, prices);
  if (json) {
    const { title, split, model, available, settings } = description;
    terminal.printJson({
      ...{ title, split, model: model.name, samples, failed },
      skipped: skippedByReason(skipped),
      notes,
      ...(available === undefined ? {} : { limit: settings.limit, available }),
      ...(outcome.tokens === undefined ? {} : { tokens: outcome.tokens, requests: outcome.requests, cost }),
      trustworthy,
    });
  } else {
    terminal.print(`${counted(samples, 'sample')} done, ${failed} failed. Results: ${folder}`);
    if (outcome.tokens !== undefined) terminal.print(tokenText(outcome.tokens, cost));
    if (outcome.requests !== undefined) {
      const { sent, limited } = outcome.requests;
      terminal.print(`${sent} requests, ${limited} of them refused by a limit of the rate.`);
    }
    terminal.note(`The figures: ${commandName()} eval report ${folder}`);
  }
  if (!trustworthy) process.exitCode = exitCodes.doubtful;
}
