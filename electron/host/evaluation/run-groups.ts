import { throwIfCancelled } from '../../../native-models/protocol/errors.ts';
import { ProgressClock } from './progress-clock.ts';
import type { RunProgress } from './progress-clock.ts';
import type { ResultJournal } from './result-journal.ts';
import type { AskingRules, AskSample, EvaluationEngine } from './sample-asker.ts';
import { askSample } from './sample-asker.ts';
import type { SampleGroup } from './sample-groups.ts';

export interface RunGroupsOptions {
  readonly signal: AbortSignal;
  /** Default: of the engine's own model. */
  readonly ask?: AskSample;
  readonly onProgress: (progress: RunProgress) => void;
}

/**
 * Runs what is missing of the groups: each engine takes the next group when it is done with one, of several engines the longest first. Every result is in the journal
 * before the next sample of its engine is begun.
 * @throws EngineError what stops a run, once all engines have stopped; what they finished is in the journal
 */
export async function runGroups(
  groups: readonly SampleGroup[],
  journal: ResultJournal,
  engines: readonly EvaluationEngine[],
  rules: AskingRules,
  { signal, onProgress, ask = askSample }: RunGroupsOptions,
): Promise<void> {
  const total = groups.reduce((sum, { samples }) => sum + samples.length, 0);
  const open = groups.map(({ samples }) => samples.filter(({ id }) => !journal.has(id)));
  const clock = new ProgressClock(total, total - open.flat().length);
  const begun = open.filter((samples) => samples.length > 0);
  // Of several engines none should be left alone with a long group at the end.
  const inOrder = engines.length === 1 ? begun : begun.toSorted((a, b) => b.length - a.length);
  const queue = inOrder.values();
  const fault = new AbortController();
  const stop = AbortSignal.any([signal, fault.signal]);
  const work = async (engine: EvaluationEngine): Promise<void> => {
    for (const samples of queue) {
      for (const sample of samples) {
        throwIfCancelled(stop);
        const result = await ask(engine, rules, sample, stop);
        await journal.append(result);
        onProgress(clock.done(journal.failed));
      }
    }
  };
  const ended = await Promise.allSettled(
    engines.map((engine) =>
      work(engine).catch((error: unknown) => {
        // The others stop because of this one: theirs is not the reason to tell.
        const isReason = !fault.signal.aborted;
        fault.abort();
        if (isReason) throw error;
      }),
    ),
  );
  const failed = ended.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}
