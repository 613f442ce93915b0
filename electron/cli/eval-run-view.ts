import type { RunProgress } from '../host/evaluation/progress-clock.ts';
import type { RunOutcome, RunWatcher } from '../host/evaluation/run-benchmark.ts';
import { commandName } from '../host/paths.ts';
import { exitCodes } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';
import { duration } from './text-layout.ts';

/** Where stderr is no terminal, a line this often says that the run goes on. */
const noteIntervalMs = 60_000;

/** Tells a person how a run goes, on stderr. */
export function runWatcher(terminal: Terminal): RunWatcher {
  let notedMs = performance.now();
  return {
    onBegun: ({ title, split, samples, model, settings }, done, askedAgain) => {
      const part = settings.shard.of === 1 ? '' : `, shard ${settings.shard.index}/${settings.shard.of}`;
      terminal.note(`${title}, ${split}${part}: ${samples} samples with ${model.name} (${model.precision}).`);
      if (model.toy) terminal.note('This model is a toy: its figures mean nothing.');
      const again = askedAgain > 0 ? `; ${askedAgain} that failed are asked again` : '';
      if (done + askedAgain > 0) terminal.note(`Going on: ${done} samples were done before${again}.`);
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
    `${done} of ${total} samples (${share} %)`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(leftSec === undefined || done === total ? [] : [`${duration(leftSec)} left`]),
  ];
  return parts.join(', ');
}

/** Says what a run came to, and by the exit code whether its figures can be trusted. */
export function reportOutcome(
  terminal: Terminal,
  { description, samples, failed, skipped }: RunOutcome,
  folder: string,
  json: boolean,
): void {
  const reasons = new Map<string, number>();
  for (const { reason } of skipped) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  for (const [reason, count] of reasons) {
    const first = skipped.find((skip) => skip.reason === reason);
    const place = first === undefined ? '' : ` First: ${first.place.file}: ${first.detail}.`;
    terminal.warn(reason, `${count} annotations cannot be run; no figure contains them.${place}`);
  }
  if (failed > 0) {
    terminal.warn(
      'samples-failed',
      `${failed} of ${samples} samples failed and count as wrong; the report shows why. Once the reason is gone, the same command asks them again.`,
    );
  }
  const isWhole = samples === description.samples;
  const { limit } = description.settings;
  const { available } = description;
  if (available !== undefined) {
    terminal.warn('limited', `Only the first ${limit} of ${available} samples were run (--limit).`);
  }
  const trustworthy = failed === 0 && skipped.length === 0 && isWhole && available === undefined;
  if (json) {
    const { title, split, model } = description;
    const skippedByReason = Object.fromEntries(reasons);
    terminal.printJson({
      title,
      split,
      model: model.name,
      samples,
      failed,
      skipped: skippedByReason,
      ...(available === undefined ? {} : { limit, available }),
      trustworthy,
    });
  } else {
    terminal.print(`${samples} samples done, ${failed} failed. Results: ${folder}`);
    terminal.note(`The figures: ${commandName()} eval report ${folder}`);
  }
  if (!trustworthy) process.exitCode = exitCodes.doubtful;
}
